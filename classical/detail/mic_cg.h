#pragma once
/// Conjugate gradients in float for the systems of rtv: the fast mode.

#include "classical/detail/checkerboard.h"
#include "classical/detail/grid_graph.h"
#include "classical/detail/mic_kernels.h"
#include "classical/execution.h"

#include <functional>
#include <vector>

namespace csgis::detail {

/// Solves (Id + L) x = b for 1 or 3 channels together on graphs with right and lower neighbours, several times for
/// graphs of one size.
///
/// Every second pixel is eliminated first (classical/detail/checkerboard.h): half the memory to go through, which is
/// what an iteration costs, and a little more than half the iterations.
/// Preconditioner of the rest: modified incomplete Cholesky, MIC(0) (Gustafsson 1978), off-diagonals those of the
/// matrix, pivots
///   d_i = a_ii - sum over neighbours j eliminated before i of w_ij (sum of the weights of j to later ones) / d_j.
/// Eisenstat's form (SIAM J. Sci. Stat. Comput. 2, 1981): with E = d^-1/2 the matrix is scaled to unit pivots,
/// E A E = (Id + L) + (Id + L^T) + middle, and one product with A costs no more than the two triangular sweeps:
///   t = (Id + L^T)^-1 p,  image of p = t + (Id + L)^-1 (p + middle t).
/// The next direction needs |r|^2 before the vectors are touched again: it is predicted from alpha^2 |image|^2 - |r|^2
/// and computed properly in the pass that follows (predict and recompute, after Meurant), so that an iteration goes
/// through memory twice and not three times.
///
/// Order of elimination: from the first row down and from the last row up at the same time, meeting in the middle.
/// The two halves depend on each other at two rows alone, so that two threads can sweep them, and since the order is
/// always this one, the result does not depend on the thread count. Iteration counts are those of the plain order.
class MicSolver {
 public:
  /// Whether the vectors in use have two lanes or more, which the layout needs. All but plain scalar code does.
  static bool runs_here() { return mic_lanes() > 1; }

  /// For right-hand sides b, to which a reference is kept.
  explicit MicSolver(const std::vector<PaddedPlane<float>>& b);

  /// @param graph  two edge steps, size of b
  /// @param x      in: first guess, 0 for a channel of b that is 0; out: solution
  /// @param tolerance  on the norm of the residual that the preconditioner implies, |(Id + L)^-1 E (b - A x)| / |b|,
  ///                   worst channel. Since it is close to the norm of A^-1/2 (b - A x) and A >= Id, it is about the
  ///                   greatest relative error that x can have.
  /// @return       that residual
  /// @throws DataError  not reached, or values beyond what float can hold
  SolveReport solve(const GridGraph<float>& graph, std::vector<PaddedPlane<float>>& x, double tolerance, int threads);

 private:
  using Planes = std::vector<PaddedPlane<float>>;
  /// Rows of the image in the order they are eliminated.
  struct Band {
    int first_group, groups;
    int first_row, rows, step;     ///< Row k of the band is row first_row + k step of the image.
    std::vector<float> near, far;  ///< As in MicPushes.
  };

  void lay_out();
  void join_bands();
  const Band& band_of(int group) const { return group < bands_[0].groups ? bands_[0] : bands_[1]; }
  int row_of(int group, int lane) const;  ///< Of the image; -1 for an empty row at the start of a band.
  int parity_of(const Band& band) const;
  int parity_of_group(int group) const { return parity_of(band_of(group)); }

  void sweep_down(int channels, int threads, const std::function<void(int, const MicPushes&)>& work);
  void sweep_up(int threads, const std::function<void(int)>& work) const;
  void receive(int channels);

  void load_weights(const Checkerboard& board, int group);
  void load_residual(const Checkerboard& board, const Planes& x, int group);
  void add_to(Planes& x, int group) const;
  void factor(const Checkerboard& board, int threads);
  /// From r as loaded to y, the correction of x.
  SolveReport iterate(double tolerance, int threads);
  std::vector<double> totals(int per_group) const;
  double* share(int group, int per_group);

  const Planes& b_;
  std::vector<double> norms_;  ///< Of b.
  Size size_;
  int lanes_;
  MicShape shape_;
  std::vector<Band> bands_;
  std::vector<MicGroup> groups_;
  hwy::AlignedFreeUniquePtr<float[]> memory_;
  std::vector<float> received_;  ///< As in MicPushes, for the last group of the second band.
  std::vector<double> sums_;     ///< One share per group; added up in the order of the groups.
};

}  // namespace csgis::detail
