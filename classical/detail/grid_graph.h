#pragma once
/// The graph of an image: a pixel is joined to its right and its lower neighbour and, with eight neighbours, also to
/// its lower-right and its lower-left one. No wrap-around.

#include "classical/detail/padded_plane.h"

#include <array>
#include <vector>

namespace csgis::detail {

/// From the pixel (y, x) that stores an edge to its other end (y + dy, x + dx).
struct EdgeStep {
  int dy, dx;
};
inline constexpr std::array<EdgeStep, 4> kEdgeSteps = {{{0, 1}, {1, 0}, {1, 1}, {1, -1}}};

/// Non-negative weights, one plane for each of the first two or all four steps of kEdgeSteps. Edges that would leave
/// the image have weight 0, and so has the frame of the planes.
template <class T>
struct GridGraph {
  GridGraph(Size size, int steps) {
    for (int e = 0; e < steps; ++e) edges.emplace_back(size);
  }
  Size size() const { return edges.front().size(); }
  int steps() const { return static_cast<int>(edges.size()); }

  std::vector<PaddedPlane<T>> edges;
};

/// The columns x of row y whose edge along `step` stays inside the image: [first, last), perhaps empty.
struct Columns {
  int first, last;
};
inline Columns edge_columns(Size size, EdgeStep step, int y) {
  if (y + step.dy >= size.height) return {0, 0};
  return {step.dx < 0 ? -step.dx : 0, size.width - (step.dx > 0 ? step.dx : 0)};
}

}  // namespace csgis::detail
