#pragma once
/// Conjugate gradients in float for the systems of rtv: the fast mode.

#include "classical/detail/grid_graph.h"
#include "classical/detail/mic_kernels.h"
#include "classical/execution.h"

#include <functional>
#include <vector>

namespace csgis::detail {

/// Solves (Id + L) x = b for 1 or 3 channels together on graphs with right and lower neighbours, several times for
/// graphs of one size.
///
/// Preconditioner: modified incomplete Cholesky without fill, MIC(0) (Gustafsson 1978), whose pivots are
///   d_i = a_ii - sum over neighbours j eliminated before i of w_ij (w_ij + other weights of j to later ones) / d_j.
/// Eisenstat's form (SIAM J. Sci. Stat. Comput. 2, 1981): with E = d^-1/2 the matrix is scaled to unit pivots,
/// E A E = (Id + L) + (Id + L^T) + middle, and one product with A costs no more than the two triangular sweeps:
///   t = (Id + L^T)^-1 p,  q = (Id + L)^-1 (p + middle t),  image of p = t + q.
/// The next direction needs |r|^2 before the vectors are touched again: it is predicted from alpha^2 |image|^2 - |r|^2
/// and computed properly in the pass that follows (predict and recompute, after Meurant), so that an iteration goes
/// through memory twice and not three times.
///
/// Order of elimination: from the first row down and from the last row up at the same time, meeting in the middle.
/// The two halves depend on each other at one row alone, so that two threads can sweep them, and since the order is
/// always this one, the result does not depend on the thread count. Iteration counts are those of the plain order.
class MicSolver {
 public:
  MicSolver(Size size, int channels);

  /// @param graph  two edge steps, size as constructed
  /// @param x      in: first guess, 0 for a channel of b that is 0; out: solution
  /// @param tolerance  on the norm of the residual that the preconditioner implies, |(Id + L)^-1 E (b - A x)| / |b|,
  ///                   worst channel. Since it is close to the norm of A^-1/2 (b - A x) and A >= Id, it is about the
  ///                   greatest relative error that x can have.
  /// @return       that residual
  /// @throws DataError  not reached, or values beyond what float can hold
  SolveReport solve(const GridGraph<float>& graph, const std::vector<PaddedPlane<float>>& b,
                    std::vector<PaddedPlane<float>>& x, double tolerance, int threads);

 private:
  using Planes = std::vector<PaddedPlane<float>>;
  /// Rows of the image in the order they are eliminated.
  struct Band {
    int first_group, groups;
    int first_row, rows, step;  ///< Row k of the band is row first_row + k step of the image.
  };

  void lay_out();
  int row_of(int group, int lane) const;  ///< Of the image; -1 for an empty row at the start of a band.
  bool is_meeting(int group) const { return groups_[static_cast<std::size_t>(group)].opposite != nullptr; }
  void sweep_down(int threads, const std::function<void(int, bool)>& work) const;
  void sweep_up(int threads, const std::function<void(int, bool)>& work) const;

  void load_weights(const GridGraph<float>& graph, int group);
  void load_residual(const GridGraph<float>& graph, const Planes& b, const Planes& x, int group);
  void add_to(Planes& x, int group) const;
  void factor(const GridGraph<float>& graph, int threads);
  std::vector<double> totals(int per_group) const;

  Size size_;
  MicShape shape_;
  int lanes_;
  std::vector<Band> bands_;
  std::vector<MicGroup> groups_;
  hwy::AlignedFreeUniquePtr<float[]> memory_;
  PaddedPlane<float> empty_row_;
  std::vector<double> sums_;  ///< One share per group; added up in the order of the groups.
};

}  // namespace csgis::detail
