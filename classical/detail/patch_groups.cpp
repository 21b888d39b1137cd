#include "classical/detail/patch_groups.h"

#include "classical/detail/parallel_rows.h"

#include <algorithm>
#include <array>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/patch_groups.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kRowSlack>;
using V = hn::Vec<D>;

}  // namespace

/// Squared distances of the patch at (y, x) to those at every offset of the window, out[(dy + h) * kRowSlack + dx + h]
/// with h the half width. Product and sum are rounded apart and in the order of the pixels, as the definition does.
void PatchDistances(const PaddedPlanes<float>& guide, const GroupGeometry& geometry, int y, int x, float* out) {
  const D d;
  const int half = (geometry.window - 1) / 2;
  for (int dy = -half; dy <= half; ++dy) {
    for (int part = 0; part < kRowSlack; part += static_cast<int>(hn::Lanes(d))) {
      V sum = hn::Zero(d);
      for (int i = 0; i < geometry.patch; ++i) {
        const float* const reference = guide.row(0, y + i) + x;
        const float* const candidates = guide.row(0, y + dy + i) + x - half + part;
        for (int j = 0; j < geometry.patch; ++j) {
          const V difference = hn::Sub(hn::LoadU(d, candidates + j), hn::Set(d, reference[j]));
          sum = hn::Add(sum, hn::Mul(difference, difference));
        }
      }
      hn::StoreU(sum, d, out + (dy + half) * kRowSlack + part);
    }
  }
}

/// Squared distances of every two rows k, l of a matrix of `rows` x 16 stored by columns, `stride` (a multiple of
/// kRowSlack) apart: out[k * stride + l].
void RowDistances(const float* columns, int rows, int stride, float* out) {
  const D d;
  for (int part = 0; part < rows; part += static_cast<int>(hn::Lanes(d))) {
    V others[kGroupPatches];
    for (int c = 0; c < kGroupPatches; ++c) others[c] = hn::LoadU(d, columns + c * stride + part);
    for (int k = 0; k < rows; ++k) {
      V sum = hn::Zero(d);
      for (int c = 0; c < kGroupPatches; ++c) {
        const V difference = hn::Sub(others[c], hn::Set(d, columns[c * stride + k]));
        sum = hn::Add(sum, hn::Mul(difference, difference));
      }
      hn::StoreU(sum, d, out + k * stride + part);
    }
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(PatchDistances);
HWY_EXPORT(RowDistances);

namespace {

constexpr int kMaxRows = 64, kMaxWindow = 15;
constexpr int kSimilar = 3;

/// A pixel whose fourth similar pixel is nearer than this lies in a flat part. The released program's constant, known
/// to lie in 0.0029953 .. 0.0030130.
constexpr float kFlatDistance = 0.003f;

int positions(int length, int step) {
  return length / step + 1;
}

}  // namespace

void fill_margin_by_copies(PaddedPlanes<float>& plane) {
  const int margin = plane.margin();
  plane.fill_margin([margin](int i, int length) {
    const int j = (i < 0 ? i + margin : i - margin) % length;
    return j < 0 ? j + length : j;
  });
}

std::vector<Offset> ring_order(int window) {
  std::vector<Offset> order;
  for (int k = 1; k <= (window - 1) / 2; ++k) {
    for (int i = -k; i < k; ++i) order.push_back({-k, i});
    for (int i = -k; i < k; ++i) order.push_back({i, k});
    for (int i = -k; i < k; ++i) order.push_back({k, -i});
    for (int i = -k; i < k; ++i) order.push_back({-i, -k});
  }
  return order;
}

/// What the search for one group needs besides the guide.
struct PatchGroups::Workspace {
  std::array<Offset, kGroupPatches> offsets;
  std::array<float, kMaxWindow * kRowSlack> patch_distances;
  alignas(64) std::array<float, kGroupPatches * kMaxRows> columns;
  std::array<float, kMaxRows * kMaxRows> row_distances;
};

PatchGroups::PatchGroups(const PaddedPlanes<float>& guide, const GroupGeometry& geometry, double threshold, int threads)
    : geometry_(geometry),
      rows_(positions(guide.height(), geometry.step)),
      columns_(positions(guide.width(), geometry.step)),
      order_(ring_order(geometry.window)) {
  const std::size_t count = index(rows_, 0);
  patches_.resize(count * (kGroupPatches - 1));
  similar_.resize(count * static_cast<std::size_t>(geometry.rows() * kSimilar));
  flat_.resize(count);
  cut_.resize(count);
  parallel_blocks(rows_, threads, [&](int row) {
    Workspace work{};
    for (int column = 0; column < columns_; ++column) {
      find_patches(guide, row, column, work);
      find_similar_pixels(guide, threshold, row, column, work);
    }
  });
}

PatchGroup PatchGroups::group(int row, int column, std::span<Offset, kGroupPatches> offsets) const {
  const std::size_t at = index(row, column);
  const std::uint8_t* const patches = &patches_[at * (kGroupPatches - 1)];
  offsets[0] = {0, 0};
  for (std::size_t n = 1; n < kGroupPatches; ++n) {
    offsets[n] = patches[n - 1] < order_.size() ? order_[patches[n - 1]] : Offset{0, 0};
  }
  return {offsets, &similar_[at * static_cast<std::size_t>(geometry_.rows() * kSimilar)], flat_[at], cut_[at]};
}

void PatchGroups::find_patches(const PaddedPlanes<float>& guide, int row, int column, Workspace& work) {
  const int half = (geometry_.window - 1) / 2;
  HWY_DYNAMIC_DISPATCH(PatchDistances)
  (guide, geometry_, corner(row), corner(column), work.patch_distances.data());
  SmallestValues<kGroupPatches - 1> nearest(static_cast<std::uint8_t>(order_.size()));
  for (std::size_t k = 0; k < order_.size(); ++k) {
    const int at = (order_[k].dy + half) * kRowSlack + order_[k].dx + half;
    nearest.offer(work.patch_distances[static_cast<std::size_t>(at)], static_cast<std::uint8_t>(k));
  }
  std::uint8_t* const patches = &patches_[index(row, column) * (kGroupPatches - 1)];
  for (int n = 0; n < kGroupPatches - 1; ++n) patches[n] = nearest.item(n);
}

void PatchGroups::find_similar_pixels(const PaddedPlanes<float>& guide, double threshold, int row, int column,
                                      Workspace& work) {
  const std::size_t at = index(row, column);
  const int rows = geometry_.rows(), stride = (rows + kRowSlack - 1) / kRowSlack * kRowSlack;
  group(row, column, work.offsets);
  for (int n = 0; n < kGroupPatches; ++n) {
    const Offset& o = work.offsets[static_cast<std::size_t>(n)];
    for (int i = 0; i < geometry_.patch; ++i) {
      std::copy_n(guide.row(0, corner(row) + o.dy + i) + corner(column) + o.dx, geometry_.patch,
                  work.columns.data() + n * stride + i * geometry_.patch);
    }
  }
  HWY_DYNAMIC_DISPATCH(RowDistances)(work.columns.data(), rows, stride, work.row_distances.data());

  std::uint8_t* similar = &similar_[at * static_cast<std::size_t>(rows * kSimilar)];
  float sum = 0, fourth = 0;
  for (int k = 0; k < rows; ++k) {
    const float* const distances = &work.row_distances[static_cast<std::size_t>(k * stride)];
    SmallestValues<kSimilar + 1> nearest(static_cast<std::uint8_t>(k));
    for (int l = 0; l < rows; ++l) {
      if (l != k) nearest.offer(distances[l], static_cast<std::uint8_t>(l));
    }
    for (int n = 0; n < kSimilar; ++n) *similar++ = nearest.item(n);
    sum += nearest.value(0);
    fourth = nearest.value(kSimilar);
    if (fourth < kFlatDistance) flat_[at] |= std::uint64_t{1} << k;
  }
  // The last row decides for all: the program's accident, kept.
  const float noise = 2 * std::sqrt(sum / static_cast<float>(rows));
  cut_[at] = fourth < kFlatDistance ? static_cast<float>(threshold) * noise : -1;
}

}  // namespace csgis::detail
#endif
