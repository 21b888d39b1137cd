#pragma once
/// The linear systems of rtv, sdf and wls in the exact mode.

#include "classical/detail/jacobi_cg.h"
#include "classical/detail/solve_report.h"

#include <vector>

namespace csgis::detail {

/// (Id + L) x = b with the channels of an image as right-hand sides.
class ExactSystem {
 public:
  using Value = double;

  /// Keeps a reference to b.
  explicit ExactSystem(const ImageF& b) : b_(b) {}

  /// Channel after channel, which spares memory, each from the x given. Reports the worst channel.
  SolveReport solve(const GridGraph<double>& graph, std::vector<PaddedPlane<double>>& x, int threads) const {
    SolveReport report;
    for (int c = 0; c < b_.channels(); ++c) {
      const auto channel = to_plane<double>(b_, c);
      report = worse_of(report, solve_jacobi_cg(graph, channel, x[static_cast<std::size_t>(c)], kLimits, threads));
    }
    return report;
  }

 private:
  // What is acceptable stays below the 1e-6 asked of results, and doubles reach it for all weights the options allow.
  static constexpr SolveLimits kLimits{1e-12, 1e-7, 200'000};

  const ImageF& b_;
};

}  // namespace csgis::detail
