#pragma once
/// Images of 8-bit levels for the tests of smoothers that compute with levels.

#include "tests/classical/test_images.h"

namespace csgis::test {

/// textured_image() rounded to levels v / 255.
inline ImageF level_image(Size size, int channels, double noise = 0.2) {
  ImageF image = textured_image(size, channels, noise);
  for (float& v : image.samples()) {
    v = static_cast<float>(std::nearbyint(static_cast<double>(v) * 255) / 255);
  }
  return image;
}

/// Number of values that differ; by more than one level they must not.
inline int differing_levels(const ImageF& a, const ImageF& b) {
  REQUIRE(greatest_difference(a, b) < 1.5 / 255);
  int count = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    count += std::abs(a.samples()[i] - b.samples()[i]) > 0.5F / 255 ? 1 : 0;
  }
  return count;
}

}  // namespace csgis::test
