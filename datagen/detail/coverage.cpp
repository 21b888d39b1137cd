#include "datagen/detail/coverage.h"

#include <algorithm>
#include <cmath>

namespace csgis::synth {

CoverageBuffer::CoverageBuffer(Size size)
    : size_(size),
      stride_(static_cast<std::size_t>(size.width) + 2),  // an edge on the right border touches two cells beyond it
      cells_(stride_ * static_cast<std::size_t>(size.height)),
      coverage_(stride_),
      extents_(static_cast<std::size_t>(size.height), Extent{size.width, 0}),
      first_row_(size.height),
      last_row_(0) {}

void CoverageBuffer::add(const Contours& contours) {
  for (const Contours::Range& range : contours.ranges) {
    const auto loop = contours.of(range);
    for (std::size_t i = 0; i < loop.size(); ++i) add_edge(loop[i], loop[(i + 1) % loop.size()]);
  }
}

void CoverageBuffer::add_edge(Point a, Point b) {
  const auto height = static_cast<float>(size_.height), width = static_cast<float>(size_.width);
  if (a.y == b.y || std::max(a.y, b.y) <= 0 || std::min(a.y, b.y) >= height) return;
  const auto cut_y = [](Point from, Point to, float y) {
    return Point{from.x + (to.x - from.x) * ((y - from.y) / (to.y - from.y)), y};
  };
  const Point p = a.y < 0 ? cut_y(a, b, 0) : (a.y > height ? cut_y(a, b, height) : a);
  const Point q = b.y < 0 ? cut_y(a, b, 0) : (b.y > height ? cut_y(a, b, height) : b);
  // What lies left of the image still covers all of a row, what lies right of it nothing: those parts slide along the
  // row onto the border.
  const auto slide = [&](Point s, Point t) {
    add_inside({std::clamp(s.x, 0.0F, width), s.y}, {std::clamp(t.x, 0.0F, width), t.y});
  };
  const auto cut_x = [&](float x) { return Point{x, p.y + (q.y - p.y) * ((x - p.x) / (q.x - p.x))}; };
  const float left = std::min(p.x, q.x), right = std::max(p.x, q.x);
  Point from = p;
  const auto slide_to = [&](Point to) {
    slide(from, to);
    from = to;
  };
  const bool crosses_left = left < 0 && right > 0, crosses_right = left < width && right > width;
  const bool rightwards = p.x < q.x;
  if (rightwards && crosses_left) slide_to(cut_x(0));
  if (crosses_right) slide_to(cut_x(width));
  if (!rightwards && crosses_left) slide_to(cut_x(0));
  slide_to(q);
}

void CoverageBuffer::add_inside(Point a, Point b) {
  if (a.y == b.y) return;
  const float direction = a.y < b.y ? 1.0F : -1.0F;
  if (a.y > b.y) std::swap(a, b);
  const float slope = (b.x - a.x) / (b.y - a.y);
  const float low = std::min(a.x, b.x), high = std::max(a.x, b.x);
  const int y_begin = static_cast<int>(a.y), y_end = std::min(size_.height, static_cast<int>(std::ceil(b.y)));
  float x = a.x;
  for (int y = y_begin; y < y_end; ++y) {
    const auto top = static_cast<float>(y);
    const float rise = std::min(top + 1, b.y) - std::max(top, a.y);
    const float x_next = std::clamp(x + slope * rise, low, high);
    add_cells(y, x, x_next, direction * rise);
    x = x_next;
  }
  first_row_ = std::min(first_row_, y_begin);
  last_row_ = std::max(last_row_, y_end);
}

void CoverageBuffer::add_cells(int y, float x, float x_next, float signed_height) {
  float* row = cells_.data() + static_cast<std::size_t>(y) * stride_;
  const float x0 = std::min(x, x_next), x1 = std::max(x, x_next);
  const int first = static_cast<int>(x0), last = static_cast<int>(std::ceil(x1));
  Extent& extent = extents_[static_cast<std::size_t>(y)];
  extent.begin = std::min(extent.begin, first);
  extent.end = std::max(extent.end, std::max(last, first + 1) + 1);

  const float in0 = x0 - static_cast<float>(first);
  if (last <= first + 1) {  // within one cell: a trapezoid of mean width 1 - mid
    const float mid = 0.5F * (x0 + x1) - static_cast<float>(first);
    row[first] += signed_height * (1 - mid);
    row[first + 1] += signed_height * mid;
    return;
  }
  const float per_cell = 1 / (x1 - x0);
  const float in1 = x1 - static_cast<float>(last - 1);
  const float first_area = 0.5F * per_cell * (1 - in0) * (1 - in0);  // triangle in the first cell
  const float last_area = 0.5F * per_cell * in1 * in1;               // what the last cell leaves to the next
  row[first] += signed_height * first_area;
  if (last == first + 2) {
    row[first + 1] += signed_height * (1 - first_area - last_area);
  } else {
    const float second_area = per_cell * (1.5F - in0);
    row[first + 1] += signed_height * (second_area - first_area);
    for (int i = first + 2; i < last - 1; ++i) row[i] += signed_height * per_cell;
    const float before_last = second_area + static_cast<float>(last - first - 3) * per_cell;
    row[last - 1] += signed_height * (1 - before_last - last_area);
  }
  row[last] += signed_height * last_area;
}

int CoverageBuffer::finish_row(int y) {
  const Extent extent = extents_[static_cast<std::size_t>(y)];
  float* row = cells_.data() + static_cast<std::size_t>(y) * stride_;
  const int end = std::min(extent.end, size_.width);
  float sum = 0;
  for (int x = extent.begin; x < end; ++x) {
    sum += row[x];
    coverage_[static_cast<std::size_t>(x)] = std::min(std::fabs(sum), 1.0F);
  }
  std::fill(row + extent.begin, row + std::min(static_cast<std::size_t>(extent.end), stride_), 0.0F);
  return end;
}

}  // namespace csgis::synth
