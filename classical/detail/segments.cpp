#include "classical/detail/segments.h"

#include "classical/detail/parallel_rows.h"
#include "imaging/detail/fft_plan.h"

#include <algorithm>
#include <vector>

namespace csgis::detail {
namespace {

/// Where sample 0 of row j of a segment stands in the channel.
std::size_t line_offset(const SegmentLayout& layout, int segment, int j) {
  const std::size_t line = static_cast<std::size_t>(layout.first_line(segment) + j);
  return layout.transposed ? line : line * static_cast<std::size_t>(layout.size.width);
}

std::size_t sample_step(const SegmentLayout& layout) {
  return layout.transposed ? static_cast<std::size_t>(layout.size.width) : 1;
}

}  // namespace

SegmentLayout::SegmentLayout(Size image_size, bool columns, int lane_count)
    : size(image_size),
      transposed(columns),
      length(columns ? image_size.height : image_size.width),
      lines(columns ? image_size.width : image_size.height),
      lanes(lane_count),
      segments(std::min(lanes, lines)),
      depth((lines + segments - 1) / segments),
      long_segments(lines - segments * (depth - 1)),
      stride(static_cast<std::size_t>((length + kSweepGroup - 1) / kSweepGroup * kSweepGroup + 3)) {}

int SegmentLayout::first_line(int segment) const {
  return segment * depth - std::max(0, segment - long_segments);
}

AlignedRows::AlignedRows(int rows, std::size_t row_floats) : row_floats_(row_floats) {
  // A shift by one lane reads and writes past the last vector.
  const std::size_t count = row_floats * static_cast<std::size_t>(rows) + 1;
  values_ = hwy::AllocateAligned<float>(count);
  require<Error>(values_ != nullptr, "cannot allocate {} bytes for an image plane", count * sizeof(float));
  std::fill_n(values_.get(), count, 0.0F);
}

void to_segments(const SegmentLayout& layout, const float* channel, int threads, SegmentPlane& plane) {
  const std::size_t lanes = static_cast<std::size_t>(layout.lanes), step = sample_step(layout);
  parallel_blocks(layout.depth, threads, [&](int j) {
    std::vector<const float*> lines;
    for (int s = 0; s < layout.segments && j < layout.line_count(s); ++s) {
      lines.push_back(channel + line_offset(layout, s, j));
    }
    float* vector = plane.row(j);
    for (std::size_t x = 0; x < static_cast<std::size_t>(layout.length); ++x, vector += lanes) {
      for (std::size_t s = 0; s < lines.size(); ++s) vector[s] = lines[s][x * step];
    }
  });
}

void from_segments(const SegmentLayout& layout, const SegmentPlane& plane, int threads, float* channel) {
  const std::size_t lanes = static_cast<std::size_t>(layout.lanes), step = sample_step(layout);
  parallel_blocks(layout.depth, threads, [&](int j) {
    std::vector<float*> lines;
    for (int s = 0; s < layout.segments && j < layout.line_count(s); ++s) {
      lines.push_back(channel + line_offset(layout, s, j));
    }
    const float* vector = plane.row(j);
    for (std::size_t x = 0; x < static_cast<std::size_t>(layout.length); ++x, vector += lanes) {
      for (std::size_t s = 0; s < lines.size(); ++s) lines[s][x * step] = vector[s];
    }
  });
}

bool columns_are_cheaper(Size size) {
  return fft_cost(size.height) < fft_cost(size.width);
}

}  // namespace csgis::detail
