#include "pipelines/train_pictures.h"

#include <algorithm>

namespace csgis {
namespace {

constexpr int kGap = 2;

/// Copies planes after one another, or one plane for all three channels, into a grid.
void place(Image8& grid, int top, int left, int height, int width, const std::vector<std::uint8_t>& planes) {
  const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  const bool is_grey = planes.size() == plane;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::size_t pixel =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      std::uint8_t* const to = grid.at(top + y, left + x);
      for (std::size_t c = 0; c < 3; ++c) to[c] = planes[is_grey ? pixel : c * plane + pixel];
    }
  }
}

std::vector<const std::vector<std::uint8_t>*> columns_of(const SamplePicture& sample) {
  std::vector<const std::vector<std::uint8_t>*> columns;
  for (const auto* planes : {&sample.input, &sample.output, &sample.truth, &sample.edge}) {
    if (!planes->empty()) columns.push_back(planes);
  }
  return columns;
}

}  // namespace

Image8 picture_grid(const std::vector<SamplePicture>& samples) {
  int height = 0, width = 0;
  for (const SamplePicture& s : samples) {
    height += static_cast<int>(s.height) + (height > 0 ? kGap : 0);
    const auto columns = static_cast<int>(columns_of(s).size());
    width = std::max(width, columns * static_cast<int>(s.width) + (columns - 1) * kGap);
  }
  Image8 grid({height, width}, 3);
  std::ranges::fill(grid.samples(), 255);
  int top = 0;
  for (const SamplePicture& s : samples) {
    const auto h = static_cast<int>(s.height), w = static_cast<int>(s.width);
    int left = 0;
    for (const auto* planes : columns_of(s)) {
      place(grid, top, left, h, w, *planes);
      left += w + kGap;
    }
    top += h + kGap;
  }
  return grid;
}

}  // namespace csgis
