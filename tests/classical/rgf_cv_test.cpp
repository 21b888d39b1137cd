#include "classical/rgf_cv.h"
#include "classical/bilateral.h"
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

const RgfCvOptions kOptions[] = {{45, 150, 1000, 4}, {9, 30, 3, 3}, {5, 12, 1.5, 2}, {0, 80, 3, 1}};

}  // namespace

TEST_CASE("exact rgf-cv is what its definition says, at any size") {
  for (const RgfCvOptions& options : kOptions) {
    for (const Size size : kSizes) {
      for (const int channels : {1, 3}) {
        INFO("d " << options.d << ", " << size.height << " x " << size.width << " x " << channels);
        const ImageF src = level_image(size, channels);
        CHECK(differing_levels(rgf_cv(src, options, kExact), plain_rgf_cv(src, options)) == 0);
      }
    }
  }
}

TEST_CASE("fast rgf-cv is what its definition says on every vector path") {
  on_every_simd_path([] {
    int values = 0, differing = 0;
    for (const RgfCvOptions& options : kOptions) {
      for (const Size size : kSizes) {
        for (const int channels : {1, 3}) {
          INFO("d " << options.d << ", " << size.height << " x " << size.width << " x " << channels);
          const ImageF src = level_image(size, channels);
          values += static_cast<int>(src.samples().size());
          differing += differing_levels(rgf_cv(src, options, kFast), plain_rgf_cv(src, options));
        }
      }
    }
    CHECK(differing * 1000 <= values);
  });
}

TEST_CASE("the checks of rgf-cv reject a filter that does nothing and a box blur") {
  const ImageF src = level_image({23, 19}, 3);
  const ImageF plain = plain_rgf_cv(src, {9, 30, 3, 3});
  CHECK(greatest_difference(src, plain) > 4.0 / 255);
  CHECK(greatest_difference(box_blurred(src), plain) > 4.0 / 255);
  CHECK(greatest_difference(plain_bilateral(src, {9, 30, 3}), plain) > 2.0 / 255);
}

TEST_CASE("rgf-cv keeps constants and strong edges; its first pass is bilateral and later ones smooth further") {
  for (const Execution& run : {kExact, kFast}) {
    ImageF flat({20, 31}, 3);
    std::ranges::fill(flat.samples(), 94.0F / 255);
    CHECK(same_bytes(rgf_cv(flat, {}, run), flat));

    const ImageF src = level_image({40, 50}, 3);
    const ImageF once = rgf_cv(src, {9, 60, 1000, 1}, run), often = rgf_cv(src, {9, 60, 1000, 4}, run);
    CHECK(same_bytes(once, bilateral(src, {9, 60, 1000}, run)));
    double rough_once = 0, rough_often = 0;
    for (int x = 1; x < 12; ++x) {
      rough_once += std::abs(once.row(0, 20)[x] - once.row(0, 20)[x - 1]);
      rough_often += std::abs(often.row(0, 20)[x] - often.row(0, 20)[x - 1]);
    }
    CHECK(rough_often < 0.8 * rough_once);
    CHECK(often.row(0, 20)[40] - often.row(0, 20)[5] > 0.35);
  }
}

TEST_CASE("rgf-cv treats rows and columns alike") {
  const ImageF src = level_image({24, 35}, 3);
  const RgfCvOptions options{11, 60, 4, 3};
  CHECK(differing_levels(transposed(rgf_cv(src, options, kExact)), rgf_cv(transposed(src), options, kExact)) == 0);
  CHECK(differing_levels(transposed(rgf_cv(src, options, kFast)), rgf_cv(transposed(src), options, kFast)) <= 3);
}

TEST_CASE("rgf-cv with a vanishing colour sigma is the identity on levels") {
  const ImageF src = level_image({19, 23}, 3);
  for (const Execution& run : {kExact, kFast}) CHECK(same_bytes(rgf_cv(src, {45, 1e-3, 1000, 4}, run), src));
}

TEST_CASE("rgf-cv gives the same bytes at any number of threads") {
  const ImageF src = level_image({143, 397}, 3);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    const ImageF one = rgf_cv(src, {7, 60, 1000, 2}, {precision, 1});
    for (const int threads : {2, 3}) CHECK(same_bytes(one, rgf_cv(src, {7, 60, 1000, 2}, {precision, threads})));
  }
}

TEST_CASE("rgf-cv names what it refuses") {
  ImageF src = level_image({5, 6}, 3);
  CHECK_THROWS_WITH(rgf_cv(src, {5, 60, 3, 0}), ContainsSubstring("iterations is 0"));
  CHECK_THROWS_WITH(rgf_cv(src, {0, 60, 1000, 1}), ContainsSubstring("rgf-cv: d=0"));
  src.row(1, 2)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(rgf_cv(src), ContainsSubstring("rgf-cv") && ContainsSubstring("row 2, column 3, channel 1"));
  CHECK_THROWS_AS(rgf_cv(ImageF()), InvalidArgument);
}
