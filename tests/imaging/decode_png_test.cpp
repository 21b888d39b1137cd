#include "imaging/decode.h"
#include "imaging/image_size.h"
#include "tests/imaging/file_samples.h"
#include "tests/support/catch.h"
#include "tests/support/png_builder.h"

using namespace csgis;
using namespace csgis::test;

namespace {

/// Filtered rows of a 2 x 2 RGB image: filter byte 0, then six samples.
const FileBytes kRows{0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12};

FileBytes finish(FileBytes file, const FileBytes& stream) {
  append_chunk(file, "IDAT", stream);
  append_chunk(file, "IEND", {});
  return file;
}

FileBytes png_of(std::uint32_t width, std::uint32_t height, PngKind kind, const FileBytes& rows) {
  return finish(png_start(width, height, kind), zlib_stream(rows));
}

template <class T>
std::vector<T> samples_of(const FileBytes& file) {
  const DecodedImage image = decode_image(file);
  const auto samples = std::get<InterleavedImage<T>>(image.pixels).samples();
  return {samples.begin(), samples.end()};
}

}  // namespace

TEST_CASE("PNG greys under 8 bits are scaled to the full range") {
  CHECK(samples_of<std::uint8_t>(png_of(4, 1, {2, 0}, {0, 0b00011011})) == std::vector<std::uint8_t>{0, 85, 170, 255});
  CHECK(samples_of<std::uint8_t>(png_of(3, 1, {1, 0}, {0, 0b10100000})) == std::vector<std::uint8_t>{255, 0, 255});
  CHECK(samples_of<std::uint8_t>(png_of(2, 1, {4, 0}, {0, 0x1F})) == std::vector<std::uint8_t>{17, 255});
}

TEST_CASE("PNG samples of 16 bits are kept, and lose their low byte in 8-bit colours") {
  const FileBytes file = png_of(2, 1, {16, 0}, {0, 0x12, 0xFF, 0xFF, 0x00});
  CHECK(samples_of<std::uint16_t>(file) == std::vector<std::uint16_t>{0x12FF, 0xFF00});
  const Image8 colours = to_colour8(decode_image(file));
  CHECK(std::vector<std::uint8_t>(colours.data(), colours.data() + 6) ==
        std::vector<std::uint8_t>{0x12, 0x12, 0x12, 0xFF, 0xFF, 0xFF});
}

TEST_CASE("a PNG palette becomes its colours, tRNS the alpha of its first entries") {
  FileBytes file = png_start(2, 1, {8, 3});
  append_chunk(file, "PLTE", FileBytes{10, 20, 30, 40, 50, 60});
  const FileBytes opaque = finish(file, zlib_stream(FileBytes{0, 1, 0}));
  CHECK(samples_of<std::uint8_t>(opaque) == std::vector<std::uint8_t>{40, 50, 60, 10, 20, 30});
  append_chunk(file, "tRNS", FileBytes{99});
  const FileBytes transparent = finish(file, zlib_stream(FileBytes{0, 1, 0}));
  CHECK(samples_of<std::uint8_t>(transparent) == std::vector<std::uint8_t>{40, 50, 60, 255, 10, 20, 30, 99});
  CHECK_THROWS_WITH(decode_image(finish(file, zlib_stream(FileBytes{0, 1, 2}))),
                    ContainsSubstring("colour 2 of a palette of 2"));
}

TEST_CASE("the transparent colour of a PNG becomes alpha 0") {
  FileBytes file = png_start(2, 2, {8, 2});
  append_chunk(file, "tRNS", FileBytes{0, 4, 0, 5, 0, 6});
  CHECK(samples_of<std::uint8_t>(finish(file, zlib_stream(kRows))) ==
        std::vector<std::uint8_t>{1, 2, 3, 255, 4, 5, 6, 0, 7, 8, 9, 255, 10, 11, 12, 255});
  FileBytes grey = png_start(4, 1, {2, 0});
  append_chunk(grey, "tRNS", FileBytes{0, 2});
  const DecodedImage image = decode_image(finish(grey, zlib_stream(FileBytes{0, 0b00011011})));
  CHECK(image.has_alpha());
  CHECK(image.colour_channels() == 1);
  CHECK(std::get<Image8>(image.pixels).at(0, 2)[1] == 0);
  CHECK(std::get<Image8>(image.pixels).at(0, 3)[1] == 255);
}

TEST_CASE("a PNG whose checksums are right but whose stream is not is refused") {
  const FileBytes start = png_start(2, 2, {8, 2});
  FileBytes stream = zlib_stream(kRows);
  CHECK_NOTHROW(decode_image(finish(start, stream)));
  FileBytes wrong_adler = stream;
  wrong_adler.back() ^= 1;
  CHECK_THROWS_WITH(decode_image(finish(start, wrong_adler)), ContainsSubstring("corrupt or cut short"));
  FileBytes no_adler(stream.begin(), stream.end() - 4);
  CHECK_THROWS_WITH(decode_image(finish(start, no_adler)), ContainsSubstring("corrupt or cut short"));
  const FileBytes one_row(kRows.begin(), kRows.begin() + 7);
  CHECK_THROWS_WITH(decode_image(finish(start, zlib_stream(one_row))), ContainsSubstring("fewer rows"));
  FileBytes more = kRows;
  more.push_back(0);
  CHECK_THROWS_WITH(decode_image(finish(start, zlib_stream(more))), ContainsSubstring("longer than the header says"));
  FileBytes filter_5 = kRows;
  filter_5[7] = 5;
  CHECK_THROWS_WITH(decode_image(finish(start, zlib_stream(filter_5))), ContainsSubstring("row filter 5"));
}

TEST_CASE("a PNG whose chunks are out of order or unknown is refused") {
  const FileBytes stream = zlib_stream(kRows);
  FileBytes split = png_start(2, 2, {8, 2});
  append_chunk(split, "IDAT", detail::Bytes(stream).first(5));
  FileBytes joined = split;
  append_chunk(joined, "IDAT", detail::Bytes(stream).subspan(5));
  append_chunk(joined, "IEND", {});
  CHECK_NOTHROW(decode_image(joined));
  append_chunk(split, "tEXt", bytes_of("a"));
  append_chunk(split, "IDAT", detail::Bytes(stream).subspan(5));
  append_chunk(split, "IEND", {});
  CHECK_THROWS_WITH(decode_image(split), ContainsSubstring("not consecutive"));

  FileBytes critical = png_start(2, 2, {8, 2});
  append_chunk(critical, "ABCD", {});
  CHECK_THROWS_WITH(decode_image(finish(critical, stream)), ContainsSubstring("unknown critical chunk ABCD"));
  CHECK_THROWS_WITH(decode_image(png_of(2, 1, {8, 3}, {0, 0, 0})), ContainsSubstring("without a palette"));
  CHECK_THROWS_WITH(decode_image(png_of(2, 1, {4, 2}, {0, 0, 0})), ContainsSubstring("with 4 bits per sample"));
}

TEST_CASE("a wrong checksum is refused in ancillary chunks too") {
  FileBytes file = png_start(2, 2, {8, 2});
  append_chunk(file, "tEXt", bytes_of("note"));
  file.back() ^= 1;
  CHECK_THROWS_WITH(decode_image(finish(file, zlib_stream(kRows))), ContainsSubstring("checksum of chunk tEXt"));
}

TEST_CASE("a PNG's profile and orientation are read") {
  const DecodedImage image = decode_image(seed("png", "exif_icc.png"));
  CHECK(image.size() == Size{9, 6});
  CHECK(image.icc_profile.size() == 140);
  CHECK(image_size(seed("png", "exif_icc.png")) == image.size());
}

TEST_CASE("the size of a PNG needs sound chunks, but no sound stream") {
  const FileBytes file = finish(png_start(3, 2, {8, 2}), {1, 2, 3});
  CHECK(image_size(file) == Size{2, 3});
  CHECK_THROWS_AS(decode_image(file), DataError);
  CHECK_THROWS_WITH(image_size(FileBytes(file.begin(), file.end() - 1)), ContainsSubstring("cut short"));
  CHECK_THROWS_AS(image_size(FileBytes{1, 2, 3}), DataError);
}
