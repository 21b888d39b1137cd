#include "classical/detail/window_filter.h"

#include "classical/detail/parallel_rows.h"
#include "classical/detail/window_tile.h"

#include <algorithm>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/window_filter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "classical/detail/range_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kRowSlack>;
using V = hn::Vec<D>;

/// One row of everything, all pointers at column 0 of the image.
template <int kChannels>
struct Lines {
  const float* guide[kChannels];
  const float* source[kChannels];
  float* sum[kChannels + 1];  ///< Weighted sums of the channels, then the sum of weights.
};

/// A set of positions dx to the right in kRows rows below (or in the same row).
template <int kChannels, int kRows>
struct Partners {
  Lines<kChannels> lines[kRows];
  float log2_weight[kRows];
  int dx;
};

/// Weighs the pixels p of columns [begin, end) against their partners q and adds each to the other's sums.
/// Two partner rows at a time: the sums of p stay in registers for both.
template <int kChannels, int kDegree, int kRows>
HWY_INLINE void sweep(const Lines<kChannels>& p, const Partners<kChannels, kRows>& partners, float log2_falloff,
                      int begin, int end) {
  const D d;
  const V falloff = hn::Set(d, log2_falloff);
  for (int x = begin; x < end; x += static_cast<int>(hn::Lanes(d))) {
    const int qx = x + partners.dx;
    V sum[kChannels + 1], weight[kRows];
    for (int c = 0; c <= kChannels; ++c) sum[c] = hn::LoadU(d, p.sum[c] + x);
    for (int j = 0; j < kRows; ++j) {
      const Lines<kChannels>& q = partners.lines[j];
      V distance = hn::AbsDiff(hn::LoadU(d, q.guide[0] + qx), hn::LoadU(d, p.guide[0] + x));
      for (int c = 1; c < kChannels; ++c) {
        distance = hn::Add(distance, hn::AbsDiff(hn::LoadU(d, q.guide[c] + qx), hn::LoadU(d, p.guide[c] + x)));
      }
      const V exponent = hn::MulAdd(hn::Mul(distance, distance), falloff, hn::Set(d, partners.log2_weight[j]));
      weight[j] = exp2_weight<kDegree>(d, exponent);
      for (int c = 0; c < kChannels; ++c) sum[c] = hn::MulAdd(weight[j], hn::LoadU(d, q.source[c] + qx), sum[c]);
      sum[kChannels] = hn::Add(sum[kChannels], weight[j]);
    }
    // Stored before the partners' sums are touched: within one row the two overlap.
    for (int c = 0; c <= kChannels; ++c) hn::StoreU(sum[c], d, p.sum[c] + x);
    for (int j = 0; j < kRows; ++j) {
      const Lines<kChannels>& q = partners.lines[j];
      for (int c = 0; c < kChannels; ++c) {
        const V added = hn::MulAdd(weight[j], hn::LoadU(d, p.source[c] + x), hn::LoadU(d, q.sum[c] + qx));
        hn::StoreU(added, d, q.sum[c] + qx);
      }
      hn::StoreU(hn::Add(hn::LoadU(d, q.sum[kChannels] + qx), weight[j]), d, q.sum[kChannels] + qx);
    }
  }
}

/// The sums of one tile. They have the padded geometry of the window: what pairs add to pixels outside the tile lands
/// in the margin and is dropped, which spares every test of borders in the sweeps.
template <int kChannels, int kDegree>
class TileSums {
 public:
  TileSums(const WindowJob& job, const Tile& tile)
      : job_(job),
        tile_(tile),
        sums_({tile.bottom - tile.top, tile.right - tile.left}, kChannels + 1, job.taps.radius) {}

  void run() {
    start();
    const int radius = job_.taps.radius;
    for (int y = tile_.top - radius; y < tile_.bottom; ++y) {
      const int nearest = std::max(0, tile_.top - y);
      if (nearest == 0) sweep_row(y, job_.taps.rows[0].reach);
      // Rows 1 and 2, 3 and 4, ... below together; a pair that is only partly needed is done in full.
      for (int dy = std::max(1, nearest - (nearest + 1) % 2); dy <= radius; dy += 2) sweep_rows_below(y, dy);
    }
    finish();
  }

 private:
  Lines<kChannels> lines(int y) {
    Lines<kChannels> at;
    for (int c = 0; c < kChannels; ++c) {
      at.guide[c] = job_.guide.row(c, y);
      at.source[c] = job_.source.row(c, y);
    }
    for (int c = 0; c <= kChannels; ++c) at.sum[c] = sums_.row(c, y - tile_.top) - tile_.left;
    return at;
  }

  float log2_weight(int dy, int dx) const {
    const auto row = static_cast<std::size_t>(dy);
    return job_.log2_weights[row][static_cast<std::size_t>(dx + job_.taps.rows[row].reach)];
  }

  /// Every pixel is its own partner with weight 1.
  void start() {
    for (int y = tile_.top; y < tile_.bottom; ++y) {
      const Lines<kChannels> at = lines(y);
      for (int c = 0; c < kChannels; ++c) {
        std::copy(at.source[c] + tile_.left, at.source[c] + tile_.right, at.sum[c] + tile_.left);
      }
      std::fill(at.sum[kChannels] + tile_.left, at.sum[kChannels] + tile_.right, 1.0f);
    }
  }

  template <int kRows>
  void sweep_partners(const Lines<kChannels>& p, Partners<kChannels, kRows>& partners, int dy, int dx) {
    partners.dx = dx;
    for (int j = 0; j < kRows; ++j) partners.log2_weight[j] = log2_weight(dy + j, dx);
    // Pairs with either pixel in the tile.
    sweep<kChannels, kDegree, kRows>(p, partners, job_.log2_falloff, tile_.left + std::min(0, -dx),
                                     tile_.right + std::max(0, -dx));
  }

  void sweep_row(int y, int reach) {
    const Lines<kChannels> p = lines(y);
    Partners<kChannels, 1> partners{{p}, {0}, 0};
    for (int dx = 1; dx <= reach; ++dx) sweep_partners(p, partners, 0, dx);
  }

  void sweep_rows_below(int y, int dy) {
    const Lines<kChannels> p = lines(y);
    const int reach = job_.taps.row(dy).reach;
    const int reach_both = dy < job_.taps.radius ? job_.taps.row(dy + 1).reach : -1;
    Partners<kChannels, 1> one{{lines(y + dy)}, {0}, 0};
    for (int dx = reach_both + 1; dx <= reach; ++dx) {
      sweep_partners(p, one, dy, dx);
      if (dx != 0) sweep_partners(p, one, dy, -dx);
    }
    if (reach_both < 0) return;
    Partners<kChannels, 2> both{{lines(y + dy), lines(y + dy + 1)}, {0, 0}, 0};
    for (int dx = -reach_both; dx <= reach_both; ++dx) sweep_partners(p, both, dy, dx);
  }

  void finish() {
    for (int y = tile_.top; y < tile_.bottom; ++y) {
      const Lines<kChannels> at = lines(y);
      for (int c = 0; c < kChannels; ++c) {
        float* const out = job_.out.row(c, y);
        for (int x = tile_.left; x < tile_.right; ++x) out[x] = at.sum[c][x] / at.sum[kChannels][x];
      }
    }
  }

  const WindowJob& job_;
  Tile tile_;
  PaddedPlanes<float> sums_;
};

template <int kChannels>
void filter_tile(const WindowJob& job, const Tile& tile) {
  if (job.accuracy == WeightAccuracy::four_digits) {
    TileSums<kChannels, 3>(job, tile).run();
  } else {
    TileSums<kChannels, 4>(job, tile).run();
  }
}

}  // namespace

void FilterTile(const WindowJob& job, const Tile& tile) {
  if (job.guide.channels() == 1) {
    filter_tile<1>(job, tile);
  } else {
    filter_tile<3>(job, tile);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(FilterTile);

namespace {

std::vector<std::vector<float>> log2_weights(const DiscTaps& taps) {
  std::vector<std::vector<float>> logs;
  for (const TapRow& row : taps.rows) {
    std::vector<float>& line = logs.emplace_back();
    for (const double weight : row.weights) line.push_back(static_cast<float>(std::log2(std::max(weight, 1e-300))));
  }
  return logs;
}

/// Cuts `length` into equal parts of at most `limit`, multiples of kRowSlack where there is more than one.
int part_length(int length, int limit) {
  const int parts = (length + limit - 1) / limit;
  const int part = (length + parts - 1) / parts;
  return parts == 1 ? part : (part + kRowSlack - 1) / kRowSlack * kRowSlack;
}

}  // namespace

void window_filter(const PaddedPlanes<float>& guide, const PaddedPlanes<float>& source, const WindowWeights& weights,
                   int threads, ImageF& out) {
  const auto log2_falloff = static_cast<float>(-weights.falloff / std::log(2.0));
  const WindowJob job{guide, source, weights.taps, log2_weights(weights.taps), log2_falloff, weights.accuracy, out};
  // Measured: a tile's rows should fit the first-level cache with the sums of three rows; pairs across tiles are
  // weighed twice, so tiles should be large against the radius.
  const int radius = weights.taps.radius;
  const int width = part_length(out.width(), std::max(256, 4 * radius));
  const int height = part_length(out.height(), std::max(96, 4 * radius));
  const int columns = (out.width() + width - 1) / width;
  const int rows = (out.height() + height - 1) / height;
  parallel_blocks(rows * columns, threads, [&](int block) {
    const int top = block / columns * height, left = block % columns * width;
    HWY_DYNAMIC_DISPATCH(FilterTile)
    (job, {top, std::min(out.height(), top + height), left, std::min(out.width(), left + width)});
  });
}

}  // namespace csgis::detail
#endif
