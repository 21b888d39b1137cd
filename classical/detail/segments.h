#pragma once
/// The layout of a plane in which the fast periodic solver works: one image line per lane, many lines at once.
///
/// The lines of the image (rows, or columns when `transposed`) are cut into as many segments of consecutive lines as a
/// vector has lanes. Vector (j, x) holds sample x of line j of every segment. Everything along a line, above all its
/// Fourier transform, then needs no exchange between lanes at all, and the neighbour across lines is the same lane of
/// row j - 1 or j + 1, except at the ends of segments: rows -1 and `depth` hold copies of the neighbouring segments'
/// end lines (halos).

#include "imaging/image.h"

#include <hwy/aligned_allocator.h>

#include <cstddef>

namespace csgis::detail {

struct SegmentLayout {
  /// @param lanes  of a vector.
  SegmentLayout(Size size, bool transposed, int lanes);

  Size size;           ///< Of the image.
  bool transposed;     ///< Lines are columns.
  int length;          ///< Samples of a line.
  int lines;           ///< Number of lines.
  int lanes;           ///< Of a vector.
  int segments;        ///< Lanes in use: all, if there are as many lines.
  int depth;           ///< Lines of a long segment.
  int long_segments;   ///< The first so many segments have `depth` lines, the others one less.
  std::size_t stride;  ///< Vectors from row to row: at least length + 2, odd, so that columns spread over cache sets.

  int first_line(int segment) const;
  int line_count(int segment) const { return segment < long_segments ? depth : depth - 1; }
};

/// Rows of floats, aligned for vectors, all 0 at first. Reading or writing a few values past the end is allowed.
class AlignedRows {
 public:
  AlignedRows(int rows, std::size_t row_floats);

  float* row(int i) { return values_.get() + static_cast<std::size_t>(i) * row_floats_; }
  const float* row(int i) const { return values_.get() + static_cast<std::size_t>(i) * row_floats_; }

 private:
  std::size_t row_floats_;
  hwy::AlignedFreeUniquePtr<float[]> values_;
};

/// Rows -1..depth of vectors; vector `length` of a row repeats its first one. All 0 at first.
class SegmentPlane {
 public:
  explicit SegmentPlane(const SegmentLayout& layout)
      : rows_(layout.depth + 2, layout.stride * static_cast<std::size_t>(layout.lanes)) {}

  float* row(int j) { return rows_.row(j + 1); }
  const float* row(int j) const { return rows_.row(j + 1); }

 private:
  AlignedRows rows_;
};

/// Vectors that the solver sweeps together; rows have room for a whole number of such groups.
inline constexpr int kSweepGroup = 16;

/// Copies a channel of the layout's size. Halos and repeated vectors are not set.
void to_segments(const SegmentLayout& layout, const float* channel, int threads, SegmentPlane& plane);
void from_segments(const SegmentLayout& layout, const SegmentPlane& plane, int threads, float* channel);

/// Whether lines should be columns: the axis whose length is cheaper to transform makes the lines.
bool columns_are_cheaper(Size size);

}  // namespace csgis::detail
