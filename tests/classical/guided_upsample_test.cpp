#include "classical/guided_upsample.h"

#include "core/error.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>

using namespace csgis;

namespace {

/// A dark left and a bright right half, with stripes of a pixel's width on both.
ImageF striped_edge(Size size) {
  ImageF image(size, 1);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      image.row(0, y)[x] = (x < size.width / 2 ? 0.2F : 0.8F) + (x % 2 == 0 ? 0.02F : -0.02F);
    }
  }
  return image;
}

/// Each pixel the mean of two by two.
ImageF halved(const ImageF& image) {
  ImageF small({image.height() / 2, image.width() / 2}, 1);
  for (int y = 0; y < small.height(); ++y) {
    for (int x = 0; x < small.width(); ++x) {
      const float* const above = image.row(0, 2 * y) + 2 * x;
      const float* const below = image.row(0, 2 * y + 1) + 2 * x;
      small.row(0, y)[x] = (above[0] + above[1] + below[0] + below[1]) / 4;
    }
  }
  return small;
}

}  // namespace

TEST_CASE("a linear change at low resolution is the same change at full resolution") {
  ImageF full({24, 32}, 1);  // changes in every window, else a window could not tell the factor
  for (int y = 0; y < full.height(); ++y) {
    for (int x = 0; x < full.width(); ++x)
      full.row(0, y)[x] = 0.02F * static_cast<float>(x) + 0.01F * static_cast<float>(y);
  }
  const ImageF small = halved(full);
  ImageF changed = small.clone();
  for (float& value : changed.samples()) value = 0.5F * value + 0.1F;
  const ImageF result = guided_upsample(small, changed, full, {.radius = 2, .eps = 1e-12});
  for (std::size_t i = 0; i < full.samples().size(); ++i) {
    CHECK(result.data()[i] == Approx(0.5F * full.data()[i] + 0.1F).margin(1e-5));
  }
}

TEST_CASE("an edge stays where the full image has it, and flat regions take the smoothed values") {
  const ImageF full = striped_edge({24, 32}), small = halved(full);
  const ImageF result = guided_upsample(small, small, full);
  const int edge = full.width() / 2;
  CHECK(result.row(0, 12)[edge] - result.row(0, 12)[edge - 1] > 0.5);
  // The stripes vanish at half the size; far from the edge nothing brings them back.
  for (const int x : {1, 2, 29, 30}) {
    CHECK(result.row(0, 12)[x] == Approx(x < edge ? 0.2 : 0.8).margin(0.002));
  }
}

TEST_CASE("guided_upsample does not depend on the threads, takes any size, and refuses what does not fit") {
  const ImageF full = striped_edge({17, 23}), small = striped_edge({5, 3});
  const ImageF one = guided_upsample(small, small, full, {}, {Precision::fast, 1});
  const ImageF two = guided_upsample(small, small, full, {}, {Precision::fast, 2});
  CHECK(one.size() == full.size());
  CHECK(std::ranges::equal(one.samples(), two.samples()));
  CHECK(guided_upsample(striped_edge({1, 1}), striped_edge({1, 1}), full).size() == full.size());
  CHECK_THROWS_AS(guided_upsample(small, full, full), InvalidArgument);
  CHECK_THROWS_AS(guided_upsample(small, small, ImageF({4, 4}, 3)), InvalidArgument);
  CHECK_THROWS_AS(guided_upsample(small, small, full, {.radius = 0}), InvalidArgument);
}
