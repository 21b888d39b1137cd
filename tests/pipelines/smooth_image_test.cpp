#include "pipelines/smooth_image.h"

#include "classical/method.h"
#include "core/error.h"
#include "imaging/convert.h"
#include "pipelines/image_smoother.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <string>

using namespace csgis;

namespace {

constexpr Size kSize{12, 16};

template <class T>
DecodedImage noise(int channels, unsigned seed = 3) {
  InterleavedImage<T> image(kSize, channels);
  for (T& sample : image.samples()) {
    seed = seed * 1664525 + 1013904223;
    if constexpr (std::is_floating_point_v<T>) {
      sample = static_cast<T>(seed >> 8) / static_cast<T>(1U << 24);
    } else {
      sample = static_cast<T>(seed >> 16);
    }
  }
  return {.pixels = std::move(image)};
}

DecodedImage smoothed(const DecodedImage& image, const std::string& method, ImageFormat format,
                      const SmoothImageOptions& options = {}) {
  const auto smoother = make_smoother(method);
  const auto smooth = [&](const ImageF& colour) { return smoother->smooth(colour, {}, nullptr); };
  return decode_image(smooth_to_file(image, smooth, format, options));
}

/// Largest difference of the colours.
float distance(const ImageF& a, const ImageF& b) {
  REQUIRE(a.size() == b.size());
  REQUIRE(a.channels() == b.channels());
  float worst = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) worst = std::max(worst, std::abs(a.data()[i] - b.data()[i]));
  return worst;
}

}  // namespace

TEST_CASE("the name of a result gives its format, and a depth that this cannot hold is wrong usage") {
  CHECK(result_format("a.png", OutputDepth::automatic) == ImageFormat::png);
  CHECK(result_format("a.jpeg", OutputDepth::eight) == ImageFormat::jpeg);
  CHECK(result_format("a.TIFF", OutputDepth::floating) == ImageFormat::tiff);
  CHECK(result_format("a.png", OutputDepth::sixteen) == ImageFormat::png);
  CHECK_THROWS_AS(result_format("a.png", OutputDepth::floating), UsageError);
  CHECK_THROWS_AS(result_format("a.jpg", OutputDepth::sixteen), UsageError);
  CHECK_THROWS_WITH(result_format("b/a.jpg", OutputDepth::floating),
                    ContainsSubstring("'a.jpg'") && ContainsSubstring("--depth float"));
  CHECK_THROWS_AS(result_format("a.webp", OutputDepth::automatic), UsageError);
  CHECK_THROWS_AS(result_format("a", OutputDepth::automatic), UsageError);
}

TEST_CASE("the automatic depth: float for TIFF, the input's for PNG, 8 for JPEG") {
  const auto depth_of = [](const DecodedImage& image, ImageFormat format) {
    return smoothed(image, "none", format).depth();
  };
  CHECK(depth_of(noise<std::uint8_t>(3), ImageFormat::tiff) == SampleDepth::f32);
  CHECK(depth_of(noise<std::uint16_t>(1), ImageFormat::tiff) == SampleDepth::f32);
  CHECK(depth_of(noise<std::uint8_t>(3), ImageFormat::png) == SampleDepth::u8);
  CHECK(depth_of(noise<std::uint16_t>(3), ImageFormat::png) == SampleDepth::u16);
  CHECK(depth_of(noise<float>(3), ImageFormat::png) == SampleDepth::u8);
  CHECK(depth_of(noise<std::uint16_t>(3), ImageFormat::jpeg) == SampleDepth::u8);
}

TEST_CASE("the method `none` gives the samples back, whatever the depth and the channels") {
  const int channels = GENERATE(1, 3);
  const DecodedImage bytes = noise<std::uint8_t>(channels), words = noise<std::uint16_t>(channels);
  const DecodedImage same8 = smoothed(bytes, "none", ImageFormat::png);
  const DecodedImage same16 = smoothed(words, "none", ImageFormat::png);
  CHECK(std::ranges::equal(std::get<Image8>(same8.pixels).samples(), std::get<Image8>(bytes.pixels).samples()));
  CHECK(std::ranges::equal(std::get<Image16>(same16.pixels).samples(), std::get<Image16>(words.pixels).samples()));
  CHECK(distance(to_float(smoothed(words, "none", ImageFormat::tiff)), to_float(words)) == 0);
}

TEST_CASE("the colours of a result are those of the method") {
  const DecodedImage image = noise<std::uint8_t>(3);
  const ImageF expected = smooth(parse_method("rgf"), to_float(image));
  CHECK(distance(to_float(smoothed(image, "rgf", ImageFormat::tiff)), expected) == 0);
  CHECK(distance(expected, to_float(image)) > 0.1F);
}

TEST_CASE("colours are smoothed premultiplied, alpha passes through") {
  const int colours = GENERATE(1, 3);
  const DecodedImage image = noise<float>(colours + 1);
  const ImageF alpha = alpha_to_float(image);
  ImageF premultiplied = to_float(image);
  for (std::size_t i = 0; i < premultiplied.samples().size(); ++i) {
    premultiplied.data()[i] *= alpha.data()[i % kSize.pixels()];
  }
  ImageF expected = smooth(parse_method("l0"), premultiplied);
  for (std::size_t i = 0; i < expected.samples().size(); ++i) expected.data()[i] /= alpha.data()[i % kSize.pixels()];
  const DecodedImage result = smoothed(image, "l0", ImageFormat::tiff);
  CHECK(distance(alpha_to_float(result), alpha) == 0);
  CHECK(distance(to_float(result), expected) == 0);
}

TEST_CASE("colours that are multiplied by alpha already are not multiplied again") {
  DecodedImage straight = noise<float>(4), multiplied = noise<float>(4);
  auto& pixels = std::get<ImageF32>(multiplied.pixels);
  for (std::size_t i = 0; i < pixels.samples().size(); ++i) pixels.data()[i] *= pixels.data()[i | 3];
  for (std::size_t i = 3; i < pixels.samples().size(); i += 4) {
    pixels.data()[i] = std::get<ImageF32>(straight.pixels).data()[i];
  }
  multiplied.is_premultiplied = true;
  const DecodedImage a = smoothed(straight, "rgf", ImageFormat::tiff),
                     b = smoothed(multiplied, "rgf", ImageFormat::tiff);
  CHECK(distance(to_float(a), to_float(b)) == 0);
  CHECK(distance(alpha_to_float(a), alpha_to_float(b)) == 0);
}

TEST_CASE("what stands under transparent pixels changes nothing and is not written") {
  DecodedImage wild = noise<std::uint8_t>(4), black = noise<std::uint8_t>(4);
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < 5; ++x) {
      std::get<Image8>(wild.pixels).at(y, x)[3] = 0;
      std::fill_n(std::get<Image8>(black.pixels).at(y, x), 4, std::uint8_t{0});
    }
  }
  const DecodedImage a = smoothed(wild, "l0", ImageFormat::tiff), b = smoothed(black, "l0", ImageFormat::tiff);
  CHECK(distance(to_float(a), to_float(b)) == 0);
  CHECK(to_float(a).row(2, 3)[4] == 0);
}

TEST_CASE("the profile is handed on") {
  DecodedImage image = noise<std::uint8_t>(3);
  image.icc_profile = {1, 2, 3, 4, 5};
  for (const ImageFormat format : {ImageFormat::png, ImageFormat::tiff, ImageFormat::jpeg}) {
    CHECK(smoothed(image, "l0", format).icc_profile == image.icc_profile);
  }
}

TEST_CASE("the option crop-right smooths the right half, alpha with it, and refuses an odd width") {
  const DecodedImage image = noise<float>(4);
  ImageF32 half({kSize.height, kSize.width / 2}, 4);
  for (int y = 0; y < kSize.height; ++y) {
    std::copy_n(std::get<ImageF32>(image.pixels).at(y, kSize.width / 2), half.row_samples(), half.row(y));
  }
  const DecodedImage expected = smoothed({.pixels = std::move(half)}, "rgf", ImageFormat::tiff);
  const DecodedImage result = smoothed(image, "rgf", ImageFormat::tiff, {.crop_right = true});
  CHECK(distance(to_float(result), to_float(expected)) == 0);
  CHECK(distance(alpha_to_float(result), alpha_to_float(expected)) == 0);
  const DecodedImage odd{.pixels = Image8({4, 5}, 3)};
  CHECK_THROWS_AS(smoothed(odd, "none", ImageFormat::png, {.crop_right = true}), DataError);
}

TEST_CASE("the option normalise brings any range to [0,1] and back") {
  DecodedImage image = noise<float>(3);
  for (float& v : std::get<ImageF32>(image.pixels).samples()) v = v * 40 - 15;
  const ImageF values = to_float(image);
  const auto [low, high] = std::ranges::minmax(values.samples());
  ImageF inside = values.clone();
  for (float& v : inside.samples()) v = (v - low) / (high - low);
  ImageF expected = smooth(parse_method("pnls:iterations=1"), inside);
  for (float& v : expected.samples()) v = v * (high - low) + low;
  const SmoothImageOptions normalise{.normalise = true};
  CHECK(distance(to_float(smoothed(image, "pnls:iterations=1", ImageFormat::tiff, normalise)), expected) == 0);
  CHECK(distance(to_float(smoothed(image, "none", ImageFormat::tiff, normalise)), values) < 1e-5F);
  CHECK_THROWS_WITH(smoothed(image, "pnls", ImageFormat::tiff), ContainsSubstring("--normalise"));
}

TEST_CASE("the option normalise leaves a constant image alone") {
  DecodedImage image{.pixels = ImageF32(kSize, 1)};
  for (float& v : std::get<ImageF32>(image.pixels).samples()) v = -7.25F;
  CHECK(distance(to_float(smoothed(image, "l0", ImageFormat::tiff, {.normalise = true})), to_float(image)) == 0);
}

TEST_CASE("a format without room for alpha or depth is refused") {
  CHECK_THROWS_AS(smoothed(noise<std::uint8_t>(4), "none", ImageFormat::jpeg), InvalidArgument);
  CHECK_THROWS_AS(smoothed(noise<std::uint8_t>(3), "none", ImageFormat::png, {.depth = OutputDepth::floating}),
                  InvalidArgument);
}
