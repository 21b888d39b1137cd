#include "classical/bilateral.h"
#include "classical/rgf_cv.h"
#include "tests/classical/level_images.h"
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

const BilateralOptions kOptions[] = {{45, 200, 1000}, {9, 30, 3}, {5, 12, 1.5}, {1, 60, 2}, {0, 80, 3}};

/// What one step of the filter lowers: the robust distances of all pairs of pixels in a window, inside the image.
double robust_energy(const ImageF& image, const BilateralOptions& o) {
  const int radius = o.d / 2;
  double energy = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      for (int v = y; v <= std::min(image.height() - 1, y + radius); ++v) {
        for (int u = x; u <= std::min(image.width() - 1, x + radius); ++u) {
          double distance = 0;
          for (int c = 0; c < image.channels(); ++c)
            distance += 255 * std::abs(image.row(c, y)[x] - image.row(c, v)[u]);
          energy += 1 - std::exp(-distance * distance / (2 * o.sigma_color * o.sigma_color));
        }
      }
    }
  }
  return energy;
}

}  // namespace

TEST_CASE("exact bilateral is what its definition says, at any size") {
  for (const BilateralOptions& options : kOptions) {
    for (const Size size : kSizes) {
      for (const int channels : {1, 3}) {
        INFO("d " << options.d << ", " << size.height << " x " << size.width << " x " << channels);
        const ImageF src = level_image(size, channels);
        CHECK(differing_levels(bilateral(src, options, kExact), plain_bilateral(src, options)) == 0);
      }
    }
  }
}

TEST_CASE("fast bilateral is what its definition says on every vector path") {
  on_every_simd_path([] {
    int values = 0, differing = 0;
    for (const BilateralOptions& options : kOptions) {
      for (const Size size : kSizes) {
        for (const int channels : {1, 3}) {
          INFO("d " << options.d << ", " << size.height << " x " << size.width << " x " << channels);
          const ImageF src = level_image(size, channels);
          values += static_cast<int>(src.samples().size());
          differing += differing_levels(bilateral(src, options, kFast), plain_bilateral(src, options));
        }
      }
    }
    CHECK(differing * 2000 <= values);
  });
}

TEST_CASE("fast bilateral agrees with exact bilateral across the borders of its tiles") {
  const ImageF src = level_image({131, 389}, 3);
  const BilateralOptions options{15, 60, 5};
  const ImageF exact = bilateral(src, options, kExact);
  on_every_simd_path([&] { CHECK(differing_levels(bilateral(src, options, kFast), exact) < 50); });
}

TEST_CASE("the checks of bilateral reject a filter that does nothing and a box blur") {
  const ImageF src = level_image({23, 19}, 3);
  const ImageF plain = plain_bilateral(src, {9, 30, 3});
  CHECK(greatest_difference(src, plain) > 4.0 / 255);
  CHECK(greatest_difference(box_blurred(src), plain) > 4.0 / 255);
}

TEST_CASE("bilateral keeps constants and strong edges, and lowers the robust distances of neighbours") {
  for (const Execution& run : {kExact, kFast}) {
    ImageF flat({20, 31}, 3);
    std::ranges::fill(flat.samples(), 94.0F / 255);
    CHECK(same_bytes(bilateral(flat, {}, run), flat));

    const ImageF src = level_image({40, 50}, 3);
    const BilateralOptions options{9, 60, 1000};
    const ImageF smoothed = bilateral(src, options, run);
    CHECK(robust_energy(smoothed, options) < 0.6 * robust_energy(src, options));
    CHECK(smoothed.row(0, 20)[40] - smoothed.row(0, 20)[5] > 0.35);
  }
}

TEST_CASE("bilateral treats rows and columns alike") {
  const ImageF src = level_image({24, 35}, 3);
  const BilateralOptions options{11, 60, 4};
  CHECK(differing_levels(transposed(bilateral(src, options, kExact)), bilateral(transposed(src), options, kExact)) ==
        0);
  CHECK(differing_levels(transposed(bilateral(src, options, kFast)), bilateral(transposed(src), options, kFast)) <= 2);
}

TEST_CASE("bilateral with a vanishing colour sigma is the identity on levels") {
  const ImageF src = level_image({19, 23}, 3);
  for (const Execution& run : {kExact, kFast}) CHECK(same_bytes(bilateral(src, {45, 1e-3, 1000}, run), src));
}

TEST_CASE("bilateral rounds to levels, halves to even") {
  ImageF src({1, 5}, 1);
  const float values[] = {0, 1, 0.5F / 255, 1.5F / 255, 2.4F / 255};
  const float expected[] = {0, 255, 0, 2, 2};
  std::copy(std::begin(values), std::end(values), src.plane(0));
  const ImageF out = bilateral(src, {3, 1e-3, 1});
  for (int x = 0; x < 5; ++x) CHECK(out.row(0, 0)[x] == expected[x] / 255);
}

TEST_CASE("bilateral and rgf-cv refuse values outside [0,1], with a hint") {
  for (const float value : {-0.001F, 1.001F}) {
    ImageF src({2, 2}, 1);
    src.row(0, 1)[1] = value;
    CHECK_THROWS_WITH(bilateral(src), ContainsSubstring("--normalise"));
    CHECK_THROWS_WITH(rgf_cv(src), ContainsSubstring("--normalise"));
  }
}

TEST_CASE("bilateral with d = 0 takes its radius from the spatial sigma") {
  const ImageF src = level_image({21, 18}, 1);
  CHECK(same_bytes(bilateral(src, {0, 60, 2}), bilateral(src, {6, 60, 2})));
  CHECK(!same_bytes(bilateral(src, {0, 60, 2}), bilateral(src, {8, 60, 2})));
  CHECK_THROWS_WITH(bilateral(src, {0, 60, 1000}),
                    ContainsSubstring("sigma-space 1000") && ContainsSubstring("at most 500"));
}

TEST_CASE("bilateral gives the same bytes at any number of threads") {
  const ImageF src = level_image({143, 397}, 3);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    const ImageF one = bilateral(src, {7, 60, 1000}, {precision, 1});
    for (const int threads : {2, 3}) CHECK(same_bytes(one, bilateral(src, {7, 60, 1000}, {precision, threads})));
  }
}

TEST_CASE("bilateral names what it refuses") {
  ImageF src = level_image({5, 6}, 3);
  CHECK_THROWS_WITH(bilateral(src, {-1, 60, 3}), ContainsSubstring("d is -1"));
  CHECK_THROWS_WITH(bilateral(src, {5, 0, 3}), ContainsSubstring("sigma-color is 0"));
  CHECK_THROWS_WITH(bilateral(src, {5, 60, 0}), ContainsSubstring("sigma-space is 0"));
  src.row(1, 2)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(bilateral(src), ContainsSubstring("row 2, column 3, channel 1"));
  CHECK_THROWS_AS(bilateral(ImageF()), InvalidArgument);
  CHECK_THROWS_WITH(bilateral(ImageF({4, 4}, 2)), ContainsSubstring("2 channels"));
}
