#include "imaging/convert.h"
#include "tests/support/catch.h"

#include <limits>

using namespace csgis;

namespace {

DecodedImage decoded(Image8 pixels) {
  DecodedImage image;
  image.pixels = std::move(pixels);
  return image;
}

}  // namespace

TEST_CASE("all 8-bit and 16-bit values survive the way to float and back") {
  Image8 bytes(Size{16, 16}, 1);
  for (std::size_t i = 0; i < 256; ++i) bytes.data()[i] = static_cast<std::uint8_t>(i);
  const Image8 back = to_image8(to_float(bytes));
  CHECK(std::equal(back.samples().begin(), back.samples().end(), bytes.data()));

  Image16 words(Size{256, 256}, 1);
  for (std::size_t i = 0; i < 65536; ++i) words.data()[i] = static_cast<std::uint16_t>(i);
  DecodedImage image;
  image.pixels = words.clone();
  const Image16 words_back = to_image16(to_float(image));
  CHECK(std::equal(words_back.samples().begin(), words_back.samples().end(), words.data()));
}

TEST_CASE("to_float splits channels into planes and leaves alpha out") {
  Image8 pixels(Size{1, 2}, 4);
  for (std::size_t i = 0; i < 8; ++i) pixels.data()[i] = static_cast<std::uint8_t>(51 * (i % 6));
  const DecodedImage image = decoded(std::move(pixels));
  const ImageF planes = to_float(image);
  REQUIRE(planes.channels() == 3);
  CHECK(planes.plane(0)[1] == 204.0F / 255.0F);
  CHECK(planes.plane(2)[0] == 102.0F / 255.0F);
  const ImageF alpha = alpha_to_float(image);
  CHECK(alpha.plane(0)[0] == 153.0F / 255.0F);
  CHECK(alpha_to_float(decoded(Image8(Size{1, 1}, 3))).empty());
  CHECK(to_float(decoded(Image8(Size{1, 1}, 2))).channels() == 1);
}

TEST_CASE("to_image8 clips, rounds to nearest with halves to even, and refuses NaN") {
  ImageF image(Size{1, 6}, 1);
  const float values[] = {-0.25F, 1.5F, 0.5F, 0.1F, 127.4F / 255.0F, 127.6F / 255.0F};
  std::copy(std::begin(values), std::end(values), image.data());
  const Image8 rounded = to_image8(image);
  const std::uint8_t expected[] = {0, 255, 128, 26, 127, 128};
  CHECK(std::equal(std::begin(expected), std::end(expected), rounded.data()));
  image.data()[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(to_image8(image), InvalidArgument);
  CHECK_THROWS_AS(to_image16(image), InvalidArgument);
}

TEST_CASE("float samples pass through to_float unchanged, also outside [0,1]") {
  DecodedImage image;
  image.pixels = ImageF32(Size{1, 1}, 3);
  std::get<ImageF32>(image.pixels).data()[1] = -7.25F;
  CHECK(to_float(image).plane(1)[0] == -7.25F);
}
