#include "imaging/encode.h"

#include "imaging/convert.h"
#include "imaging/jpeg_writer.h"
#include "imaging/tiff_writer.h"
#include "tests/support/catch.h"

#include <limits>
#include <string>

using namespace csgis;

namespace {

constexpr Size kSize{13, 19};

/// Values that 8 bits hold exactly: k / 255.
ImageF levels(int channels, unsigned seed = 1) {
  Image8 image(kSize, channels);
  for (std::uint8_t& sample : image.samples()) {
    seed = seed * 1664525 + 1013904223;
    sample = static_cast<std::uint8_t>(seed >> 24);
  }
  ImageF planes(kSize, channels);
  for (int c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < kSize.pixels(); ++i) {
      planes.plane(c)[i] =
          static_cast<float>(image.data()[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)]) / 255;
    }
  }
  return planes;
}

bool same_values(const ImageF& a, const ImageF& b) {
  return a.size() == b.size() && a.channels() == b.channels() && std::ranges::equal(a.samples(), b.samples());
}

/// The values that an integer file of these has: clipped, on the levels of its depth.
ImageF as_stored(const ImageF& image, SampleDepth depth) {
  if (depth == SampleDepth::f32) return image.clone();
  const float white = depth == SampleDepth::u8 ? 255.0F : 65535.0F;
  ImageF stored = image.clone();
  for (float& v : stored.samples()) v = std::nearbyint(std::clamp(v, 0.0F, 1.0F) * white) / white;
  return stored;
}

std::vector<std::uint8_t> some_profile(std::size_t size) {
  std::vector<std::uint8_t> profile(size);
  for (std::size_t i = 0; i < size; ++i) profile[i] = static_cast<std::uint8_t>(i * i / 5 + i);
  return profile;
}

}  // namespace

TEST_CASE("a name asks for a format by its extension, in any case") {
  CHECK(writable_format("a/b.png") == ImageFormat::png);
  CHECK(writable_format("b.TIF") == ImageFormat::tiff);
  CHECK(writable_format("b.c.tiff") == ImageFormat::tiff);
  CHECK(writable_format("b.JpG") == ImageFormat::jpeg);
  CHECK(writable_format("b.jpeg") == ImageFormat::jpeg);
  for (const char* name : {"png", "a", "", ".", "a.webp", "a.png.txt", "a.png/b"}) {
    CAPTURE(name);
    CHECK(!writable_format(name));
  }
}

TEST_CASE("PNG and TIFF come back in the depth that was asked for, grey and colour, with and without alpha") {
  const auto format = GENERATE(ImageFormat::png, ImageFormat::tiff);
  const auto depth = GENERATE(SampleDepth::u8, SampleDepth::u16, SampleDepth::f32);
  const int channels = GENERATE(1, 3);
  const bool with_alpha = GENERATE(false, true);
  if (!can_hold(format, depth)) return;
  ImageF colour = levels(channels);
  colour.plane(0)[5] = -0.75F;
  colour.plane(channels - 1)[6] = 3.5F;
  colour.plane(channels - 1)[7] = 0.3333F;
  const ImageF alpha = levels(1, 77);
  const DecodedImage back =
      decode_image(encode_image(colour, format, depth, {with_alpha ? &alpha : nullptr, some_profile(700)}));
  CHECK(back.format == format);
  CHECK(back.depth() == depth);
  CHECK(back.has_alpha() == with_alpha);
  CHECK(!back.is_premultiplied);
  CHECK(back.icc_profile == some_profile(700));
  CHECK(same_values(to_float(back), as_stored(colour, depth)));
  if (with_alpha) CHECK(same_values(alpha_to_float(back), as_stored(alpha, depth)));
}

TEST_CASE("JPEG comes back close, with its profile") {
  const int channels = GENERATE(1, 3);
  ImageF flat(kSize, channels);
  for (float& v : flat.samples()) v = 0.4F;
  const DecodedImage back =
      decode_image(encode_image(flat, ImageFormat::jpeg, SampleDepth::u8, {nullptr, some_profile(700)}));
  REQUIRE(back.channels() == channels);
  CHECK(back.icc_profile == some_profile(700));
  const ImageF values = to_float(back);
  float worst = 0;
  for (const float v : values.samples()) worst = std::max(worst, std::abs(v - 0.4F));
  CHECK(worst <= 2.0F / 255);
}

TEST_CASE("no profile is written when none is given") {
  for (const ImageFormat format : {ImageFormat::png, ImageFormat::tiff, ImageFormat::jpeg}) {
    CHECK(decode_image(encode_image(levels(3), format, SampleDepth::u8)).icc_profile.empty());
  }
}

TEST_CASE("what a format cannot hold is refused by name") {
  const ImageF colour = levels(3), alpha = levels(1);
  CHECK_THROWS_WITH(encode_image(colour, ImageFormat::png, SampleDepth::f32), "PNG cannot hold float samples");
  CHECK_THROWS_WITH(encode_image(colour, ImageFormat::jpeg, SampleDepth::u16), "JPEG cannot hold 16-bit samples");
  CHECK_THROWS_WITH(encode_image(colour, ImageFormat::webp, SampleDepth::u8), "WebP cannot hold 8-bit samples");
  CHECK_THROWS_WITH(encode_image(colour, ImageFormat::jpeg, SampleDepth::u8, {&alpha, {}}), ContainsSubstring("alpha"));
}

TEST_CASE("shapes that are no image are refused in every format") {
  for (const ImageFormat format : {ImageFormat::png, ImageFormat::tiff, ImageFormat::jpeg}) {
    CHECK_THROWS_AS(encode_image(ImageF(kSize, 2), format, SampleDepth::u8), InvalidArgument);
    CHECK_THROWS_AS(encode_image(ImageF(kSize, 4), format, SampleDepth::u8), InvalidArgument);
    CHECK_THROWS_AS(encode_image(ImageF(), format, SampleDepth::u8), InvalidArgument);
    CHECK_THROWS_AS(encode_image(ImageF({0, 4}, 3), format, SampleDepth::u8), InvalidArgument);
  }
  const ImageF colour = levels(3), narrow({kSize.height, kSize.width - 1}, 1), two(kSize, 2);
  CHECK_THROWS_AS(encode_image(colour, ImageFormat::png, SampleDepth::u8, {&narrow, {}}), InvalidArgument);
  CHECK_THROWS_AS(encode_image(colour, ImageFormat::png, SampleDepth::u8, {&two, {}}), InvalidArgument);
}

TEST_CASE("a value that is no number is refused where it must become an integer") {
  ImageF colour = levels(3), alpha = levels(1);
  colour.plane(1)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(encode_image(colour, ImageFormat::png, SampleDepth::u8), InvalidArgument);
  CHECK_THROWS_AS(encode_image(colour, ImageFormat::tiff, SampleDepth::u16), InvalidArgument);
  CHECK_NOTHROW(encode_image(colour, ImageFormat::tiff, SampleDepth::f32));
  colour = levels(3);
  alpha.plane(0)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(encode_image(colour, ImageFormat::png, SampleDepth::u8, {&alpha, {}}), InvalidArgument);
  colour.plane(0)[0] = std::numeric_limits<float>::infinity();
  CHECK(to_float(decode_image(encode_image(colour, ImageFormat::png, SampleDepth::u8))).plane(0)[0] == 1);
}

TEST_CASE("encode_tiff keeps integers of every shape, in strips of many rows and of one") {
  const auto compression = GENERATE(TiffCompression::none, TiffCompression::deflate);
  const int channels = GENERATE(1, 2, 3, 4);
  for (const Size size : {Size{1, 1}, Size{300, 401}, Size{2, 40000}}) {
    CAPTURE(channels, size.height, size.width);
    Image8 bytes(size, channels);
    Image16 words(size, channels);
    for (std::size_t i = 0; i < bytes.samples().size(); ++i) {
      bytes.data()[i] = static_cast<std::uint8_t>(i * i / 3);
      words.data()[i] = static_cast<std::uint16_t>(i * 40503);
    }
    const DecodedImage back8 = decode_image(encode_tiff(bytes, compression));
    const DecodedImage back16 = decode_image(encode_tiff(words, compression));
    REQUIRE(back8.size() == size);
    REQUIRE(back8.channels() == channels);
    REQUIRE(back16.channels() == channels);
    CHECK(std::ranges::equal(std::get<Image8>(back8.pixels).samples(), bytes.samples()));
    CHECK(std::ranges::equal(std::get<Image16>(back16.pixels).samples(), words.samples()));
  }
}

TEST_CASE("encode_jpeg keeps profiles of one marker and of many, and refuses more than markers can number") {
  const Image8 image(Size{8, 8}, 3);
  for (const std::size_t size : {std::size_t{1}, std::size_t{65519}, std::size_t{65520}, std::size_t{1000000}}) {
    CAPTURE(size);
    const auto file = encode_jpeg(image, kDefaultJpegQuality, some_profile(size));
    CHECK(decode_image(file).icc_profile == some_profile(size));
  }
  constexpr std::size_t kMost = std::size_t{255} * 65519;
  CHECK(decode_image(encode_jpeg(image, kDefaultJpegQuality, some_profile(kMost))).icc_profile == some_profile(kMost));
  CHECK_THROWS_WITH(encode_jpeg(image, kDefaultJpegQuality, some_profile(kMost + 1)),
                    ContainsSubstring("16707346") && ContainsSubstring("16707345"));
}
