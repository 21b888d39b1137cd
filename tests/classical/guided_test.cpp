#include "classical/guided.h"
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

/// Both forms behind one signature.
struct Form {
  const char* name;
  ImageF (*smooth)(const ImageF&, int radius, double eps, const Execution&);
  ImageF (*plain)(const ImageF&, int radius, double eps);
};

const Form kForms[] = {
    {"guided",
     [](const ImageF& src, int radius, double eps, const Execution& run) {
       return guided(src, {radius, eps}, run);
     },
     [](const ImageF& src, int radius, double eps) {
       return plain_guided(src, {radius, eps});
     }},
    {"guided-cov",
     [](const ImageF& src, int radius, double eps, const Execution& run) {
       return guided_cov(src, {radius, eps}, run);
     },
     [](const ImageF& src, int radius, double eps) {
       return plain_guided_cov(src, {radius, eps});
     }},
};

const Size kSizes[] = {{1, 1}, {1, 13}, {11, 1}, {2, 3}, {5, 4}, {7, 17}, {23, 19}, {31, 5}};

/// Squared differences of neighbours in a row.
double roughness(const ImageF& image) {
  double sum = 0;
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 1; x < image.width(); ++x) sum += std::pow(image.row(c, y)[x] - image.row(c, y)[x - 1], 2);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("exact guided filters are what their definitions say, at any size") {
  for (const Form& form : kForms) {
    for (const Size size : kSizes) {
      for (const int channels : {1, 3}) {
        for (const int radius : {0, 1, 2, 6}) {
          INFO(form.name << " " << size.height << " x " << size.width << " x " << channels << ", radius " << radius);
          const ImageF src = textured_image(size, channels);
          CHECK(greatest_difference(form.smooth(src, radius, 0.01, kExact), form.plain(src, radius, 0.01)) < 1e-6);
          CHECK(greatest_difference(form.smooth(src, radius, 1e-4, kExact), form.plain(src, radius, 1e-4)) < 1e-6);
        }
      }
    }
  }
}

TEST_CASE("fast guided filters are what their definitions say on every vector path") {
  on_every_simd_path([] {
    for (const Form& form : kForms) {
      for (const Size size : kSizes) {
        for (const int channels : {1, 3}) {
          for (const int radius : {0, 1, 2, 6}) {
            INFO(form.name << " " << size.height << " x " << size.width << " x " << channels << ", radius " << radius);
            const ImageF src = textured_image(size, channels);
            CHECK(greatest_difference(form.smooth(src, radius, 0.01, kFast), form.plain(src, radius, 0.01)) < 1e-5);
          }
        }
      }
    }
  });
}

TEST_CASE("fast guided filters agree with exact ones over several blocks of rows and long windows") {
  on_every_simd_path([] {
    for (const Form& form : kForms) {
      for (const int radius : {2, 4, 5, 16, 40}) {
        INFO(form.name << ", radius " << radius);
        const ImageF src = textured_image({211, 67}, 3);
        CHECK(greatest_difference(form.smooth(src, radius, 0.01, kFast), form.smooth(src, radius, 0.01, kExact)) <
              2e-5);
      }
    }
  });
}

TEST_CASE("the checks of the guided filters reject a filter that does nothing and a box blur") {
  const ImageF src = textured_image({23, 19}, 3);
  for (const Form& form : kForms) {
    const ImageF plain = form.plain(src, 2, 0.01);
    CHECK(greatest_difference(src, plain) > 1e-2);
    CHECK(greatest_difference(box_blurred(src), plain) > 1e-2);
  }
  // The forms are told apart, too.
  CHECK(greatest_difference(plain_guided(src, {2, 0.01}), plain_guided_cov(src, {2, 0.01})) > 1e-3);
}

TEST_CASE("guided filters keep constants and strong edges, and weaken texture") {
  for (const Form& form : kForms) {
    for (const Execution& run : {kExact, kFast}) {
      INFO(form.name);
      ImageF flat({20, 31}, 3);
      std::ranges::fill(flat.samples(), 0.37F);
      CHECK(greatest_difference(form.smooth(flat, 2, 0.01, run), flat) < 1e-6);

      const ImageF src = textured_image({40, 50}, 3);
      const ImageF smoothed = form.smooth(src, 2, 0.01, run);
      CHECK(roughness(smoothed) < 0.9 * roughness(src));
      for (int c = 0; c < 3; ++c) CHECK(mean_of(smoothed, c) == Approx(mean_of(src, c)).margin(3e-3));
      CHECK(smoothed.row(0, 20)[40] - smoothed.row(0, 20)[5] > 0.35);
      CHECK(roughness(form.smooth(src, 2, 0.1, run)) < roughness(smoothed));
    }
  }
}

TEST_CASE("guided filters treat rows and columns alike") {
  const ImageF src = textured_image({24, 35}, 3);
  for (const Form& form : kForms) {
    for (const Execution& run : {kExact, kFast}) {
      const ImageF turned = transposed(form.smooth(src, 3, 0.01, run));
      CHECK(greatest_difference(turned, form.smooth(transposed(src), 3, 0.01, run)) < 2e-6);
    }
  }
}

TEST_CASE("guided filters with a window of one pixel, or a vanishing eps, change nothing") {
  const ImageF src = textured_image({19, 23}, 3);
  for (const Form& form : kForms) {
    for (const Execution& run : {kExact, kFast}) {
      CHECK(greatest_difference(form.smooth(src, 0, 0.01, run), src) < 1e-6);
      CHECK(greatest_difference(form.smooth(src, 2, 1e-9, run), src) < 1e-3);
    }
  }
}

TEST_CASE("guided filters take values outside [0,1] as they are") {
  ImageF src = textured_image({12, 15}, 3), scaled = src.clone();
  for (float& v : scaled.samples()) v *= 4;
  for (const Form& form : kForms) {
    ImageF expected = form.smooth(src, 2, 0.01, kExact);
    for (float& v : expected.samples()) v *= 4;
    CHECK(greatest_difference(form.smooth(scaled, 2, 0.16, kExact), expected) < 1e-6);
  }
}

TEST_CASE("guided filters give the same bytes at any number of threads") {
  const ImageF src = textured_image({307, 97}, 3);
  for (const Form& form : kForms) {
    for (const Precision precision : {Precision::exact, Precision::fast}) {
      const ImageF one = form.smooth(src, 2, 0.01, {precision, 1});
      for (const int threads : {2, 3}) CHECK(same_bytes(one, form.smooth(src, 2, 0.01, {precision, threads})));
    }
  }
}

TEST_CASE("guided filters name what they refuse") {
  for (const Form& form : kForms) {
    ImageF src = textured_image({5, 6}, 3);
    CHECK_THROWS_WITH(form.smooth(src, -1, 0.01, kFast), ContainsSubstring("radius is -1"));
    CHECK_THROWS_WITH(form.smooth(src, 501, 0.01, kFast), ContainsSubstring("radius is 501"));
    CHECK_THROWS_WITH(form.smooth(src, 2, 0, kFast), ContainsSubstring("eps is 0"));
    src.row(1, 2)[3] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(form.smooth(src, 2, 0.01, kFast),
                      ContainsSubstring(form.name) && ContainsSubstring("row 2, column 3, channel 1"));
    CHECK_THROWS_AS(form.smooth(ImageF(), 2, 0.01, kFast), InvalidArgument);
    CHECK_THROWS_WITH(form.smooth(ImageF({4, 4}, 2), 2, 0.01, kFast), ContainsSubstring("2 channels"));
  }
}
