#include "datagen/texture_measures.h"

#include "core/random.h"
#include "datagen/quilt.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

using namespace csgis;

namespace {

template <class ValueOf>
Image8 image_of(Size size, ValueOf value_of) {
  Image8 image(size, 3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::fill_n(image.at(y, x), 3, static_cast<std::uint8_t>(std::lround(value_of(y, x))));
    }
  }
  return image;
}

}  // namespace

TEST_CASE("seams show on ramps and not on tiles") {
  const auto ramp = image_of({32, 48}, [](int, int x) { return 4.0 * x; });
  CHECK(seam_strength(ramp) == Approx((4 * 47 + 0.5) / 4.5));
  const auto upright = image_of({48, 32}, [](int y, int) { return 4.0 * y; });
  CHECK(seam_strength(upright) == Approx(seam_strength(ramp)));
  const auto wave = image_of({40, 40}, [](int y, int x) {
    return 128 + 50 * std::sin(2 * std::numbers::pi * y / 20) + 50 * std::sin(2 * std::numbers::pi * x / 10);
  });
  CHECK(seam_strength(wave) < kWeakSeam);
  CHECK(seam_strength(image_of({1, 1}, [](int, int) { return 9; })) == 1);
  CHECK(seam_strength(image_of({30, 20}, [](int, int) { return 9; })) == 1);
}

TEST_CASE("measures find contrast, period and colour") {
  Random random(1, "test", "noise");
  for (const double period : {5.0, 12.0, 30.0}) {
    const auto stripes = image_of({128, 140}, [&](int y, int x) {
      return 128 + 40 * std::sin(2 * std::numbers::pi * (0.8 * x + 0.6 * y) / period) + random.uniform(-10, 10);
    });
    const TextureMeasures measures = measure_texture(stripes);
    CHECK(measures.period == Approx(period).epsilon(0.1));
    CHECK(measures.contrast == Approx(std::sqrt(40 * 40 / 2.0 + 100 / 3.0)).epsilon(0.03));
    CHECK(measures.colour == 0);
  }
  Image8 red({4, 4}, 3);
  for (int i = 0; i < 16; ++i) red.data()[3 * i] = 90;
  CHECK(measure_texture(red).colour == Approx(std::sqrt((60.0 * 60 + 2 * 30 * 30) / 3)));
  CHECK(measure_texture(red).period == 0);
}

TEST_CASE("a quilt is sewn of the texture's pixels and has no strong seam") {
  Random random(2, "test", "quilt");
  // Blotches of about 8 pixels on a ramp: repeated, the ramp's seam stands out.
  const auto texture = image_of(
      {64, 72}, [&](int y, int x) { return 60 + 1.5 * x + 30 * std::sin(0.7 * y + 0.3 * x) + random.uniform(0, 12); });
  REQUIRE(seam_strength(texture) > 3);
  const Image8 quilt = quilted(texture, Random(3, "quilt", "a"));
  CHECK(quilt.height() >= 64);
  CHECK(quilt.width() >= 72);
  CHECK(seam_strength(quilt) < kWeakSeam);
  std::set<int> values;
  for (const std::uint8_t value : texture.samples()) values.insert(value);
  bool all_known = true, is_filled = true;
  for (const std::uint8_t value : quilt.samples()) {
    all_known = all_known && values.contains(value);
    is_filled = is_filled && value != 0;
  }
  CHECK(all_known);
  CHECK(is_filled);
  // The ramp is gone, what was on it is not: less contrast overall, the same from pixel to pixel.
  CHECK(measure_texture(quilt).contrast > 0.5 * measure_texture(texture).contrast);

  const Image8 again = quilted(texture, Random(3, "quilt", "a")), other = quilted(texture, Random(4, "quilt", "a"));
  CHECK(std::ranges::equal(quilt.samples(), again.samples()));
  CHECK_FALSE(std::ranges::equal(quilt.samples(), other.samples()));
  const Image8 small = image_of({8, 90}, [](int y, int x) { return y + x; });
  CHECK(quilted(small, Random(1, "quilt", "b")).size() == small.size());
}
