#include "datagen/camera_effects.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace csgis;

namespace {

Image8 flat(Size size, int channels, std::uint8_t level) {
  Image8 image(size, channels);
  std::fill(image.samples().begin(), image.samples().end(), level);
  return image;
}

/// Black on the left, white from column `edge` on.
Image8 step(Size size, int edge) {
  Image8 image(size, 1);
  for (int y = 0; y < size.height; ++y) std::fill(image.row(y) + edge, image.row(y) + size.width, std::uint8_t{255});
  return image;
}

std::vector<std::uint8_t> bytes(const Image8& image) {
  return {image.samples().begin(), image.samples().end()};
}

double deviation(const Image8& image, double about) {
  double squares = 0;
  for (const std::uint8_t v : image.samples()) squares += (v - about) * (v - about);
  return std::sqrt(squares / static_cast<double>(image.samples().size()));
}

}  // namespace

TEST_CASE("no effects leave every byte alone") {
  const Image8 image = step({7, 11}, 4);
  CHECK(bytes(apply_camera_effects(image, {}, 1, "a")) == bytes(image));
}

TEST_CASE("camera noise has the deviation asked for, no bias, and half of its variance in common") {
  for (const double wanted : {1.0, 4.0}) {
    const Image8 noisy = apply_camera_effects(flat({200, 300}, 3, 128), {0, wanted, 0}, 1, "a");
    // Rounding adds a variance of 1/12.
    CHECK(deviation(noisy, 128) == Approx(std::sqrt(wanted * wanted + 1.0 / 12)).epsilon(0.02));
    double mean = 0, product = 0;
    for (std::size_t i = 0; i < noisy.samples().size(); i += 3) {
      mean += noisy.data()[i] / 60000.0;
      product += (noisy.data()[i] - 128.0) * (noisy.data()[i + 1] - 128.0) / 60000.0;
    }
    CHECK(mean == Approx(128).margin(0.1));
    CHECK(product == Approx(wanted * wanted / 2).epsilon(0.06));
  }
}

TEST_CASE("camera blur turns a step into the Gaussian's integral and keeps flat areas") {
  const double sigma = 1.5;
  const Image8 blurred = apply_camera_effects(step({9, 40}, 20), {sigma, 0, 0}, 1, "a");
  for (int x = 0; x < 40; ++x) {
    // Column x is covered from the middle of the step, half a pixel left of column 20's centre.
    const double expected = 127.5 * (1 + std::erf((x - 19.5) / (sigma * std::sqrt(2.0))));
    CAPTURE(x);
    CHECK(static_cast<double>(blurred.row(4)[x]) == Approx(expected).margin(2.5));
  }
  const Image8 even = apply_camera_effects(flat({5, 6}, 3, 77), {2, 0, 0}, 1, "a");
  CHECK(std::all_of(even.samples().begin(), even.samples().end(), [](std::uint8_t v) { return v == 77; }));
}

TEST_CASE("JPEG changes more at lower quality and nothing much on flat areas") {
  Image8 image(Size{64, 96}, 3);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 96; ++x) {
      for (int c = 0; c < 3; ++c)
        image.at(y, x)[c] =
            static_cast<std::uint8_t>((x - 48) * (x - 48) + (y - 32) * (y - 32) < 500 + 200 * c ? 220 : 40);
    }
  }
  const auto change = [&](int quality) {
    const Image8 out = apply_camera_effects(image, {0, 0, quality}, 1, "a");
    double sum = 0;
    for (std::size_t i = 0; i < out.samples().size(); ++i) sum += std::abs(out.data()[i] - image.data()[i]);
    return sum;
  };
  CHECK(change(95) > 0);
  CHECK(change(60) > 1.5 * change(95));
  CHECK(deviation(apply_camera_effects(flat({32, 32}, 1, 90), {0, 0, 60}, 1, "a"), 90) <= 1);
}

TEST_CASE("camera effects depend on seed, key and options alone and keep to the options") {
  const Image8 image = flat({20, 30}, 3, 100);
  const CameraEffects noise{0, 3, 0};
  CHECK(bytes(apply_camera_effects(image, noise, 1, "a")) == bytes(apply_camera_effects(image, noise, 1, "a")));
  CHECK(bytes(apply_camera_effects(image, noise, 1, "a")) != bytes(apply_camera_effects(image, noise, 1, "b")));
  CHECK(bytes(apply_camera_effects(image, noise, 1, "a")) != bytes(apply_camera_effects(image, noise, 2, "a")));

  CameraOptions options;
  options.min_quality = 70;
  options.max_quality = 80;
  int compressed = 0;
  double most_noise = 0, most_blur = 0;
  for (int i = 0; i < 200; ++i) {
    const CameraEffects drawn = draw_camera_effects(3, std::to_string(i), options);
    CHECK((drawn.jpeg_quality == 0 || (drawn.jpeg_quality >= 70 && drawn.jpeg_quality <= 80)));
    compressed += drawn.jpeg_quality > 0 ? 1 : 0;
    most_noise = std::max(most_noise, drawn.noise);
    most_blur = std::max(most_blur, drawn.blur);
  }
  CHECK((compressed > 60 && compressed < 140));
  CHECK((most_noise > 3.6 && most_noise <= 4));
  CHECK((most_blur > 0.7 && most_blur <= 0.8));
}

TEST_CASE("camera effects refuse what has no meaning") {
  const Image8 image = flat({4, 4}, 3, 9);
  CHECK_THROWS_AS(apply_camera_effects(Image8(Size{4, 4}, 4), {}, 1, "a"), InvalidArgument);
  CHECK_THROWS_AS(apply_camera_effects(image, {-1, 0, 0}, 1, "a"), InvalidArgument);
  CHECK_THROWS_AS(apply_camera_effects(image, {0, std::numeric_limits<double>::quiet_NaN(), 0}, 1, "a"),
                  InvalidArgument);
  CHECK_THROWS_AS(apply_camera_effects(image, {0, 0, 101}, 1, "a"), InvalidArgument);
  CameraOptions options;
  options.min_quality = 96;
  CHECK_THROWS_AS(draw_camera_effects(1, "a", options), InvalidArgument);
  options.min_quality = 0;
  CHECK_THROWS_AS(draw_camera_effects(1, "a", options), UsageError);
}
