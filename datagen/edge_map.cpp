#include "datagen/edge_map.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace csgis {
namespace {

/// Index reflected into [0, length) without repeating the border element, for steps of one beyond it.
int reflected(int i, int length) {
  if (length == 1) return 0;
  if (i < 0) return -i;
  return i < length ? i : 2 * length - 2 - i;
}

/// One plane with a column of reflected border on each side.
struct PaddedPlane {
  Size size;
  std::size_t stride;
  std::vector<std::int16_t> values;

  explicit PaddedPlane(Size s)
      : size(s), stride(static_cast<std::size_t>(s.width) + 2), values(stride * static_cast<std::size_t>(s.height)) {}

  std::int16_t* row(int y) { return values.data() + static_cast<std::size_t>(y) * stride + 1; }
  const std::int16_t* row(int y) const { return values.data() + static_cast<std::size_t>(y) * stride + 1; }

  template <class ValueOf>
  void fill(const Image8& image, ValueOf value_of) {
    for (int y = 0; y < size.height; ++y) {
      const std::uint8_t* rgb = image.row(y);
      std::int16_t* out = row(y);
      for (int x = 0; x < size.width; ++x) out[x] = static_cast<std::int16_t>(value_of(rgb + 3 * x));
      out[-1] = out[reflected(-1, size.width)];
      out[size.width] = out[reflected(size.width, size.width)];
    }
  }
};

/// Raises `strongest` to this plane's response where that is greater.
void accumulate_response(const PaddedPlane& plane, Image8& strongest) {
  const int width = plane.size.width;
  for (int y = 0; y < plane.size.height; ++y) {
    const std::int16_t* above = plane.row(reflected(y - 1, plane.size.height));
    const std::int16_t* here = plane.row(y);
    const std::int16_t* below = plane.row(reflected(y + 1, plane.size.height));
    std::uint8_t* out = strongest.row(y);
    for (int x = 0; x < width; ++x) {
      const int gx = above[x + 1] - above[x - 1] + 2 * (here[x + 1] - here[x - 1]) + below[x + 1] - below[x - 1];
      const int gy = below[x - 1] - above[x - 1] + 2 * (below[x] - above[x]) + below[x + 1] - above[x + 1];
      const int twice = std::min(std::abs(gx), 255) + std::min(std::abs(gy), 255);
      const int half = twice >> 1;
      const int response = half + (twice & half & 1);  // x.5 goes to the even neighbour
      out[x] = std::max(out[x], static_cast<std::uint8_t>(response));
    }
  }
}

int luma8(const std::uint8_t* rgb) {
  return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000;
}

}  // namespace

Image8 edge_map(const Image8& gt, const EdgeOptions& options) {
  require(gt.channels() == 3, "edge map: the GT has {} channels, needs 3", gt.channels());
  require(options.threshold >= 0 && options.threshold <= 255, "edge map: threshold is {}, must be 0 .. 255",
          options.threshold);
  Image8 edges(gt.size(), 1);
  PaddedPlane plane(gt.size());
  switch (options.channel) {
    case EdgeChannel::luma:
      plane.fill(gt, luma8);
      accumulate_response(plane, edges);
      break;
    case EdgeChannel::blue:
      plane.fill(gt, [](const std::uint8_t* rgb) { return rgb[2]; });
      accumulate_response(plane, edges);
      break;
    case EdgeChannel::max:
      for (int c = 0; c < 3; ++c) {
        plane.fill(gt, [c](const std::uint8_t* rgb) { return rgb[c]; });
        accumulate_response(plane, edges);
      }
      break;
  }
  for (std::uint8_t& value : edges.samples()) value = value >= options.threshold ? 255 : 0;
  return edges;
}

}  // namespace csgis
