#include "classical/detail/lab.h"

#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <cmath>
#include <vector>

using csgis::test::on_every_simd_path;

namespace {

struct Lab {
  double l, a, b;
};

/// The definition, formula by formula.
Lab by_hand(double red, double green, double blue) {
  const auto linear = [](double s) {
    const double l = std::pow((s + 0.099) / 1.099, 1 / 0.45);
    return l < 0.018 ? s / 4.5138 : l;
  };
  const double r = linear(red), g = linear(green), b = linear(blue);
  const auto t = [](double a) { return a < 0.008856 ? a * 841 / 108 + 4.0 / 29 : std::pow(a, 1.0 / 3); };
  const double x = t((0.412453220144 * r + 0.357579581294 * g + 0.180422589971 * b) / 0.950456);
  const double y = t(0.212671121341 * r + 0.715159205311 * g + 0.072168776776 * b);
  const double z = t((0.019333816462 * r + 0.119193540207 * g + 0.950226922290 * b) / 1.088754);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

template <class T>
std::vector<std::vector<T>> convert(const std::vector<std::vector<T>>& rgb, int count) {
  std::vector<std::vector<T>> lab(3, std::vector<T>(rgb[0].size()));
  const T* const in[3] = {rgb[0].data(), rgb[1].data(), rgb[2].data()};
  T* const out[3] = {lab[0].data(), lab[1].data(), lab[2].data()};
  csgis::detail::to_lab(in, count, out);
  return lab;
}

}  // namespace

TEST_CASE("to_lab follows the definition, exactly and on every SIMD target", "[classical][lab]") {
  constexpr int kLevels = 13, kCount = kLevels * kLevels * kLevels;
  std::vector<std::vector<double>> rgb(3, std::vector<double>(kCount));
  std::vector<std::vector<float>> narrow(3, std::vector<float>(kCount + 16));
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::size_t level[3] = {i % kLevels, i / kLevels % kLevels, i / kLevels / kLevels};
    for (std::size_t c = 0; c < 3; ++c) {
      narrow[c][i] = static_cast<float>(std::pow(static_cast<double>(level[c]) / (kLevels - 1), 2));
      rgb[c][i] = static_cast<double>(narrow[c][i]);
    }
  }
  const auto exact = convert(rgb, kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    const Lab wanted = by_hand(rgb[0][i], rgb[1][i], rgb[2][i]);
    REQUIRE(exact[0][i] == Approx(wanted.l).margin(1e-11));
    REQUIRE(exact[1][i] == Approx(wanted.a).margin(1e-11));
    REQUIRE(exact[2][i] == Approx(wanted.b).margin(1e-11));
  }
  on_every_simd_path([&] {
    const auto fast = convert(narrow, kCount);
    double greatest = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < kCount; ++i) {
        greatest = std::max(greatest, std::abs(static_cast<double>(fast[c][i]) - exact[c][i]));
      }
    }
    CHECK(greatest < 4e-4);
  });
}

TEST_CASE("to_lab: white is L 100 without colour, black is 0, and values below the curve stay finite",
          "[classical][lab]") {
  const auto lab = convert<double>({{1, 0, -0.5}, {1, 0, -0.5}, {1, 0, -0.5}}, 3);
  CHECK(lab[0][0] == Approx(100).margin(1e-7));
  CHECK(lab[1][0] == Approx(0).margin(1e-4));  // the matrix and the white point have six digits
  CHECK(lab[0][1] == Approx(116 * 4.0 / 29 - 16).margin(1e-12));
  CHECK(std::isfinite(lab[0][2]));
  CHECK(lab[0][2] < lab[0][1]);
}
