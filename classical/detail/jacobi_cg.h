#pragma once
/// Conjugate gradients in double for the systems of rtv, sdf and wls: the exact mode, and the truth their fast solvers
/// are tested against.

#include "classical/detail/grid_graph.h"
#include "classical/execution.h"

namespace csgis::detail {

struct SolveLimits {
  double tolerance;   ///< On |b - A x| / |b|, as the recursion knows it.
  double acceptable;  ///< On the same computed anew from x: rounding keeps it about 2e-16 |A| away from 0.
  int max_iterations;
};

/// Solves A x = b with A = Id + L, L the Laplacian of the graph, (L x)_p = sum over neighbours q of w_pq (x_p - x_q).
/// Preconditioned by the diagonal of A.
/// @param x  In: the first guess. Out: the solution.
/// @return   Iterations, and the residual computed anew from x, not the one the recursion believes.
/// The smallest eigenvalue of A is 1, hence |x - exact| <= |b - A x|: the residual bounds the error.
/// @throws DataError  residual not acceptable after max_iterations, or values beyond what double can hold.
/// Cost: about 0.5 sqrt(k) ln(2 / tolerance) iterations, k = 1 + 2 max(sum of the weights at a pixel); four planes of
/// double beside the arguments. Sums are formed row by row in order: same bits at any thread count.
SolveReport solve_jacobi_cg(const GridGraph<double>& graph, const PaddedPlane<double>& b, PaddedPlane<double>& x,
                            const SolveLimits& limits, int threads);

}  // namespace csgis::detail
