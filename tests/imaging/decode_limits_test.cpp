#include "imaging/decode.h"
#include "imaging/jpeg_writer.h"
#include "imaging/tiff_writer.h"
#include "tests/imaging/file_samples.h"
#include "tests/support/catch.h"
#include "tests/support/png_builder.h"

using namespace csgis;
using namespace csgis::test;

namespace {

FileBytes with_be16(FileBytes file, std::size_t at, unsigned value) {
  file.at(at) = static_cast<std::uint8_t>(value >> 8);
  file.at(at + 1) = static_cast<std::uint8_t>(value);
  return file;
}

FileBytes png_claiming(std::uint32_t width, std::uint32_t height) {
  FileBytes file = png_start(width, height, {8, 2, false});
  append_chunk(file, "IDAT", zlib_stream({}));
  append_chunk(file, "IEND", {});
  return file;
}

/// The size fields of SOF0, 65500 x 65500.
FileBytes jpeg_claiming_much() {
  FileBytes file = encode_jpeg(Image8(Size{8, 8}, 3));
  const FileBytes sof{0xFF, 0xC0};
  const auto at =
      static_cast<std::size_t>(std::search(file.begin(), file.end(), sof.begin(), sof.end()) - file.begin());
  return with_be16(with_be16(file, at + 5, 65500), at + 7, 65500);
}

FileBytes bmp_claiming_much() {
  FileBytes file = seed("bmp", "24.bmp");
  file.at(20) = file.at(24) = 0x01;  // adds 65536 to width and height
  return file;
}

}  // namespace

TEST_CASE("an image of exactly the limit is read, one pixel more is refused") {
  const FileBytes file = encode_jpeg(Image8(Size{5, 7}, 3));
  CHECK(decode_image(file, {35}).size() == Size{5, 7});
  CHECK_THROWS_WITH(decode_image(file, {34}),
                    ContainsSubstring("7 x 5 pixels, more than the limit of 34 (--max-pixels)"));
}

TEST_CASE("a claimed size beyond the limit is refused from the header, in every format") {
  CHECK_THROWS_WITH(decode_image(png_claiming(60000, 60000)), ContainsSubstring("60000 x 60000 pixels, more than"));
  CHECK_THROWS_WITH(decode_image(png_claiming(0xFFFFFFFF, 0xFFFFFFFF)), ContainsSubstring("more than the limit"));
  CHECK_THROWS_WITH(decode_image(jpeg_claiming_much()), ContainsSubstring("65500 x 65500 pixels, more than"));
  CHECK_THROWS_WITH(decode_image(bmp_claiming_much()), ContainsSubstring("more than the limit"));
  CHECK_THROWS_WITH(decode_image(bytes_of("PF\n4000000000 4000000000\n-1.0\n")),
                    ContainsSubstring("more than the limit"));
  CHECK_THROWS_WITH(decode_image(bytes_of("#?RGBE\n\n-Y 100000 +X 100000\n")),
                    ContainsSubstring("more than the limit"));
  CHECK_THROWS_WITH(decode_image(encode_tiff(ImageF(Size{20, 30}, 1)), {599}),
                    ContainsSubstring("more than the limit"));
  CHECK_THROWS_WITH(decode_image(seed("webp", "lossless.webp"), {322}),
                    ContainsSubstring("more than the limit of 322"));
}

TEST_CASE("a size within the limit that the data cannot fill is refused before memory is taken") {
  const DecodeLimits boundless{std::uint64_t{1} << 62};
  CHECK_THROWS_WITH(decode_image(png_claiming(1U << 29, 1U << 29), boundless), ContainsSubstring("cut short"));
  CHECK_THROWS_WITH(decode_image(jpeg_claiming_much(), boundless),
                    ContainsSubstring("cannot hold 65500 x 65500 pixels"));
  CHECK_THROWS_WITH(decode_image(bytes_of("#?RGBE\n\n-Y 900000000 +X 900000000\n"), boundless),
                    ContainsSubstring("cannot hold 900000000 rows"));
  CHECK_THROWS_WITH(decode_image(bmp_claiming_much(), boundless), ContainsSubstring("cut short"));
  CHECK_THROWS_WITH(decode_image(bytes_of("PF\n500000000 500000000\n-1.0\n"), boundless),
                    ContainsSubstring("cut short"));
}

TEST_CASE("an image without pixels is refused") {
  CHECK_THROWS_WITH(decode_image(png_claiming(0, 5)), ContainsSubstring("the image is empty: 0 x 5"));
  CHECK_THROWS_WITH(decode_image(bytes_of("Pf\n0 0\n-1.0\n")), ContainsSubstring("the image is empty"));
}
