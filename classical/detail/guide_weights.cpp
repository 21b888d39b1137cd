#include "classical/detail/guide_weights.h"

#include "classical/detail/lab.h"
#include "classical/detail/row_blocks.h"

#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/guide_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "classical/detail/exp_log-inl.h"

#ifndef CSGIS_GUIDE_WEIGHTS_ONCE
#define CSGIS_GUIDE_WEIGHTS_ONCE
namespace csgis::detail {

template <class T>
struct Range {
  T least = std::numeric_limits<T>::infinity();
  T greatest = -std::numeric_limits<T>::infinity();

  void include(const Range& other) {
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
  }
};

constexpr double kWeightFloor = 1e-5;

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

using D16 = hn::CappedTag<float, PaddedPlane<float>::kMargin>;

void DistanceRow(const float* const* a, const float* const* b, int channels, int count, float* out,
                 Range<float>* range) {
  const D16 d;
  auto least = hn::Set(d, range->least), greatest = hn::Set(d, range->greatest);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    auto sum = hn::Zero(d);
    for (int c = 0; c < channels; ++c) {
      const auto difference = hn::Sub(hn::LoadU(d, a[c] + i), hn::LoadU(d, b[c] + i));
      sum = hn::MulAdd(difference, difference, sum);
    }
    hn::StoreU(sum, d, out + i);
    const auto inside = hn::FirstN(d, static_cast<std::size_t>(count - i));
    least = hn::Min(least, hn::IfThenElse(inside, sum, least));
    greatest = hn::Max(greatest, hn::IfThenElse(inside, sum, greatest));
  }
  range->least = hn::GetLane(hn::MinOfLanes(d, least));
  range->greatest = hn::GetLane(hn::MaxOfLanes(d, greatest));
}

void WeightRow(float offset, float scale, float factor, const float* factors, int count, float* row) {
  const D16 d;
  const auto floor = hn::Set(d, static_cast<float>(kWeightFloor));
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto distance = hn::LoadU(d, row + i);
    const auto weight = hn::Add(Exp2(d, hn::Mul(hn::Set(d, scale), hn::Sub(distance, hn::Set(d, offset)))), floor);
    const auto times = factors ? hn::LoadU(d, factors + i) : hn::Set(d, factor);
    hn::StoreU(hn::Mul(weight, times), d, row + i);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(DistanceRow);
HWY_EXPORT(WeightRow);

void distance_row(const float* const* a, const float* const* b, int channels, int count, float* out,
                  Range<float>& range) {
  HWY_DYNAMIC_DISPATCH(DistanceRow)(a, b, channels, count, out, &range);
}

void distance_row(const double* const* a, const double* const* b, int channels, int count, double* out,
                  Range<double>& range) {
  for (int i = 0; i < count; ++i) {
    double sum = 0;
    for (int c = 0; c < channels; ++c) sum += (a[c][i] - b[c][i]) * (a[c][i] - b[c][i]);
    out[i] = sum;
    range.include({sum, sum});
  }
}

/// row becomes (exp(-k (row - offset) / span) + 1e-5) times a factor or a row of factors.
void weight_row(double k, Range<float> range, double factor, const float* factors, int count, float* row) {
  const double kLog2E = 1.4426950408889634;
  const bool flat = range.greatest == range.least;
  const double span = flat ? 1 : static_cast<double>(range.greatest) - range.least;
  HWY_DYNAMIC_DISPATCH(WeightRow)
  (flat ? 0 : range.least, static_cast<float>(-k / span * kLog2E), static_cast<float>(factor), factors, count, row);
}

void weight_row(double k, Range<double> range, double factor, const double* factors, int count, double* row) {
  const bool flat = range.greatest == range.least;
  for (int i = 0; i < count; ++i) {
    const double normalised = flat ? row[i] : (row[i] - range.least) / (range.greatest - range.least);
    row[i] = (std::exp(-k * normalised) + kWeightFloor) * (factors ? factors[i] : factor);
  }
}

/// The rows of v as they are compared: Lab for colour, else the values themselves. Holds the last two rows asked for.
template <class T>
class GuideRows {
 public:
  explicit GuideRows(const std::vector<PaddedPlane<T>>& image) : image_(image) {
    if (image.size() == 3) {
      for (auto& row : rows_) row = PaddedPlane<T>({3, image.front().width()});
    }
  }

  /// Pointers to the channels of row y, valid until two other rows have been asked for.
  std::array<const T*, 3> operator()(int y) {
    std::array<const T*, 3> channels{};
    if (image_.size() == 1) {
      channels[0] = image_[0].row(y);
      return channels;
    }
    PaddedPlane<T>& lab = rows_[y % 2];
    if (held_[y % 2] != y) {
      const T* const rgb[3] = {image_[0].row(y), image_[1].row(y), image_[2].row(y)};
      T* const out[3] = {lab.row(0), lab.row(1), lab.row(2)};
      to_lab(rgb, lab.width(), out);
      held_[y % 2] = y;
    }
    for (int c = 0; c < 3; ++c) channels[static_cast<std::size_t>(c)] = lab.row(c);
    return channels;
  }

 private:
  const std::vector<PaddedPlane<T>>& image_;
  PaddedPlane<T> rows_[2];
  int held_[2] = {-1, -1};
};

/// Puts the squared distances into the graph; returns their range.
template <class T>
Range<T> measure(const std::vector<PaddedPlane<T>>& image, GridGraph<T>& graph, int threads) {
  const Size size = graph.size();
  std::vector<Range<T>> ranges(static_cast<std::size_t>(row_blocks(size.height)));
  parallel_rows(size.height, threads, [&](int first, int last) {
    GuideRows<T> rows(image);
    Range<T> range;
    for (int y = first; y < last; ++y) {
      const auto here = rows(y);
      const auto below = y + 1 < size.height ? rows(y + 1) : here;
      for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto [begin, end] = edge_columns(size, kEdgeSteps[e], y);
        std::array<const T*, 3> a{}, b{};
        for (std::size_t c = 0; c < image.size(); ++c) {
          a[c] = here[c] + begin;
          b[c] = (kEdgeSteps[e].dy ? below[c] : here[c]) + begin + kEdgeSteps[e].dx;
        }
        if (begin < end) {
          distance_row(a.data(), b.data(), static_cast<int>(image.size()), end - begin, graph.edges[e].row(y) + begin,
                       range);
        }
      }
    }
    ranges[static_cast<std::size_t>(first / kBlockRows)] = range;
  });
  Range<T> all;
  for (const Range<T>& range : ranges) all.include(range);
  return all;
}

template <class T>
GridGraph<T> weigh(const std::vector<PaddedPlane<T>>& image, double k, int steps, double factor,
                   const GridGraph<T>* factors, int threads) {
  const Size size = image.front().size();
  GridGraph<T> graph(size, steps);
  const Range<T> range = measure(image, graph, threads);
  parallel_rows(size.height, threads, [&](int first, int last) {
    for (int y = first; y < last; ++y) {
      for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto [begin, end] = edge_columns(size, kEdgeSteps[e], y);
        if (begin >= end) continue;
        T* const row = graph.edges[e].row(y);
        weight_row(k, range, factor, factors ? factors->edges[e].row(y) + begin : nullptr, end - begin, row + begin);
        // Both row functions store whole vectors: what lies behind the last edge has to be an absent edge again.
        std::fill(row + end, row + size.width + PaddedPlane<T>::kMargin, T{0});
      }
    }
  });
  return graph;
}

}  // namespace

template <class T>
GridGraph<T> guide_weights(const std::vector<PaddedPlane<T>>& image, double k, int steps, double factor, int threads) {
  return weigh<T>(image, k, steps, factor, nullptr, threads);
}

template <class T>
GridGraph<T> guide_weights(const std::vector<PaddedPlane<T>>& image, double k, const GridGraph<T>& factors,
                           int threads) {
  return weigh<T>(image, k, factors.steps(), 1, &factors, threads);
}

template GridGraph<float> guide_weights(const std::vector<PaddedPlane<float>>&, double, int, double, int);
template GridGraph<double> guide_weights(const std::vector<PaddedPlane<double>>&, double, int, double, int);
template GridGraph<float> guide_weights(const std::vector<PaddedPlane<float>>&, double, const GridGraph<float>&, int);
template GridGraph<double> guide_weights(const std::vector<PaddedPlane<double>>&, double, const GridGraph<double>&,
                                         int);

}  // namespace csgis::detail
#endif
