#include "imaging/decode.h"
#include "imaging/jpeg_writer.h"
#include "imaging/tiff_writer.h"
#include "tests/support/catch.h"

#include <cmath>
#include <cstdlib>

using namespace csgis;

namespace {

/// Values of both signs, beyond 1, tiny and huge.
ImageF odd_values(Size size, int channels) {
  ImageF image(size, channels);
  float value = -3.1F;
  for (float& sample : image.samples()) {
    value = std::abs(value) > 1e30F ? 1e-30F : value * -1.7F + 0.013F;
    sample = value;
  }
  return image;
}

Image8 ramp(Size size, int channels) {
  Image8 image(size, channels);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < channels; ++c) image.at(y, x)[c] = static_cast<std::uint8_t>(40 + 3 * x + y * c);
    }
  }
  return image;
}

}  // namespace

TEST_CASE("encode_tiff keeps every float, with and without compression") {
  const auto compression = GENERATE(TiffCompression::none, TiffCompression::deflate);
  const int channels = GENERATE(1, 3);
  const Size size = GENERATE(Size{1, 1}, Size{7, 5}, Size{400, 123});
  const ImageF image = odd_values(size, channels);
  const DecodedImage back = decode_image(encode_tiff(image, compression));
  REQUIRE(back.size() == size);
  REQUIRE(back.channels() == channels);
  const auto& pixels = std::get<ImageF32>(back.pixels);
  std::size_t different = 0;
  for (int c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < size.pixels(); ++i) {
      different +=
          pixels.data()[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)] != image.plane(c)[i];
    }
  }
  CHECK(different == 0);
}

TEST_CASE("encode_tiff writes equal bytes for equal images and compresses smooth ones") {
  const ImageF image = odd_values(Size{30, 20}, 3);
  CHECK(encode_tiff(image) == encode_tiff(image));
  const ImageF constant(Size{200, 200}, 3);
  CHECK(encode_tiff(constant).size() < encode_tiff(constant, TiffCompression::none).size() / 50);
}

TEST_CASE("encode_tiff refuses shapes that it does not write") {
  CHECK_THROWS_AS(encode_tiff(ImageF(Size{2, 2}, 5)), InvalidArgument);
  CHECK_THROWS_AS(encode_tiff(ImageF()), InvalidArgument);
}

TEST_CASE("encode_jpeg keeps colour at full resolution and stays close") {
  const int channels = GENERATE(1, 3);
  const Image8 image = ramp(Size{37, 41}, channels);
  const std::vector<std::uint8_t> file = encode_jpeg(image);
  const DecodedImage back = decode_image(file);
  REQUIRE(back.size() == image.size());
  REQUIRE(back.channels() == channels);
  int worst = 0;
  for (std::size_t i = 0; i < image.samples().size(); ++i) {
    worst = std::max(worst, std::abs(int{image.data()[i]} - int{std::get<Image8>(back.pixels).data()[i]}));
  }
  CHECK(worst <= 4);
  CHECK(encode_jpeg(image, 10).size() < file.size());
}

TEST_CASE("encode_jpeg keeps a one-pixel colour edge that halved chroma would blur") {
  Image8 image(Size{16, 16}, 3);
  for (int y = 0; y < 16; ++y) image.at(y, 7)[0] = 255;
  const Image8 back = to_colour8(decode_image(encode_jpeg(image)));
  CHECK(back.at(8, 7)[0] > 235);
  CHECK(back.at(8, 6)[0] < 20);
  CHECK(back.at(8, 8)[0] < 20);
}

TEST_CASE("encode_jpeg refuses shapes and qualities that it does not write") {
  CHECK_THROWS_AS(encode_jpeg(Image8(Size{2, 2}, 4)), InvalidArgument);
  CHECK_THROWS_AS(encode_jpeg(Image8()), InvalidArgument);
  CHECK_THROWS_AS(encode_jpeg(Image8(Size{1, 65501}, 1)), InvalidArgument);
  CHECK_THROWS_AS(encode_jpeg(Image8(Size{2, 2}, 3), 0), InvalidArgument);
  CHECK_THROWS_AS(encode_jpeg(Image8(Size{2, 2}, 3), 101), InvalidArgument);
}
