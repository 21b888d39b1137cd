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

/// Values of a strip; with the columns beside it. The four moments of a row lie at these distances: known when
/// compiled, so that the 44 addresses of a window are eleven registers and offsets. Eleven rows fill 33 KB.
constexpr std::size_t kStrip = 96, kInput = kStrip + 2 * kSsimRadius * 4;

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The third and fourth moment of `count` values, from the first two.
void Products(double* rows, std::size_t count) {
  const hn::CappedTag<double, kLanes> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto a = hn::Load(d, rows + i), b = hn::Load(d, rows + kInput + i);
    hn::Store(hn::Add(hn::Mul(a, a), hn::Mul(b, b)), d, rows + 2 * kInput + i);  // not fused: symmetric
    hn::Store(hn::Mul(a, b), d, rows + 3 * kInput + i);
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
    hn::Store(sum, d, out + i);
  }
}

/// The sum over `count` windows, whose centres lie in the middle row of the ring.
template <SsimPart kPart>
double SumRow(const double* const* ring, const double* taps, double covariance_factor, std::size_t count) {
  const hn::CappedTag<double, kLanes> d;
  const auto c1 = hn::Set(d, kC1), c2 = hn::Set(d, kC2), two = hn::Set(d, 2.0), factor = hn::Set(d, covariance_factor);
  auto total = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto mean = [&](std::size_t moment) HWY_ATTR {
      auto sum = hn::Mul(hn::Set(d, taps[kSsimRadius]), hn::Load(d, ring[kSsimRadius] + moment * kStrip + i));
      for (std::size_t k = 1; k <= kSsimRadius; ++k) {
        const auto pair = hn::Add(hn::Load(d, ring[kSsimRadius - k] + moment * kStrip + i),
                                  hn::Load(d, ring[kSsimRadius + k] + moment * kStrip + i));
        sum = hn::MulAdd(hn::Set(d, taps[kSsimRadius + k]), pair, sum);
      }
      return sum;
    };
    const auto a = mean(0), b = mean(1);
    const auto squares = hn::Add(hn::Mul(a, a), hn::Mul(b, b)), product = hn::Mul(a, b);
    auto below = hn::MulAdd(factor, hn::Sub(mean(2), squares), c2);
    auto above = hn::MulAdd(two, hn::Mul(factor, hn::Sub(mean(3), product)), c2);
    if constexpr (kPart == SsimPart::whole) {  // one division instead of two
      above = hn::Mul(above, hn::MulAdd(two, product, c1));
      below = hn::Mul(below, hn::Add(squares, c1));
    }
    total = hn::Add(total, hn::IfThenElseZero(hn::FirstN(d, count - i), hn::Div(above, below)));
  }
  return hn::GetLane(hn::SumOfLanes(d, total));
}

double SumWhole(const double* const* ring, const double* taps, double covariance_factor, std::size_t count) {
  return SumRow<SsimPart::whole>(ring, taps, covariance_factor, count);
}

double SumContrastStructure(const double* const* ring, const double* taps, double covariance_factor,
                            std::size_t count) {
  return SumRow<SsimPart::contrast_structure>(ring, taps, covariance_factor, count);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(Products);
HWY_EXPORT(AlongRow);
HWY_EXPORT(SumWhole);
HWY_EXPORT(SumContrastStructure);

/// Rows of the four moments, zeros until written. The moments of a row follow each other at distances of kDistance.
template <std::size_t kDistance>
class RowSet {
 public:
  explicit RowSet(std::size_t rows) : rows_(rows), values_(hwy::AllocateAligned<double>(rows * kMoments * kDistance)) {
    if (!values_) throw std::bad_alloc();
    clear();
  }
  void clear() { std::fill_n(values_.get(), rows_ * kMoments * kDistance, 0.0); }
  double* row(std::size_t r) const { return values_.get() + r * kMoments * kDistance; }

 private:
  std::size_t rows_;
  hwy::AlignedFreeUniquePtr<double[]> values_;
};

/// One strip of columns after the other.
class SsimSum {
 public:
  SsimSum(Size size, int channels, const ReadPixels& read, const SsimForm& form)
      : size_(size),
        channels_(static_cast<std::size_t>(channels)),
        read_(read),
        form_(form),
        skipped_(form.windows == SsimWindows::complete ? kSsimRadius : 0),
        strip_(static_cast<int>(kStrip) / channels) {}

  double mean() {
    double sum = 0;
    const int end = size_.width - skipped_;
    for (int x = skipped_; x < end; x += strip_) sum += of_strip(x, std::min(strip_, end - x));
    return sum / (static_cast<double>(size_.height - 2 * skipped_) * static_cast<double>(values(end - skipped_)));
  }

 private:
  std::size_t values(int pixels) const { return static_cast<std::size_t>(pixels) * channels_; }

  /// The windows centred in columns [x, x + width).
  double of_strip(int x, int width) {
    const int first = std::max(0, x - kSsimRadius), last = std::min(size_.width, x + width + kSsimRadius);
    const std::size_t before = values(first - (x - kSsimRadius));  // outside the image: stays 0, as what follows it
    input_.clear();
    double sum = 0;
    for (int y = 0; y < size_.height + kSsimRadius; ++y) {
      if (y < size_.height) {
        read_(y, first, last - first, input_.row(0) + before, input_.row(0) + kInput + before);
        blur_row(width, means_.row(static_cast<std::size_t>(y) % kRows));
      }
      const int centre = y - kSsimRadius;
      if (centre >= skipped_ && centre < size_.height - skipped_) sum += of_row(centre, width);
    }
    return sum;
  }

  void blur_row(int width, double* mean) {
    HWY_DYNAMIC_DISPATCH(Products)(input_.row(0), values(width + 2 * kSsimRadius));
    for (std::size_t m = 0; m < kMoments; ++m) {
      HWY_DYNAMIC_DISPATCH(AlongRow)
      (input_.row(0) + m * kInput + values(kSsimRadius), form_.taps.data(), channels_, values(width),
       mean + m * kStrip);
    }
  }

  double of_row(int centre, int width) const {
    std::array<const double*, kRows> ring;
    for (std::size_t k = 0; k < kRows; ++k) {
      const int row = centre - kSsimRadius + static_cast<int>(k);
      const bool inside = row >= 0 && row < size_.height;
      ring[k] = inside ? means_.row(static_cast<std::size_t>(row) % kRows) : outside_.row(0);
    }
    if (form_.part == SsimPart::whole) {
      return HWY_DYNAMIC_DISPATCH(SumWhole)(ring.data(), form_.taps.data(), form_.covariance_factor, values(width));
    }
    return HWY_DYNAMIC_DISPATCH(SumContrastStructure)(ring.data(), form_.taps.data(), form_.covariance_factor,
                                                      values(width));
  }

  Size size_;
  std::size_t channels_;
  const ReadPixels& read_;
  const SsimForm& form_;
  int skipped_;
  int strip_;  ///< Columns.
  RowSet<kInput> input_{1};
  RowSet<kStrip> means_{kRows}, outside_{1};
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

double ssim_mean(Size size, int channels, const ReadPixels& read, const SsimForm& form) {
  return SsimSum(size, channels, read, form).mean();
}

}  // namespace csgis::detail
#endif
