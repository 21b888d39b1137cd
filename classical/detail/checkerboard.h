#pragma once
/// Eliminating every second pixel of a system on the four-neighbour graph; used by the MIC(0) solver.
///
/// In (Id + L) x = b a red pixel, x + y odd, has black neighbours only, so that
///   x_red = (b_red + sum of w x over its neighbours) / d,   d = 1 + sum of w
/// can be put into the equations of the black ones. What remains has half the unknowns, each joined to the eight pixels
/// that share a red neighbour with it: weights w w' / d, summed over the red pixels between, and everything that
/// guarantees convergence is kept. A first guess whose red pixels fulfil their equations has the same residual in
/// both systems.

#include "classical/detail/grid_graph.h"

#include <vector>

namespace csgis::detail {

/// Where a row's reduced weights go, as many values as a row of a PaddedPlane can be written. Values at red pixels mean
/// nothing.
struct ReducedRow {
  float* east;       ///< To the pixel two columns on, same row.
  float* southwest;  ///< To the next row, one column back.
  float* southeast;  ///< To the next row, one column on.
  float* far_south;  ///< Two rows on, same column.
  float* diagonal;   ///< Of the reduced matrix, less 1.
};

/// A graph of two edge steps seen from either side: the next row is the one below or, turned over, the one above.
class Checkerboard {
 public:
  /// Keeps a reference. Cost: one plane.
  Checkerboard(const GridGraph<float>& graph, int threads);

  /// The equations of row y; `step`, 1 or -1, leads to the next row.
  void reduce_row(int y, int step, const ReducedRow& out) const;

  /// Red pixels of x, all channels, from their neighbours.
  void fill_red(const std::vector<PaddedPlane<float>>& b, std::vector<PaddedPlane<float>>& x, int threads) const;

  /// b - A x of row y, differences of x formed first: in flat areas they are exact.
  void residual_row(const PaddedPlane<float>& b, const PaddedPlane<float>& x, int y, float* out) const;

 private:
  const GridGraph<float>& graph_;
  PaddedPlane<float> inverse_;  ///< 1 / d
  PaddedPlane<float> empty_;    ///< A row of no edges, for what lies outside the image.
};

}  // namespace csgis::detail
