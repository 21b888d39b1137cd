#include "classical/detail/box_mean.h"
#include "classical/detail/disc_taps.h"
#include "classical/detail/padding.h"
#include "tests/support/catch.h"

#include <cmath>
#include <string>

using namespace csgis;
using namespace csgis::detail;

namespace {

/// Letters of "abcd..." from index -4 to length + 3.
std::string continued(int length, Border border) {
  std::string text;
  for (int i = -4; i < length + 4; ++i) text += static_cast<char>('a' + border_index(i, length, border));
  return text;
}

std::vector<double> some_values(Size size) {
  std::vector<double> values;
  for (std::size_t i = 0; i < size.pixels(); ++i) values.push_back(0.5 + 0.5 * std::sin(static_cast<double>(i * i)));
  return values;
}

double direct_mean(const std::vector<double>& plane, Size size, int radius, Border border, int y, int x) {
  double sum = 0;
  for (int v = y - radius; v <= y + radius; ++v) {
    for (int u = x - radius; u <= x + radius; ++u) {
      sum += plane[static_cast<std::size_t>(border_index(v, size.height, border) * size.width +
                                            border_index(u, size.width, border))];
    }
  }
  return sum / ((2 * radius + 1) * (2 * radius + 1));
}

}  // namespace

TEST_CASE("images are continued past their border, folding as often as needed") {
  CHECK(continued(5, Border::replicate) ==
        "aaaa"
        "abcde"
        "eeee");
  CHECK(continued(5, Border::reflect) ==
        "dcba"
        "abcde"
        "edcb");
  CHECK(continued(5, Border::reflect_101) ==
        "edcb"
        "abcde"
        "dcba");
  CHECK(continued(2, Border::reflect) ==
        "abba"
        "ab"
        "baab");
  CHECK(continued(2, Border::reflect_101) ==
        "abab"
        "ab"
        "abab");
  for (const Border border : {Border::replicate, Border::reflect, Border::reflect_101}) {
    CHECK(continued(1, border) == "aaaaaaaaa");
  }
}

TEST_CASE("margins of padded planes hold what the border says, corners included") {
  for (const Border border : {Border::replicate, Border::reflect, Border::reflect_101}) {
    PaddedPlanes<int> planes({3, 4}, 2, 5);
    for (int c = 0; c < 2; ++c) {
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 4; ++x) planes.row(c, y)[x] = 100 * c + 10 * y + x;
      }
    }
    planes.fill_margin(border);
    for (int c = 0; c < 2; ++c) {
      for (int y = -5; y < 8; ++y) {
        for (int x = -5; x < 9; ++x) {
          CHECK(planes.row(c, y)[x] == 100 * c + 10 * border_index(y, 3, border) + border_index(x, 4, border));
        }
      }
    }
  }
}

TEST_CASE("box means are the direct means, for windows shorter and longer than the image and over many restarts") {
  for (const Size size : {Size{1, 1}, {3, 5}, {1, 2 * kBoxRestart + 9}, {2 * kBoxRestart + 9, 2}, {70, 67}}) {
    for (const int radius : {0, 1, 4, 11}) {
      for (const Border border : {Border::replicate, Border::reflect}) {
        const std::vector<double> plane = some_values(size);
        std::vector<double> means = plane;
        box_mean(means, size, radius, border, 1);
        double greatest = 0;
        for (int y = 0; y < size.height; ++y) {
          for (int x = 0; x < size.width; ++x) {
            const double mean = means[static_cast<std::size_t>(y * size.width + x)];
            greatest = std::max(greatest, std::abs(mean - direct_mean(plane, size, radius, border, y, x)));
          }
        }
        INFO(size.height << " x " << size.width << ", radius " << radius);
        CHECK(greatest < 1e-13);
      }
    }
  }
}

TEST_CASE("discs hold the positions within their radius, with Gaussian weights") {
  for (const int radius : {0, 1, 2, 5, 22}) {
    const DiscTaps taps = disc_of_radius(radius, 7);
    REQUIRE(taps.rows.size() == static_cast<std::size_t>(radius) + 1);
    for (int dy = -radius; dy <= radius; ++dy) {
      for (int dx = -radius; dx <= radius; ++dx) {
        const TapRow& row = taps.row(dy);
        const bool inside = dx * dx + dy * dy <= radius * radius;
        CHECK((std::abs(dx) <= row.reach) == inside);
        if (inside) CHECK(row.weight(dx) == Approx(std::exp(-(dx * dx + dy * dy) / 98.0)));
      }
    }
  }
}

TEST_CASE("discs above a precision: the radii and counts of the definition") {
  const auto count = [](const DiscTaps& taps) {
    int positions = 0;
    for (int dy = -taps.radius; dy <= taps.radius; ++dy) positions += 2 * taps.row(dy).reach + 1;
    return positions;
  };
  const DiscTaps comparison = disc_above(0.05, 4);
  CHECK(comparison.radius == 9);
  CHECK(count(comparison) == 293);
  CHECK(disc_above(0.08, 3).radius == 6);
  CHECK(disc_above(0, 2).radius == 6);        // floor(3 sigma)
  CHECK(count(disc_above(0, 2)) == 13 * 13);  // the whole square
  CHECK(count(disc_above(0.999, 4)) == 1);
  CHECK(count(disc_above(0.05, 1e-3)) == 1);
}
