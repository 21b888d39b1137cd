#include "classical/gaussian.h"

#include "tests/classical/test_images.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

const Execution kExact{Precision::exact, 1};
const Execution kFast{Precision::fast, 1};

/// The definition as it stands: for each pixel one two-dimensional sum, divided by the weights inside the image.
ImageF plain_gaussian(const ImageF& src, double sigma) {
  const int r = (static_cast<int>(std::lround(5 * sigma)) | 1) / 2;
  ImageF out(src.size(), src.channels());
  for (int c = 0; c < src.channels(); ++c) {
    for (int y = 0; y < src.height(); ++y) {
      for (int x = 0; x < src.width(); ++x) {
        double sum = 0, total = 0;
        for (int v = std::max(0, y - r); v <= std::min(src.height() - 1, y + r); ++v) {
          for (int u = std::max(0, x - r); u <= std::min(src.width() - 1, x + r); ++u) {
            const double weight = std::exp(-((u - x) * (u - x) + (v - y) * (v - y)) / (2 * sigma * sigma));
            sum += weight * static_cast<double>(src.row(c, v)[u]);
            total += weight;
          }
        }
        out.row(c, y)[x] = static_cast<float>(sum / total);
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("gaussian is what its definition says, at any size, exact and fast") {
  for (const double sigma : {0.1, 0.5, 1.0, 2.0, 7.3}) {
    for (const Size size : {Size{1, 1}, Size{1, 13}, Size{11, 1}, Size{2, 3}, Size{7, 17}, Size{23, 40}}) {
      for (const int channels : {1, 3}) {
        INFO("sigma " << sigma << ", " << size.height << " x " << size.width << " x " << channels);
        const ImageF src = textured_image(size, channels), plain = plain_gaussian(src, sigma);
        CHECK(greatest_difference(gaussian(src, {sigma}, kExact), plain) < 1e-7);
        on_every_simd_path([&] { CHECK(greatest_difference(gaussian(src, {sigma}, kFast), plain) < 1e-6); });
      }
    }
  }
}

TEST_CASE("the checks of gaussian reject a filter that does nothing and a box blur") {
  const ImageF src = textured_image({23, 19}, 3), plain = plain_gaussian(src, 2);
  CHECK(greatest_difference(src, plain) > 1e-2);
  CHECK(greatest_difference(box_blurred(src), plain) > 1e-2);
}

TEST_CASE("gaussian keeps constants up to the border, stays in range, treats rows and columns alike") {
  for (const Execution& run : {kExact, kFast}) {
    ImageF flat({20, 31}, 3);
    std::ranges::fill(flat.samples(), 0.37F);
    CHECK(greatest_difference(gaussian(flat, {9}, run), flat) < 1e-6);

    const ImageF src = textured_image({24, 35}, 3, 0.4), blurred = gaussian(src, {}, run);
    const auto [low, high] = std::ranges::minmax(src.samples());
    const auto [least, greatest] = std::ranges::minmax(blurred.samples());
    CHECK(least >= low);
    CHECK(greatest <= high);
    CHECK(greatest_difference(transposed(blurred), gaussian(transposed(src), {}, run)) < 1e-6);
    CHECK(total_variation(blurred) < 0.3 * total_variation(src));
    CHECK(greatest_difference(gaussian(src, {0.1}, run), src) < 1e-6);
  }
}

TEST_CASE("gaussian gives the same bytes at any number of threads") {
  const ImageF src = textured_image({143, 97}, 3);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    const ImageF one = gaussian(src, {3}, {precision, 1});
    for (const int threads : {2, 3}) CHECK(same_bytes(one, gaussian(src, {3}, {precision, threads})));
  }
}

TEST_CASE("gaussian names what it refuses") {
  ImageF src = textured_image({5, 6}, 3);
  CHECK_THROWS_WITH(gaussian(src, {0}), ContainsSubstring("sigma is 0"));
  src.row(1, 2)[3] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH(gaussian(src), ContainsSubstring("gaussian") && ContainsSubstring("row 2, column 3, channel 1"));
  CHECK_THROWS_AS(gaussian(ImageF()), InvalidArgument);
}
