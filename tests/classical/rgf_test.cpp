#include "classical/rgf.h"
#include "tests/classical/test_images.h"
#include "tests/support/catch.h"
#include "tests/support/plain_windows.h"
#include "tests/support/simd_paths.h"

#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

const Execution kExact{Precision::exact, 1};
const Execution kFast{Precision::fast, 1};

const Size kSizes[] = {{1, 1}, {1, 13}, {11, 1}, {2, 3}, {5, 4}, {7, 17}, {23, 19}, {37, 5}};

const RgfOptions kOptions[] = {{4, 0.1, 4, 0.05}, {3, 0.1, 4, 0.08}, {1.5, 0.3, 2, 0}, {2, 0.05, 1, 0.3}};

/// A dark field with a bright half at the right and a bright dot of 3 x 3 at (16, 8).
ImageF dot_and_edge() {
  ImageF image({32, 48}, 1);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 48; ++x) {
      const bool dot = std::abs(y - 16) <= 1 && std::abs(x - 8) <= 1;
      image.row(0, y)[x] = x >= 24 || dot ? 0.8F : 0.2F;
    }
  }
  return image;
}

double step_at_edge(const ImageF& image) {
  return image.row(0, 16)[24] - image.row(0, 16)[23];
}

}  // namespace

TEST_CASE("exact rgf is what its definition says, at any size") {
  for (const RgfOptions& options : kOptions) {
    for (const Size size : kSizes) {
      for (const int channels : {1, 3}) {
        INFO("sigma-s " << options.sigma_s << ", " << size.height << " x " << size.width << " x " << channels);
        const ImageF src = textured_image(size, channels);
        CHECK(greatest_difference(rgf(src, options, kExact), plain_rgf(src, options)) < 1e-6);
      }
    }
  }
}

TEST_CASE("fast rgf is what its definition says on every vector path") {
  on_every_simd_path([] {
    for (const RgfOptions& options : kOptions) {
      for (const Size size : kSizes) {
        for (const int channels : {1, 3}) {
          INFO("sigma-s " << options.sigma_s << ", " << size.height << " x " << size.width << " x " << channels);
          const ImageF src = textured_image(size, channels);
          CHECK(greatest_difference(rgf(src, options, kFast), plain_rgf(src, options)) < 5e-5);
        }
      }
    }
  });
}

TEST_CASE("fast rgf agrees with exact rgf across the borders of its tiles") {
  const ImageF src = textured_image({131, 389}, 1), exact = rgf(src, {}, kExact);
  on_every_simd_path([&] { CHECK(greatest_difference(rgf(src, {}, kFast), exact) < 5e-5); });
}

TEST_CASE("the checks of rgf reject a filter that does nothing and a box blur") {
  const ImageF src = textured_image({23, 19}, 3);
  const ImageF plain = plain_rgf(src, {});
  CHECK(greatest_difference(src, plain) > 1e-2);
  CHECK(greatest_difference(box_blurred(src), plain) > 1e-2);
}

TEST_CASE("rgf keeps constants, removes small bright things and gives large ones their edge back") {
  for (const Execution& run : {kExact, kFast}) {
    ImageF flat({20, 31}, 3);
    std::ranges::fill(flat.samples(), 0.37F);
    CHECK(greatest_difference(rgf(flat, {}, run), flat) < 1e-6);

    const ImageF src = dot_and_edge();
    const ImageF blurred = rgf(src, {4, 0.1, 1, 0.05}, run), smoothed = rgf(src, {4, 0.1, 8, 0.05}, run);
    CHECK(smoothed.row(0, 16)[8] < 0.27);
    CHECK(step_at_edge(blurred) < 0.1);
    CHECK(step_at_edge(smoothed) > 0.5);
    CHECK(step_at_edge(box_blurred(src)) < 0.5);  // what a blur would leave
  }
}

TEST_CASE("rgf stays within the range of its input") {
  const ImageF src = textured_image({33, 41}, 3, 0.4);
  const auto [low, high] = std::ranges::minmax(src.samples());
  for (const Execution& run : {kExact, kFast}) {
    const ImageF smoothed = rgf(src, {}, run);
    const auto [least, greatest] = std::ranges::minmax(smoothed.samples());
    CHECK(least >= low - 1e-6F);
    CHECK(greatest <= high + 1e-6F);
  }
}

TEST_CASE("rgf treats rows and columns alike, and channels by themselves") {
  const ImageF src = textured_image({24, 35}, 3);
  for (const Execution& run : {kExact, kFast}) {
    const ImageF smoothed = rgf(src, {}, run);
    CHECK(greatest_difference(transposed(smoothed), rgf(transposed(src), {}, run)) < 5e-5);
    ImageF second(src.size(), 1);
    std::copy_n(src.plane(1), src.size().pixels(), second.plane(0));
    const ImageF alone = rgf(second, {}, run);
    CHECK(std::equal(alone.samples().begin(), alone.samples().end(), smoothed.plane(1)));
  }
}

TEST_CASE("rgf with a window of one pixel is the identity") {
  const ImageF src = textured_image({19, 23}, 3);
  for (const Execution& run : {kExact, kFast}) {
    CHECK(greatest_difference(rgf(src, {1e-3, 0.1, 4, 0.05}, run), src) < 1e-7);
    CHECK(greatest_difference(rgf(src, {4, 0.1, 4, 0.999}, run), src) < 1e-7);
  }
}

TEST_CASE("rgf gives the same bytes at any number of threads") {
  const ImageF src = textured_image({143, 397}, 3);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    const ImageF one = rgf(src, {1.5, 0.1, 2, 0.05}, {precision, 1});
    for (const int threads : {2, 3}) CHECK(same_bytes(one, rgf(src, {1.5, 0.1, 2, 0.05}, {precision, threads})));
  }
}

TEST_CASE("rgf names what it refuses") {
  ImageF src = textured_image({5, 6}, 3);
  CHECK_THROWS_WITH(rgf(src, {0, 0.1, 4, 0.05}), ContainsSubstring("sigma-s is 0"));
  CHECK_THROWS_WITH(rgf(src, {4, 0, 4, 0.05}), ContainsSubstring("sigma-r is 0"));
  CHECK_THROWS_WITH(rgf(src, {4, 0.1, 0, 0.05}), ContainsSubstring("iterations is 0"));
  CHECK_THROWS_WITH(rgf(src, {4, 0.1, 4, 1}), ContainsSubstring("precision is 1"));
  src.row(1, 2)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(rgf(src), ContainsSubstring("rgf") && ContainsSubstring("row 2, column 3, channel 1"));
  CHECK_THROWS_AS(rgf(ImageF()), InvalidArgument);
}
