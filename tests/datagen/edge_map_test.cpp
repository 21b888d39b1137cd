#include "datagen/edge_map.h"
#include "core/random.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace csgis;

namespace {

/// Two flat halves side by side, `left` and `right` in the given channel, 100 elsewhere.
Image8 step(int channel, int left, int right) {
  Image8 image(Size{5, 6}, 3);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 6; ++x) {
      for (int c = 0; c < 3; ++c) image.at(y, x)[c] = 100;
      image.at(y, x)[channel] = static_cast<std::uint8_t>(x < 3 ? left : right);
    }
  }
  return image;
}

int edges(const Image8& image, EdgeChannel channel, int threshold) {
  int count = 0;
  const Image8 map = edge_map(image, {channel, threshold, false});
  for (const std::uint8_t v : map.samples()) count += v == 255 ? 1 : 0;
  return count;
}

/// The definition in floating point.
int slow_response(const Image8& image, int y, int x) {
  const auto at = [&](int yy, int xx) {
    const auto inside = [](int i, int n) { return n == 1 ? 0 : i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; };
    return static_cast<double>(image.at(inside(yy, image.height()), inside(xx, image.width()))[2]);
  };
  double gx = 0, gy = 0;
  const double smooth[3] = {1, 2, 1};
  for (int i = -1; i <= 1; ++i) {
    gx += smooth[i + 1] * (at(y + i, x + 1) - at(y + i, x - 1));
    gy += smooth[i + 1] * (at(y + 1, x + i) - at(y - 1, x + i));
  }
  return static_cast<int>(std::nearbyint(0.5 * std::min(std::abs(gx), 255.0) + 0.5 * std::min(std::abs(gy), 255.0)));
}

}  // namespace

TEST_CASE("edge_map equals the definition on noise of many sizes") {
  for (const Size size : {Size{1, 1}, Size{1, 8}, Size{8, 1}, Size{2, 2}, Size{7, 11}}) {
    Image8 image(size, 3);
    Random random(static_cast<std::uint64_t>(size.height * 100 + size.width), "test", "edges");
    for (std::uint8_t& v : image.samples()) v = static_cast<std::uint8_t>(random.below(80));
    const Image8 map = edge_map(image, {EdgeChannel::blue, 50, false});
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        CAPTURE(size.height, size.width, y, x);
        CHECK(int{map.row(y)[x]} == (slow_response(image, y, x) >= 50 ? 255 : 0));
      }
    }
  }
}

TEST_CASE("half responses are rounded to even before the threshold") {
  // A step of 25 gives |gx| = 100 and 50.0; of 24.75 it would be 99 and 49.5, which counts as 50.
  CHECK(edges(step(2, 0, 25), EdgeChannel::blue, 50) > 0);
  CHECK(edges(step(2, 0, 24), EdgeChannel::blue, 50) == 0);  // 96 / 2 = 48
}

TEST_CASE("blue sees only blue edges, max sees all, luma weighs them") {
  CHECK(edges(step(0, 0, 200), EdgeChannel::blue, 50) == 0);
  CHECK(edges(step(0, 0, 200), EdgeChannel::max, 50) > 0);
  CHECK(edges(step(2, 0, 200), EdgeChannel::blue, 50) == edges(step(2, 0, 200), EdgeChannel::max, 50));
  CHECK(edges(step(2, 0, 200), EdgeChannel::luma, 50) == 0);  // luma step 23: response 46
  CHECK(edges(step(1, 0, 200), EdgeChannel::luma, 50) > 0);
}

TEST_CASE("thin edges of anti-aliased structures are one pixel wide") {
  // A disc and two bars, drawn in 4x4 samples a pixel.
  const Size size{80, 100};
  Image8 image(size, 3);
  const auto inside = [](double y, double x) {
    return (y - 40) * (y - 40) + (x - 35) * (x - 35) < 25 * 25 || (x > 70.3 && x < 90.6 && y > 10 && y < 70);
  };
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      int hits = 0;
      for (int i = 0; i < 16; ++i) hits += inside(y + (i / 4 + 0.5) / 4, x + (i % 4 + 0.5) / 4) ? 1 : 0;
      for (int c = 0; c < 3; ++c) image.at(y, x)[c] = static_cast<std::uint8_t>(30 + 12 * hits);
    }
  }
  const Image8 wide = edge_map(image, {EdgeChannel::max, 50, false});
  const Image8 thin = edge_map(image, {EdgeChannel::max, 50, true});
  int wide_count = 0, thin_count = 0, longest = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      wide_count += wide.row(y)[x] != 0 ? 1 : 0;
      thin_count += thin.row(y)[x] != 0 ? 1 : 0;
      if (thin.row(y)[x] != 0) CHECK(wide.row(y)[x] != 0);
    }
    int run = 0;
    for (int x = 68; x < 95 && y > 15 && y < 65; ++x) {  // across the bar's upright sides
      run = thin.row(y)[x] != 0 ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    if (y > 15 && y < 65) {
      int sides = 0;
      for (int x = 66; x < 95; ++x) sides += thin.row(y)[x] != 0 ? 1 : 0;
      CHECK(sides == 2);
    }
  }
  CHECK(longest == 1);
  const double outline = 2 * 3.14159 * 25 + 2 * (20.3 + 60);
  CHECK(thin_count > 0.75 * outline);
  CHECK(thin_count < 1.25 * outline);
  CHECK(wide_count > 2 * thin_count);
}
