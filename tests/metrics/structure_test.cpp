#include "metrics/structure.h"
#include "metrics/local_energy.h"

#include "imaging/image.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace csgis;

namespace {

/// Two flat halves, 60 and 180, the edge between columns 31 and 32; then `change(y, x, value)` of each pixel.
template <class F>
Image8 halves(const F& change) {
  Image8 image({64, 64}, 3);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      std::fill_n(image.at(y, x), 3, static_cast<std::uint8_t>(std::lround(change(y, x, x < 32 ? 60.0 : 180.0))));
    }
  }
  return image;
}

const auto kSame = [](int, int, double value) { return value; };
const auto kChecks = [](int y, int x, double value) { return value + ((x + y) % 2 == 0 ? 6 : -6); };
const auto kRamp = [](int, int x, double) { return std::clamp(60 + 120 * (x - 15.5) / 32, 60.0, 180.0); };
const auto kLighter = [](int, int, double value) { return value + 10; };

}  // namespace

TEST_CASE("structure metrics of equal images") {
  const Image8 gt = halves(kSame);
  CHECK(edge_f_measure(gt, gt) == 1);
  CHECK(edge_gradient_error(gt, gt) == 0);
  CHECK(residual_texture(gt, gt) == 0);
  CHECK(colour_shift(gt, gt) == 0);
}

TEST_CASE("texture left over shows in residual-texture alone") {
  const Image8 gt = halves(kSame), pred = halves(kChecks);
  CHECK(residual_texture(pred, gt) == Approx(6).epsilon(0.01));
  CHECK(colour_shift(pred, gt) < 0.2);
  CHECK(edge_gradient_error(pred, gt) < 0.1);
}

TEST_CASE("an edge that was blurred away shows in edge-gradient and edge-f") {
  const Image8 gt = halves(kSame), pred = halves(kRamp);
  // The step of 120 has a gradient of 60 on either side; the ramp, 4 there in whole levels, is no edge any more.
  CHECK(edge_gradient_error(pred, gt) == Approx(56.0 / 60).epsilon(1e-6));
  CHECK(edge_f_measure(pred, gt) == 0);
  CHECK(residual_texture(pred, gt) < 3);
}

TEST_CASE("a uniform change of colour shows in colour-shift alone") {
  const Image8 gt = halves(kSame), pred = halves(kLighter);
  CHECK(colour_shift(pred, gt) == Approx(10 * std::sqrt(3.0)).epsilon(1e-5));
  CHECK(residual_texture(pred, gt) == Approx(0).margin(1e-4));
  CHECK(edge_gradient_error(pred, gt) == 0);
  CHECK(edge_f_measure(pred, gt) == 1);
}

TEST_CASE("edge-f forgives two pixels and no more, and counts both kinds of error") {
  const auto moved = [](int by) { return halves([by](int, int x, double) { return x < 32 + by ? 60.0 : 180.0; }); };
  const Image8 gt = moved(0);
  CHECK(edge_f_measure(moved(2), gt) == 1);
  CHECK(edge_f_measure(moved(3), gt) < 0.99);
  CHECK(edge_f_measure(moved(8), gt) == 0);
  // A second edge of the same length: half of what was found is right, all that was wanted is found.
  const Image8 twice = halves([](int, int x, double value) { return x < 10 ? 180.0 : value; });
  CHECK(edge_f_measure(twice, gt) == Approx(2 * 0.5 / 1.5));
  CHECK(edge_f_measure(gt, twice) == Approx(2 * 0.5 / 1.5));
}

TEST_CASE("images without edges") {
  Image8 flat({20, 20}, 3);
  std::ranges::fill(flat.samples(), std::uint8_t{90});
  const Image8 black({20, 20}, 3), dot({1, 1}, 1);
  CHECK(edge_f_measure(flat, black) == 1);
  CHECK_THROWS_WITH(edge_gradient_error(flat, black), ContainsSubstring("no edges"));
  CHECK(residual_texture(flat, black) == Approx(0).margin(1e-4));
  CHECK(colour_shift(flat, black) == Approx(90 * std::sqrt(3.0)).epsilon(1e-5));
  CHECK(colour_shift(dot, dot) == 0);
  CHECK(edge_f_measure(dot, dot) == 1);

  Image8 noise({20, 20}, 3);
  std::mt19937 random(1);
  for (std::uint8_t& sample : noise.samples()) sample = static_cast<std::uint8_t>(random() >> 24);
  CHECK_THROWS_WITH(residual_texture(flat, noise), ContainsSubstring("edges everywhere"));
}

TEST_CASE("local_energy_ratio tells textured places from flat ones") {
  // Left `low`, right `high` levels up and down in a fine checkerboard, on grey.
  const auto board = [](int low, int high) {
    Image8 image({64, 160}, 1);
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 160; ++x) {
        const int amplitude = x < 80 ? low : high;
        image.row(y)[x] = static_cast<std::uint8_t>(128 + ((y + x) % 2 == 0 ? amplitude : -amplitude));
      }
    }
    return image;
  };
  CHECK(local_energy_ratio(board(20, 20)) == Approx(1).epsilon(1e-6));
  // The blur leaves next to nothing of the finest pattern, so detail is its amplitude.
  CHECK(local_energy_ratio(board(4, 40)) == Approx(std::sqrt((1600 + 1.0 / 12) / (16 + 1.0 / 12))).epsilon(0.01));
  CHECK(local_energy_ratio(board(0, 40)) == Approx(std::sqrt(1600 * 12 + 1)).epsilon(0.01));
  CHECK_THROWS_AS(local_energy_ratio(Image8({15, 100}, 3)), InvalidArgument);
}
