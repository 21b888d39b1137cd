#include "classical/detail/gaussian_blur.h"

#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <cmath>
#include <random>

using csgis::Size;
using csgis::detail::gaussian_blur;
using csgis::detail::gaussian_taps;
using csgis::detail::PaddedPlane;
using csgis::test::on_every_simd_path;

namespace {

PaddedPlane<double> noise(Size size) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> value(0, 1);
  PaddedPlane<double> plane(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) plane.row(y)[x] = value(random);
  }
  return plane;
}

/// The definition as one two-dimensional sum.
double direct(const PaddedPlane<double>& in, const std::vector<double>& taps, int y, int x) {
  const int r = static_cast<int>(taps.size() / 2);
  double sum = 0;
  for (int dy = -r; dy <= r; ++dy) {
    for (int dx = -r; dx <= r; ++dx) {
      if (y + dy < 0 || y + dy >= in.height() || x + dx < 0 || x + dx >= in.width()) continue;
      sum += taps[static_cast<std::size_t>(r + dy)] * taps[static_cast<std::size_t>(r + dx)] * in.row(y + dy)[x + dx];
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("gaussian taps have the lengths of the definition and the sum 1", "[classical][blur]") {
  const std::vector<std::pair<double, std::size_t>> lengths = {
      {5, 25}, {3, 15}, {2.5, 13}, {2, 11}, {1.5, 9}, {1.25, 7}, {1, 5}, {0.75, 5}, {0.625, 3}, {0.5, 3}, {0.1, 1}};
  for (const auto& [sigma, length] : lengths) {
    INFO(sigma);
    const std::vector<double> taps = gaussian_taps(sigma);
    REQUIRE(taps.size() == length);
    double sum = 0;
    for (const double tap : taps) sum += tap;
    CHECK(sum == Approx(1).epsilon(1e-14));
    CHECK(taps.front() == taps.back());
  }
  // exp(-1/8) against 1 for neighbours at sigma 2
  const std::vector<double> taps = gaussian_taps(2);
  CHECK(taps[6] / taps[5] == Approx(std::exp(-0.125)).epsilon(1e-12));
}

TEST_CASE("gaussian blur equals the direct sum over a zero border on every SIMD target", "[classical][blur]") {
  for (const Size size : {Size{1, 1}, Size{1, 13}, Size{13, 1}, Size{17, 33}, Size{5, 64}, Size{3, 7}}) {
    const PaddedPlane<double> in = noise(size);
    PaddedPlane<float> narrow(size);
    for (int y = 0; y < size.height; ++y) std::copy_n(in.row(y), size.width, narrow.row(y));
    for (const double sigma : {0.1, 0.5, 1.0, 3.0, 11.0}) {
      const std::vector<double> taps = gaussian_taps(sigma);
      const PaddedPlane<double> exact = gaussian_blur(in, taps, 2);
      on_every_simd_path([&] {
        INFO(size.height << "x" << size.width << " sigma " << sigma);
        const PaddedPlane<float> fast = gaussian_blur(narrow, taps, 2);
        for (int y = 0; y < size.height; ++y) {
          for (int x = 0; x < size.width; ++x) {
            const double wanted = direct(in, taps, y, x);
            REQUIRE(exact.row(y)[x] == Approx(wanted).margin(1e-14));
            REQUIRE(static_cast<double>(fast.row(y)[x]) == Approx(wanted).margin(1e-6));
          }
          REQUIRE(fast.row(y)[size.width] == 0);
          REQUIRE(fast.row(y)[-1] == 0);
        }
      });
    }
  }
}
