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
constexpr std::size_t kTogether = 4;  // means that share loads
constexpr std::size_t kRows = 2 * kSsimRadius + kTogether;
constexpr std::size_t kMoments = 4;  // a, b, a^2 + b^2, a b

/// Vectors of a strip, and with those beside it; their values. The four moments of a row lie at these distances: known
/// when compiled, so that the addresses under a window are as many registers and offsets.
/// All rows fill 72 KB: beyond the first cache, and yet faster than narrow strips, whose margins are most of them.
constexpr std::size_t kColumns = 20;
constexpr std::size_t kStrip = kColumns * kLanes, kInput = (kColumns + 2 * kSsimRadius) * kLanes;
static_assert(kColumns % kTogether == 0);

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

/// The taps in registers; the outer ones count twice.
template <class D>
struct Taps {
  using V = hn::Vec<D>;
  V centre, t1, t2, t3, t4, t5;

  HWY_INLINE Taps(D d, const double* taps)
      : centre(hn::Set(d, taps[kSsimRadius])),
        t1(hn::Set(d, taps[kSsimRadius + 1])),
        t2(hn::Set(d, taps[kSsimRadius + 2])),
        t3(hn::Set(d, taps[kSsimRadius + 3])),
        t4(hn::Set(d, taps[kSsimRadius + 4])),
        t5(hn::Set(d, taps[kSsimRadius + 5])) {}

  /// mean[i] = the mean of at(i) .. at(i + 10), for `kCount` of them: each value is loaded once for all.
  template <std::size_t kCount, class At>
  HWY_INLINE void means(const At& at, V* HWY_RESTRICT mean) const {
    V x[2 * kSsimRadius + kCount];
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < 2 * kSsimRadius + kCount; ++i) x[i] = at(i);
    HWY_UNROLL(4)
    for (std::size_t i = 0; i < kCount; ++i) {
      V sum = hn::MulAdd(t1, hn::Add(x[i + 4], x[i + 6]), hn::Mul(centre, x[i + 5]));
      sum = hn::MulAdd(t2, hn::Add(x[i + 3], x[i + 7]), sum);
      sum = hn::MulAdd(t3, hn::Add(x[i + 2], x[i + 8]), sum);
      sum = hn::MulAdd(t4, hn::Add(x[i + 1], x[i + 9]), sum);
      mean[i] = hn::MulAdd(t5, hn::Add(x[i], x[i + 10]), sum);
    }
  }
};

/// Means along x of the four moments: `columns` vectors, rounded up to a multiple of
/// kTogether, from the input's first on.
void AlongRow(const double* in, const double* taps, std::size_t columns, double* out) {
  const hn::CappedTag<double, kLanes> d;
  const Taps weights(d, taps);
  for (std::size_t moment = 0; moment < kMoments; ++moment, in += kInput, out += kStrip) {
    for (std::size_t i = 0; i < columns * kLanes; i += kTogether * kLanes) {
      for (std::size_t j = i; j < i + kLanes; j += hn::Lanes(d)) {
        hn::Vec<decltype(d)> mean[kTogether];
        const auto at = [&](std::size_t k) HWY_ATTR { return hn::Load(d, in + j + k * kLanes); };
        weights.template means<kTogether>(at, mean);
        HWY_UNROLL(4)
        for (std::size_t k = 0; k < kTogether; ++k) hn::Store(mean[k], d, out + j + k * kLanes);
      }
    }
  }
}

/// What the formula is made of besides the means.
template <class D, SsimPart kPart>
struct Formula {
  using V = hn::Vec<D>;
  V c1, c2, two, factor, twice_factor;

  HWY_INLINE Formula(D d, double covariance_factor)
      : c1(hn::Set(d, kC1)),
        c2(hn::Set(d, kC2)),
        two(hn::Set(d, 2.0)),
        factor(hn::Set(d, covariance_factor)),
        twice_factor(hn::Set(d, 2 * covariance_factor)) {}

  /// Above and below the line.
  HWY_INLINE void of(V a, V b, V mean_squares, V mean_product, V& above, V& below) const {
    const V squares = hn::Add(hn::Mul(a, a), hn::Mul(b, b)), product = hn::Mul(a, b);  // not fused: symmetric
    below = hn::MulAdd(factor, hn::Sub(mean_squares, squares), c2);
    above = hn::MulAdd(twice_factor, hn::Sub(mean_product, product), c2);
    if constexpr (kPart == SsimPart::whole) {  // one division instead of two
      above = hn::Mul(above, hn::MulAdd(two, product, c1));
      below = hn::Mul(below, hn::Add(squares, c1));
    }
  }
};

/// The sum over the windows of kTogether rows, row r times counts[r] (1, or 0 to leave it out). The ring holds the rows
/// from 5 above the first to 5 below the last. Lane j counts as long as the number of its vector, `first` for the
/// first, is below ends[j].
template <SsimPart kPart>
double SumRows(const double* const* ring, const double* taps, double covariance_factor, std::size_t columns,
               double first, const double* ends, const double* counts) {
  const hn::CappedTag<double, kLanes> d;
  using V = hn::Vec<decltype(d)>;
  const Taps weights(d, taps);
  const Formula<decltype(d), kPart> formula(d, covariance_factor);
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < columns * kLanes; i += hn::Lanes(d)) {
    V mean[kMoments][kTogether];
    HWY_UNROLL(4)
    for (std::size_t m = 0; m < kMoments; ++m) {
      const auto at = [&](std::size_t k) HWY_ATTR { return hn::Load(d, ring[k] + m * kStrip + i); };
      weights.template means<kTogether>(at, mean[m]);
    }
    // The sum of all quotients as one: a division takes as long as a dozen multiplications.
    V above = hn::Zero(d), below = hn::Set(d, 1.0);
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kTogether; ++r) {
      V row_above = above, row_below = below;
      formula.of(mean[0][r], mean[1][r], mean[2][r], mean[3][r], row_above, row_below);
      row_above = hn::Mul(hn::Set(d, counts[r]), row_above);
      above = hn::Add(hn::Mul(above, row_below), hn::Mul(row_above, below));
      below = hn::Mul(below, row_below);
    }
    const auto place = i / kLanes;
    const auto column = hn::Set(d, first + static_cast<double>(place));
    const auto counted = hn::Lt(column, hn::Load(d, ends + i % kLanes));
    sum = hn::Add(sum, hn::IfThenElseZero(counted, hn::Div(above, below)));
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

double SumWhole(const double* const* ring, const double* taps, double covariance_factor, std::size_t columns,
                double first, const double* ends, const double* counts) {
  return SumRows<SsimPart::whole>(ring, taps, covariance_factor, columns, first, ends, counts);
}

double SumContrastStructure(const double* const* ring, const double* taps, double covariance_factor,
                            std::size_t columns, double first, const double* ends, const double* counts) {
  return SumRows<SsimPart::contrast_structure>(ring, taps, covariance_factor, columns, first, ends, counts);
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
  SsimSum(Size size, LaneRows& a, LaneRows& b, const SsimForm& form)
      : size_(size),
        a_(a),
        b_(b),
        form_(form),
        skipped_(form.windows == SsimWindows::complete ? kSsimRadius : 0),
        windows_{size.height - 2 * skipped_, size.width - 2 * skipped_},
        lane_columns_((windows_.width + static_cast<int>(kLanes) - 1) / static_cast<int>(kLanes)) {
    for (std::size_t j = 0; j < kLanes; ++j) ends_[j] = windows_.width - static_cast<int>(j) * lane_columns_;
  }

  double mean() {
    const int strips = (lane_columns_ + static_cast<int>(kColumns) - 1) / static_cast<int>(kColumns);
    const int columns = (lane_columns_ + strips - 1) / strips;
    double sum = 0;
    for (int first = 0; first < lane_columns_; first += columns) {
      const int count = std::min(columns, lane_columns_ - first);
      const LaneStrip strip{skipped_ + first - kSsimRadius, lane_columns_, count + 2 * kSsimRadius};
      a_.open(strip);
      b_.open(strip);
      for (int plane = 0; plane < a_.planes(); ++plane) sum += of_strip(plane, first, static_cast<std::size_t>(count));
    }
    return sum / (static_cast<double>(windows_.pixels()) * a_.planes());
  }

 private:
  /// The windows of one plane in the open strip.
  double of_strip(int plane, int first, std::size_t columns) {
    double sum = 0;
    int next = 0;  // row to blur
    for (int centre = skipped_; centre < skipped_ + windows_.height; centre += kTogether) {
      const int end = std::min(size_.height, centre + kSsimRadius + static_cast<int>(kTogether));
      for (; next < end; ++next) {
        a_.read(plane, next, input_.row(0));
        b_.read(plane, next, input_.row(0) + kInput);
        HWY_DYNAMIC_DISPATCH(Products)(input_.row(0), (columns + 2 * kSsimRadius) * kLanes);
        HWY_DYNAMIC_DISPATCH(AlongRow)(input_.row(0), form_.taps.data(), columns, means_.row(place(next)));
      }
      sum += of_rows(centre, first, columns);
    }
    return sum;
  }

  /// The windows of this row and the next ones, as far as there are any.
  double of_rows(int centre, int first, std::size_t columns) const {
    std::array<const double*, kRows> ring;
    std::array<double, kTogether> counts;
    for (std::size_t k = 0; k < kRows; ++k) {
      const int row = centre - kSsimRadius + static_cast<int>(k);
      ring[k] = row >= 0 && row < size_.height ? means_.row(place(row)) : outside_.row(0);
    }
    for (std::size_t r = 0; r < kTogether; ++r) {
      counts[r] = centre + static_cast<int>(r) < skipped_ + windows_.height ? 1 : 0;
    }
    const auto run = [&](auto sum) {
      return sum(ring.data(), form_.taps.data(), form_.covariance_factor, columns, first, ends_.data(), counts.data());
    };
    if (form_.part == SsimPart::whole) return run(HWY_DYNAMIC_DISPATCH(SumWhole));
    return run(HWY_DYNAMIC_DISPATCH(SumContrastStructure));
  }

  static std::size_t place(int row) { return static_cast<std::size_t>(row) % kRows; }

  Size size_;
  LaneRows &a_, &b_;
  const SsimForm& form_;
  int skipped_;
  Size windows_;
  int lane_columns_;                               ///< Columns of windows of each lane; the last lanes may have fewer:
  alignas(64) std::array<double, kLanes> ends_{};  ///< negative where a lane has none.
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

double ssim_mean(Size size, LaneRows& a, LaneRows& b, const SsimForm& form) {
  return SsimSum(size, a, b, form).mean();
}

}  // namespace csgis::detail
#endif
