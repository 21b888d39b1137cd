#pragma once
/// Anti-aliased filling: exact area coverage per pixel from one pass over the edges, without supersampling.

#include "datagen/detail/path.h"
#include "imaging/image.h"

#include <vector>

namespace csgis::synth {

/// Accumulates edges, then yields the coverage row by row. Every edge adds, to the cells of the rows it crosses, the
/// change it makes to the covered area; the running sum along a row is the winding number averaged over each pixel.
/// The technique is that of Raph Levien's font-rs. The absolute sum, cut at 1, is exact for contours that do not
/// overlap; where overlapping contours of one orientation share an edge pixel their coverages add.
/// Cost: O(edge length + area of the bounding box).
class CoverageBuffer {
 public:
  explicit CoverageBuffer(Size size);

  /// Adds closed contours; parts outside the image are clipped. Open ranges are closed by a straight edge.
  void add(const Contours& contours);

  /// Calls row(y, x0, x1, coverage) for every row with something to draw: coverage[x - x0] in [0,1] for x0 <= x < x1.
  /// Empties the buffer.
  template <class Row>
  void sweep(Row&& row) {
    for (int y = first_row_; y < last_row_; ++y) {
      Extent& extent = extents_[static_cast<std::size_t>(y)];
      if (extent.begin < extent.end) {
        const int end = finish_row(y);
        if (extent.begin < end) row(y, extent.begin, end, coverage_.data() + extent.begin);
      }
      extent = {size_.width, 0};
    }
    first_row_ = size_.height;
    last_row_ = 0;
  }

 private:
  struct Extent {
    int begin = 0, end = 0;
  };

  void add_edge(Point a, Point b);
  void add_inside(Point a, Point b);
  void add_cells(int y, float x, float x_next, float signed_height);
  /// Turns the cells of row y into coverage_ and clears them; returns the end of the row inside the image.
  int finish_row(int y);

  Size size_;
  std::size_t stride_;
  std::vector<float> cells_;
  std::vector<float> coverage_;
  std::vector<Extent> extents_;
  int first_row_, last_row_;
};

}  // namespace csgis::synth
