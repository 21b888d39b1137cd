#pragma once
/// Chebyshev's iteration in float for the systems of sdf and wls: the fast mode.

#include "classical/detail/grid_graph.h"
#include "classical/execution.h"

#include <vector>

namespace csgis::detail {

/// Solves A x = b with A = Id + L as solve_jacobi_cg() does, for all channels together.
///
/// With D the diagonal of A and d its greatest entry, Gershgorin's discs bound the spectrum of D^-1 A by
/// [1 / d, 2 - 1 / d], so that Chebyshev's recurrence can run without inner products:
///   x_{k+1} = x_{k-1} + w_k (x_k - x_{k-1} + D^-1 (b - A x_k))
/// That takes about a third more iterations than conjugate gradients, but a row of x_{k+1} needs only three rows of
/// x_k: several iterations follow each other down the image within the second-level cache, where conjugate gradients
/// would go through all of memory for each of them. And every value is the same whatever the tiling and the thread
/// count.
///
/// @param b, x   1 or 3 planes; x in: the first guess, not greater in norm than b; out: the solution
/// @param tolerance  on the error |x - A^-1 b| / |b|, worst channel. The number of iterations follows from it by
///                   Chebyshev's bound; A >= Id makes the first residual a bound of the first error. Rounding adds
///                   about 2e-9 d to that.
/// @return       iterations and |b - A x| / |b|, worst channel; most of it is rounding of x, in the fastest modes
/// @throws DataError  d above 5e4, or values beyond what float can hold
/// Cost: about sqrt(d / 2) ln(2 q) iterations, q the quotient of first and wanted error. Memory: one plane for each
/// channel and one more.
SolveReport solve_chebyshev(const GridGraph<float>& graph, const std::vector<PaddedPlane<float>>& b,
                            std::vector<PaddedPlane<float>>& x, double tolerance, int threads);

}  // namespace csgis::detail
