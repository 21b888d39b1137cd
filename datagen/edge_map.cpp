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

/// Calls visit(y, x, gx, gy) with the derivatives at every pixel.
template <class Visit>
void for_each_gradient(const PaddedPlane& plane, Visit visit) {
  const int width = plane.size.width;
  for (int y = 0; y < plane.size.height; ++y) {
    const std::int16_t* above = plane.row(reflected(y - 1, plane.size.height));
    const std::int16_t* here = plane.row(y);
    const std::int16_t* below = plane.row(reflected(y + 1, plane.size.height));
    for (int x = 0; x < width; ++x) {
      const int gx = above[x + 1] - above[x - 1] + 2 * (here[x + 1] - here[x - 1]) + below[x + 1] - below[x - 1];
      const int gy = below[x - 1] - above[x - 1] + 2 * (below[x] - above[x]) + below[x + 1] - above[x + 1];
      visit(y, x, gx, gy);
    }
  }
}

/// Raises `strongest` to this plane's response where that is greater.
void accumulate_response(const PaddedPlane& plane, Image8& strongest) {
  for_each_gradient(plane, [&](int y, int x, int gx, int gy) {
    const int twice = std::min(std::abs(gx), 255) + std::min(std::abs(gy), 255);
    const int half = twice >> 1;
    const int response = half + (twice & half & 1);  // x.5 goes to the even neighbour
    std::uint8_t& out = strongest.row(y)[x];
    out = std::max(out, static_cast<std::uint8_t>(response));
  });
}

/// The strongest gradient of each pixel: how strong, and the neighbour it points to.
class Crests {
 public:
  explicit Crests(Size size) : size_(size), gradients_(size.pixels()) {}

  void accumulate(const PaddedPlane& plane) {
    for_each_gradient(plane, [&](int y, int x, int gx, int gy) {
      Gradient& strongest = gradients_[index(y, x)];
      const int strength = std::abs(gx) + std::abs(gy);
      if (strength <= strongest.strength) return;
      // tan(22.5 degrees) is about 2/5.
      const bool has_x = 5 * std::abs(gx) > 2 * std::abs(gy), has_y = 5 * std::abs(gy) > 2 * std::abs(gx);
      const int sign = (gx < 0) == (gy < 0) ? 1 : -1;
      strongest = {static_cast<std::int16_t>(strength), static_cast<std::int8_t>(has_x ? 1 : 0),
                   static_cast<std::int8_t>(has_y ? (has_x ? sign : 1) : 0)};
    });
  }

  bool is_crest(int y, int x) const {
    const Gradient& here = gradients_[index(y, x)];
    return here.strength > strength_at(y + here.dy, x + here.dx) &&
           here.strength >= strength_at(y - here.dy, x - here.dx);
  }

 private:
  struct Gradient {
    std::int16_t strength = 0;
    std::int8_t dx = 0, dy = 0;
  };

  std::size_t index(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) + static_cast<std::size_t>(x);
  }
  int strength_at(int y, int x) const {
    const bool inside = y >= 0 && x >= 0 && y < size_.height && x < size_.width;
    return inside ? gradients_[index(y, x)].strength : -1;
  }

  Size size_;
  std::vector<Gradient> gradients_;
};

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
  Crests crests(options.is_thin ? gt.size() : Size{});
  const auto add_plane = [&](auto value_of) {
    plane.fill(gt, value_of);
    accumulate_response(plane, edges);
    if (options.is_thin) crests.accumulate(plane);
  };
  switch (options.channel) {
    case EdgeChannel::luma:
      add_plane(luma8);
      break;
    case EdgeChannel::blue:
      add_plane([](const std::uint8_t* rgb) { return rgb[2]; });
      break;
    case EdgeChannel::max:
      for (int c = 0; c < 3; ++c) add_plane([c](const std::uint8_t* rgb) { return rgb[c]; });
      break;
  }
  for (std::uint8_t& value : edges.samples()) value = value >= options.threshold ? 255 : 0;
  if (!options.is_thin) return edges;
  for (int y = 0; y < gt.height(); ++y) {
    for (int x = 0; x < gt.width(); ++x) {
      if (!crests.is_crest(y, x)) edges.row(y)[x] = 0;
    }
  }
  return edges;
}

}  // namespace csgis
