#include "classical/detail/jacobi_cg.h"

#include "classical/detail/row_blocks.h"
#include "core/error.h"

#include <cmath>
#include <cstddef>
#include <numeric>

namespace csgis::detail {
namespace {

using Plane = PaddedPlane<double>;

/// Differences first, then weights: in flat areas with large weights x_p and x_q agree in most digits, and the
/// difference is exact where w_pq x_p - w_pq x_q would not be.
void laplacian_row(const GridGraph<double>& graph, const Plane& x, int y, double* out) {
  const int width = x.width();
  std::fill_n(out, width, 0.0);
  for (int e = 0; e < graph.steps(); ++e) {
    const auto [dy, dx] = kEdgeSteps[static_cast<std::size_t>(e)];
    const double* here = x.row(y);
    const double* ahead = x.row(y + dy) + dx;
    const double* behind = x.row(y - dy) - dx;
    const double* to_ahead = graph.edges[static_cast<std::size_t>(e)].row(y);
    const double* to_behind = graph.edges[static_cast<std::size_t>(e)].row(y - dy) - dx;
    for (int i = 0; i < width; ++i) {
      out[i] += to_ahead[i] * (here[i] - ahead[i]) + to_behind[i] * (here[i] - behind[i]);
    }
  }
}

/// 1 / diagonal of A.
Plane inverse_diagonal(const GridGraph<double>& graph, int threads) {
  Plane inverse(graph.size());
  parallel_rows(graph.size().height, threads, [&](int first, int last) {
    for (int y = first; y < last; ++y) {
      double* out = inverse.row(y);
      std::fill_n(out, graph.size().width, 1.0);
      for (int e = 0; e < graph.steps(); ++e) {
        const auto [dy, dx] = kEdgeSteps[static_cast<std::size_t>(e)];
        const double* to_ahead = graph.edges[static_cast<std::size_t>(e)].row(y);
        const double* to_behind = graph.edges[static_cast<std::size_t>(e)].row(y - dy) - dx;
        for (int i = 0; i < graph.size().width; ++i) out[i] += to_ahead[i] + to_behind[i];
      }
      for (int i = 0; i < graph.size().width; ++i) out[i] = 1 / out[i];
    }
  });
  return inverse;
}

class Solver {
 public:
  Solver(const GridGraph<double>& graph, const Plane& b, Plane& x, const SolveLimits& limits, int threads)
      : graph_(graph),
        b_(b),
        x_(x),
        limits_(limits),
        threads_(threads),
        inverse_(inverse_diagonal(graph, threads)),
        r_(graph.size()),
        p_(graph.size()),
        q_(graph.size()) {}

  SolveReport run() {
    const double scale = std::sqrt(sum_rows([&](int y) { return square(b_.row(y)); }));
    if (scale == 0) {
      x_ = Plane(b_.size());
      return {};
    }
    double rr = residual();
    double rz = start_direction();
    int iterations = 0;
    for (; std::sqrt(rr) > limits_.tolerance * scale && iterations < limits_.max_iterations; ++iterations) {
      const double step = rz / curvature();
      rr = advance(step);
      const double next = preconditioned();
      turn(next / rz);
      rz = next;
    }
    const double left = std::sqrt(residual()) / scale;
    require<DataError>(left <= limits_.acceptable,
                       "conjugate gradients: relative residual {:.3g} after {} iterations, wanted {:.3g}; the weights "
                       "are too large to solve for",
                       left, iterations, limits_.acceptable);
    return {iterations, left};
  }

 private:
  template <class RowSum>
  double sum_rows(const RowSum& row_sum) const {
    std::vector<double> sums(static_cast<std::size_t>(b_.height()));
    parallel_rows(b_.height(), threads_, [&](int first, int last) {
      for (int y = first; y < last; ++y) sums[static_cast<std::size_t>(y)] = row_sum(y);
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
  }

  double square(const double* row) const { return std::inner_product(row, row + b_.width(), row, 0.0); }

  /// r = b - A x; returns r.r.
  double residual() {
    return sum_rows([&](int y) {
      double* r = r_.row(y);
      laplacian_row(graph_, x_, y, r);
      for (int i = 0; i < b_.width(); ++i) r[i] = (b_.row(y)[i] - x_.row(y)[i]) - r[i];
      return square(r);
    });
  }

  /// p = D^-1 r; returns r.p.
  double start_direction() {
    return sum_rows([&](int y) {
      for (int i = 0; i < b_.width(); ++i) p_.row(y)[i] = inverse_.row(y)[i] * r_.row(y)[i];
      return std::inner_product(p_.row(y), p_.row(y) + b_.width(), r_.row(y), 0.0);
    });
  }

  /// q = A p; returns p.q.
  double curvature() {
    return sum_rows([&](int y) {
      const double* p = p_.row(y);
      double* q = q_.row(y);
      laplacian_row(graph_, p_, y, q);
      for (int i = 0; i < b_.width(); ++i) q[i] += p[i];
      return std::inner_product(p, p + b_.width(), q, 0.0);
    });
  }

  /// x += step p, r -= step q; returns r.r.
  double advance(double step) {
    return sum_rows([&](int y) {
      for (int i = 0; i < b_.width(); ++i) {
        x_.row(y)[i] += step * p_.row(y)[i];
        r_.row(y)[i] -= step * q_.row(y)[i];
      }
      return square(r_.row(y));
    });
  }

  /// r.D^-1 r
  double preconditioned() const {
    return sum_rows([&](int y) {
      double sum = 0;
      for (int i = 0; i < b_.width(); ++i) sum += r_.row(y)[i] * inverse_.row(y)[i] * r_.row(y)[i];
      return sum;
    });
  }

  /// p = D^-1 r + beta p
  void turn(double beta) {
    parallel_rows(b_.height(), threads_, [&](int first, int last) {
      for (int y = first; y < last; ++y) {
        for (int i = 0; i < b_.width(); ++i) {
          p_.row(y)[i] = inverse_.row(y)[i] * r_.row(y)[i] + beta * p_.row(y)[i];
        }
      }
    });
  }

  const GridGraph<double>& graph_;
  const Plane& b_;
  Plane& x_;
  const SolveLimits& limits_;
  int threads_;
  Plane inverse_, r_, p_, q_;
};

}  // namespace

SolveReport solve_jacobi_cg(const GridGraph<double>& graph, const PaddedPlane<double>& b, PaddedPlane<double>& x,
                            const SolveLimits& limits, int threads) {
  return Solver(graph, b, x, limits, threads).run();
}

}  // namespace csgis::detail
