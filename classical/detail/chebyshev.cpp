#include "classical/detail/chebyshev.h"

#include "classical/detail/row_blocks.h"
#include "core/error.h"

#include <array>
#include <cmath>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/chebyshev.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef CSGIS_CHEBYSHEV_ONCE
#define CSGIS_CHEBYSHEV_ONCE
namespace csgis::detail {

/// One row of the matrix and of the vectors it is applied to. All planes have rows of `stride` values.
struct StencilRow {
  const float* weights[4];  ///< To the neighbour ahead along each edge step.
  const float* inverse_diagonal;
  const float* b[3];
  const float* x[3];
  float* older[3];  ///< In: the iterate before x. Out: the one after it.
  std::ptrdiff_t stride;
  int width;
};

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, PaddedPlane<float>::kMargin>;
using V = hn::Vec<D>;

/// From a pixel to its neighbour ahead along an edge step, in values.
HWY_INLINE std::ptrdiff_t Ahead(int step, std::ptrdiff_t stride) {
  return kEdgeSteps[static_cast<std::size_t>(step)].dy * stride + kEdgeSteps[static_cast<std::size_t>(step)].dx;
}

/// The weights around the pixels of a vector, in registers for all channels.
template <int kSteps>
struct Weights {
  V ahead[kSteps], behind[kSteps];

  HWY_INLINE Weights(const StencilRow& row, int i) {
    for (int e = 0; e < kSteps; ++e) {
      ahead[e] = hn::LoadU(D(), row.weights[e] + i);
      behind[e] = hn::LoadU(D(), row.weights[e] + i - Ahead(e, row.stride));
    }
  }

  /// b + sum of w x over the neighbours: D times the result of a Jacobi step. Two chains of additions, for latency.
  HWY_INLINE V Gather(const StencilRow& row, int c, int i) const {
    const float* const x = row.x[c] + i;
    V sum = hn::LoadU(D(), row.b[c] + i), other = hn::Zero(D());
    for (int e = 0; e < kSteps; ++e) {
      sum = hn::MulAdd(ahead[e], hn::LoadU(D(), x + Ahead(e, row.stride)), sum);
      other = hn::MulAdd(behind[e], hn::LoadU(D(), x - Ahead(e, row.stride)), other);
    }
    return hn::Add(sum, other);
  }

  /// L x, differences first: in flat areas they are exact.
  HWY_INLINE V Laplacian(const StencilRow& row, int c, int i) const {
    const float* const x = row.x[c] + i;
    const V here = hn::LoadU(D(), x);
    V sum = hn::Zero(D());
    for (int e = 0; e < kSteps; ++e) {
      sum = hn::MulAdd(ahead[e], hn::Sub(here, hn::LoadU(D(), x + Ahead(e, row.stride))), sum);
      sum = hn::MulAdd(behind[e], hn::Sub(here, hn::LoadU(D(), x - Ahead(e, row.stride))), sum);
    }
    return sum;
  }
};

/// By value: the compiler may then keep the pointers in registers, which the stores could otherwise change.
template <int kSteps, int kChannels>
void Iterate(const StencilRow row, float omega) {
  const D d;
  const V w = hn::Set(d, omega);
  for (int i = 0; i < row.width; i += static_cast<int>(hn::Lanes(d))) {
    const Weights<kSteps> weights(row, i);
    const V inverse = hn::LoadU(d, row.inverse_diagonal + i);
    for (int c = 0; c < kChannels; ++c) {
      const V older = hn::LoadU(d, row.older[c] + i);
      const V step = hn::MulSub(inverse, weights.Gather(row, c, i), older);
      hn::StoreU(hn::MulAdd(w, step, older), d, row.older[c] + i);
    }
  }
}

void IterateRow(const StencilRow& row, int steps, int channels, float omega) {
  if (steps == 4) {
    channels == 3 ? Iterate<4, 3>(row, omega) : Iterate<4, 1>(row, omega);
  } else {
    channels == 3 ? Iterate<2, 3>(row, omega) : Iterate<2, 1>(row, omega);
  }
}

/// For each channel the sums over the row of (b - A x)^2 and b^2.
template <int kSteps>
void Residual(const StencilRow& row, int channels, double* sums) {
  const D d;
  V residual[3], scale[3];
  for (int c = 0; c < 3; ++c) residual[c] = scale[c] = hn::Zero(d);
  for (int i = 0; i < row.width; i += static_cast<int>(hn::Lanes(d))) {
    const Weights<kSteps> weights(row, i);
    for (int c = 0; c < channels; ++c) {
      const V b = hn::LoadU(d, row.b[c] + i);
      const V r = hn::Sub(hn::Sub(b, hn::LoadU(d, row.x[c] + i)), weights.Laplacian(row, c, i));
      residual[c] = hn::MulAdd(r, r, residual[c]);
      scale[c] = hn::MulAdd(b, b, scale[c]);
    }
  }
  for (int c = 0; c < channels; ++c) {
    sums[2 * c] = static_cast<double>(hn::GetLane(hn::SumOfLanes(d, residual[c])));
    sums[2 * c + 1] = static_cast<double>(hn::GetLane(hn::SumOfLanes(d, scale[c])));
  }
}

void ResidualRow(const StencilRow& row, int steps, int channels, double* sums) {
  steps == 4 ? Residual<4>(row, channels, sums) : Residual<2>(row, channels, sums);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(IterateRow);
HWY_EXPORT(ResidualRow);

// What the iterations in flight may hold; half of the smallest second-level cache that matters.
constexpr std::size_t kCacheBytes = 512 * 1024;
constexpr int kMostLevels = 16;
constexpr double kMostDiagonal = 5e4;  // keeps rounding 80 dB below a range of 1
constexpr double kMostError = 2;    // of a first guess, relative to b, if neither it nor the solution is greater than b
constexpr double kRounding = 1e-6;  // of float after some hundred iterations, relative

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

class Solver {
 public:
  using Planes = std::vector<PaddedPlane<float>>;

  Solver(const GridGraph<float>& graph, const Planes& b, Planes& x, int threads)
      : graph_(graph), b_(b), x_(x), threads_(threads), inverse_diagonal_(graph.size()) {
    invert_diagonal();
    for (std::size_t c = 0; c < x.size(); ++c) older_.emplace_back(graph.size());
    const std::size_t row_bytes = inverse_diagonal_.stride() * sizeof(float) * (3 * x.size() + graph.edges.size() + 1);
    levels_ = std::clamp(static_cast<int>(kCacheBytes / row_bytes) - 2, 1, kMostLevels);
  }

  SolveReport run(double tolerance) {
    const double greatest = static_cast<double>(greatest_diagonal_);
    require<DataError>(greatest <= kMostDiagonal,
                       "Chebyshev iteration: weights of {:.3g} around a pixel leave float too few digits (at most "
                       "{:.3g}); the exact mode solves for them",
                       greatest, kMostDiagonal);
    SolveReport report;
    report.residual = residual();
    const double first_error = std::min(report.residual, kMostError);
    if (first_error > tolerance) {
      report.iterations = iterations_for(first_error / tolerance);
      iterate(report.iterations);
      report.residual = residual();
    }
    // What the bounds promise, and what is left of an exact x after rounding.
    const double most = 2 * greatest * (tolerance + kRounding);
    require<DataError>(report.residual <= most,
                       "Chebyshev iteration: relative residual {:.3g} after {} iterations, at most {:.3g} was due; the "
                       "values are too large for float, the exact mode reaches further",
                       report.residual, report.iterations, most);
    return report;
  }

 private:
  void invert_diagonal() {
    const Size size = graph_.size();
    std::vector<float> greatest(index(size.height));
    parallel_rows(size.height, threads_, [&](int first, int last) {
      for (int y = first; y < last; ++y) {
        float* const sum = inverse_diagonal_.row(y);
        std::fill_n(sum, size.width + PaddedPlane<float>::kMargin, 1.0F);
        for (int e = 0; e < graph_.steps(); ++e) {
          const auto [dy, dx] = kEdgeSteps[index(e)];
          const float* const ahead = graph_.edges[index(e)].row(y);
          const float* const behind = graph_.edges[index(e)].row(y - dy) - dx;
          for (int i = 0; i < size.width; ++i) sum[i] += ahead[i] + behind[i];
        }
        greatest[index(y)] = *std::max_element(sum, sum + size.width);
        for (int i = 0; i < size.width; ++i) sum[i] = 1 / sum[i];
      }
    });
    greatest_diagonal_ = *std::max_element(greatest.begin(), greatest.end());
  }

  StencilRow stencil(int y, const Planes& x) const {
    StencilRow row{};
    row.width = graph_.size().width;
    row.stride = static_cast<std::ptrdiff_t>(inverse_diagonal_.stride());
    row.inverse_diagonal = inverse_diagonal_.row(y);
    for (int e = 0; e < graph_.steps(); ++e) row.weights[e] = graph_.edges[index(e)].row(y);
    for (std::size_t c = 0; c < x.size(); ++c) {
      row.b[c] = b_[c].row(y);
      row.x[c] = x[c].row(y);
    }
    return row;
  }

  /// Chebyshev's bound: after n steps the error is at most 2 / (g^n + g^-n) of the first.
  int iterations_for(double quotient) const {
    if (greatest_diagonal_ <= 1) return 1;
    return std::max(1, static_cast<int>(std::ceil(std::acosh(std::max(quotient, 1.0)) / std::acosh(1 / radius()))));
  }

  /// Of the spectrum of Id - D^-1 A.
  double radius() const { return 1 - 1 / static_cast<double>(greatest_diagonal_); }

  void iterate(int count) {
    double omega = 1;
    for (int done = 0; done < count;) {
      const int levels = std::min(levels_, count - done);
      std::vector<float> omegas;
      for (int k = 0; k < levels; ++k) {
        omegas.push_back(static_cast<float>(omega));
        const double square = radius() * radius();
        omega = done + k == 0 ? 1 / (1 - square / 2) : 1 / (1 - square * omega / 4);
      }
      sweep(omegas);
      done += levels;
      if (levels % 2 == 1) std::swap(x_, older_);
    }
  }

  /// One iteration per factor. x_ and older_ take turns: level j writes over the iterate two before it.
  /// The image is cut into bands, one for each thread. First every band does what depends on itself and on the values
  /// its neighbours start with: level j leaves out j rows at each cut. Then the wedges left at the cuts are filled.
  void sweep(const std::vector<float>& omegas) {
    const int height = graph_.size().height, levels = static_cast<int>(omegas.size());
    const int bands = std::clamp(height / (4 * levels), 1, threads_);
    const auto cut = [&](int band) { return static_cast<int>(std::int64_t{height} * band / bands); };
    parallel_blocks(bands, threads_, [&](int band) {
      const int first = cut(band), last = cut(band + 1);
      for (int front = first; front < last + levels; ++front) {
        for (int j = 0; j < levels; ++j) {
          const int y = front - j;  // needs row y + 1 of level j - 1, done just before
          const int begin = band == 0 ? first : first + j;
          const int end = band + 1 == bands ? last : last - j;
          if (y >= begin && y < end) iterate_row(y, j, omegas[index(j)]);
        }
      }
    });
    parallel_blocks(bands - 1, threads_, [&](int band) {
      for (int j = 1; j < levels; ++j) {
        for (int y = cut(band + 1) - j; y < cut(band + 1) + j; ++y) iterate_row(y, j, omegas[index(j)]);
      }
    });
  }

  void iterate_row(int y, int level, float omega) {
    StencilRow row = stencil(y, level % 2 == 0 ? x_ : older_);
    Planes& to = level % 2 == 0 ? older_ : x_;
    for (std::size_t c = 0; c < to.size(); ++c) row.older[c] = to[c].row(y);
    HWY_DYNAMIC_DISPATCH(IterateRow)(row, graph_.steps(), static_cast<int>(to.size()), omega);
  }

  /// |b - A x| / |b|, worst channel; channels of b that are 0 count with |b - A x| itself.
  double residual() const {
    const int height = graph_.size().height, channels = static_cast<int>(x_.size());
    std::vector<std::array<double, 6>> rows(index(height));
    parallel_rows(height, threads_, [&](int first, int last) {
      for (int y = first; y < last; ++y) {
        HWY_DYNAMIC_DISPATCH(ResidualRow)(stencil(y, x_), graph_.steps(), channels, rows[index(y)].data());
      }
    });
    double worst = 0;
    for (std::size_t c = 0; c < x_.size(); ++c) {
      double left = 0, scale = 0;
      for (const auto& sums : rows) {
        left += sums[2 * c];
        scale += sums[2 * c + 1];
      }
      const double relative = std::sqrt(scale > 0 ? left / scale : left);
      if (!(relative <= worst) && !std::isnan(worst)) worst = relative;  // a NaN stays
    }
    return worst;
  }

  const GridGraph<float>& graph_;
  const Planes& b_;
  Planes& x_;
  int threads_;
  PaddedPlane<float> inverse_diagonal_;
  Planes older_;
  float greatest_diagonal_ = 1;
  int levels_ = 1;
};

}  // namespace

SolveReport solve_chebyshev(const GridGraph<float>& graph, const std::vector<PaddedPlane<float>>& b,
                            std::vector<PaddedPlane<float>>& x, double tolerance, int threads) {
  return Solver(graph, b, x, threads).run(tolerance);
}

}  // namespace csgis::detail
#endif
