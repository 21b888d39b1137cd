#include "metrics/detail/ssim_map.h"

#include <hwy/aligned_allocator.h>

#include <cmath>
#include <numeric>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/detail/ssim_map.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef CSGIS_SSIM_MAP_ONCE
#define CSGIS_SSIM_MAP_ONCE
namespace csgis::detail {

constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);
constexpr std::size_t kRows = 2 * kSsimRadius + 1;
constexpr std::size_t kMoments = 4;  // a, b, a^2 + b^2, a b
constexpr std::size_t kLanes = 8;    // of the widest vector of double

using MomentRows = std::array<double*, kMoments>;

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The third and fourth moment of `count` values, from the first two.
void Products(const MomentRows& rows, std::size_t count) {
  const hn::CappedTag<double, kLanes> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto a = hn::LoadU(d, rows[0] + i), b = hn::LoadU(d, rows[1] + i);
    hn::StoreU(hn::Add(hn::Mul(a, a), hn::Mul(b, b)), d, rows[2] + i);  // not fused: symmetric
    hn::StoreU(hn::Mul(a, b), d, rows[3] + i);
  }
}

/// Mean along x: out[i] = sum of taps[5 + k] in[i + k step]; reads 5 steps beyond both ends.
void AlongRow(const double* in, const double* taps, std::size_t step, std::size_t count, double* out) {
  const hn::CappedTag<double, kLanes> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    auto sum = hn::Mul(hn::Set(d, taps[kSsimRadius]), hn::LoadU(d, in + i));
    for (std::size_t k = 1; k <= kSsimRadius; ++k) {
      const auto pair = hn::Add(hn::LoadU(d, in + i - k * step), hn::LoadU(d, in + i + k * step));
      sum = hn::MulAdd(hn::Set(d, taps[kSsimRadius + k]), pair, sum);
    }
    hn::StoreU(sum, d, out + i);
  }
}

/// Adds the SSIM and its contrast-structure factor of the windows [first, last) of the row in the middle of the ring.
void SumRow(const MomentRows* ring, const double* taps, double covariance_factor, std::size_t first, std::size_t last,
            double* sums) {
  const hn::CappedTag<double, kLanes> d;
  const auto c1 = hn::Set(d, kC1), c2 = hn::Set(d, kC2), two = hn::Set(d, 2.0), factor = hn::Set(d, covariance_factor);
  auto ssim = hn::Zero(d), structure = hn::Zero(d);
  for (std::size_t i = first; i < last; i += hn::Lanes(d)) {
    const auto mean = [&](std::size_t moment) HWY_ATTR {
      auto sum = hn::Mul(hn::Set(d, taps[kSsimRadius]), hn::LoadU(d, ring[kSsimRadius][moment] + i));
      for (std::size_t k = 1; k <= kSsimRadius; ++k) {
        const auto pair =
            hn::Add(hn::LoadU(d, ring[kSsimRadius - k][moment] + i), hn::LoadU(d, ring[kSsimRadius + k][moment] + i));
        sum = hn::MulAdd(hn::Set(d, taps[kSsimRadius + k]), pair, sum);
      }
      return sum;
    };
    const auto a = mean(0), b = mean(1);
    const auto squares = hn::Add(hn::Mul(a, a), hn::Mul(b, b)), product = hn::Mul(a, b);
    const auto variances = hn::Mul(factor, hn::Sub(mean(2), squares));
    const auto covariance = hn::Mul(factor, hn::Sub(mean(3), product));
    const auto cs = hn::Div(hn::MulAdd(two, covariance, c2), hn::Add(variances, c2));
    const auto value = hn::Mul(hn::Div(hn::MulAdd(two, product, c1), hn::Add(squares, c1)), cs);
    const auto inside = hn::FirstN(d, last - i);
    ssim = hn::Add(ssim, hn::IfThenElseZero(inside, value));
    structure = hn::Add(structure, hn::IfThenElseZero(inside, cs));
  }
  sums[0] += hn::GetLane(hn::SumOfLanes(d, ssim));
  sums[1] += hn::GetLane(hn::SumOfLanes(d, structure));
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(Products);
HWY_EXPORT(AlongRow);
HWY_EXPORT(SumRow);

/// Rows of the four moments side by side, zeros until written, with room for `margin` values before each and a vector
/// after it.
class RowSet {
 public:
  RowSet(std::size_t rows, std::size_t count, std::size_t margin) {
    const std::size_t stride = (margin + count + margin + 2 * kLanes - 1) / kLanes * kLanes;
    values_ = hwy::AllocateAligned<double>(rows * kMoments * stride);
    if (!values_) throw std::bad_alloc();
    std::fill_n(values_.get(), rows * kMoments * stride, 0.0);
    for (std::size_t r = 0; r < rows; ++r) {
      MomentRows row;
      for (std::size_t m = 0; m < kMoments; ++m) row[m] = values_.get() + (r * kMoments + m) * stride + margin;
      rows_.push_back(row);
    }
  }
  const MomentRows& operator[](std::size_t r) const { return rows_[r]; }

 private:
  hwy::AlignedFreeUniquePtr<double[]> values_;
  std::vector<MomentRows> rows_;
};

}  // namespace

SsimTaps wang_taps() {
  SsimTaps taps;
  for (int i = -kSsimRadius; i <= kSsimRadius; ++i) {
    taps[static_cast<std::size_t>(i + kSsimRadius)] = std::exp(-i * i / 4.5);
  }
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  for (double& tap : taps) tap /= sum;
  return taps;
}

SsimMeans ssim_means(Size size, int channels, const ReadRows& read, const SsimForm& form) {
  const bool complete = form.windows == SsimWindows::complete;
  const auto step = static_cast<std::size_t>(channels), count = static_cast<std::size_t>(size.width) * step;
  const int skipped = complete ? kSsimRadius : 0;
  const std::size_t skipped_values = static_cast<std::size_t>(skipped) * step;
  const RowSet input(1, count, kSsimRadius * step), means(kRows, count, 0), outside(1, count, 0);

  double sums[2] = {0, 0};
  std::array<MomentRows, kRows> window;
  for (int y = 0; y < size.height + kSsimRadius; ++y) {
    const MomentRows& mean = means[static_cast<std::size_t>(y) % kRows];
    if (y < size.height) {
      read(y, input[0][0], input[0][1]);
      HWY_DYNAMIC_DISPATCH(Products)(input[0], count);
      for (std::size_t m = 0; m < kMoments; ++m) {
        // What a vector wrote behind the row in a moment before must be 0 again for the windows at the right border.
        std::fill_n(input[0][m] + count, kSsimRadius * step, 0.0);
        HWY_DYNAMIC_DISPATCH(AlongRow)(input[0][m], form.taps.data(), step, count, mean[m]);
      }
    }
    const int centre = y - kSsimRadius;
    if (centre < skipped || centre >= size.height - skipped) continue;
    for (std::size_t k = 0; k < kRows; ++k) {
      const int row = y - static_cast<int>(kRows - 1 - k);
      const bool inside = row >= 0 && row < size.height;
      window[k] = inside ? means[static_cast<std::size_t>(row) % kRows] : outside[0];
    }
    HWY_DYNAMIC_DISPATCH(SumRow)
    (window.data(), form.taps.data(), form.covariance_factor, skipped_values, count - skipped_values, sums);
  }
  const double windows =
      static_cast<double>(size.height - 2 * skipped) * static_cast<double>(count - 2 * skipped_values);
  return {sums[0] / windows, sums[1] / windows};
}

}  // namespace csgis::detail
#endif
