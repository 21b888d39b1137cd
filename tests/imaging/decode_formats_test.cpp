/// What TIFF, WebP, BMP, PFM and Radiance files hold, on files small enough to be worked out by hand.

#include "imaging/decode.h"
#include "tests/imaging/file_samples.h"
#include "tests/support/catch.h"

#include <tiffio.h>

#include <boost/filesystem/operations.hpp>

#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

template <class T>
std::vector<T> samples_of(const DecodedImage& image) {
  const auto samples = std::get<InterleavedImage<T>>(image.pixels).samples();
  return {samples.begin(), samples.end()};
}

FileBytes joined(FileBytes head, const FileBytes& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

/// A 32-bit BMP header of 40 bytes for `width` x `height` (negative: rows from the top) with `bits` per pixel.
FileBytes bmp_header(std::int8_t width, std::int8_t height, std::uint8_t bits, std::uint8_t palette_entries) {
  FileBytes file(54, 0);
  file[0] = 'B';
  file[1] = 'M';
  file[10] = static_cast<std::uint8_t>(54 + 4 * palette_entries);
  file[14] = 40;
  file[18] = static_cast<std::uint8_t>(width);
  for (std::size_t i = 0; i < 4; ++i) file[22 + i] = static_cast<std::uint8_t>(height >> (i == 0 ? 0 : 7));
  file[26] = 1;
  file[28] = bits;
  file[46] = palette_entries;
  return file;
}

const std::string kHdrHead = "#?RADIANCE\n# made by hand\nFORMAT=32-bit_rle_rgbe\n\n";

}  // namespace

TEST_CASE("a .pfm has its rows from the bottom, in the byte order of its scale") {
  const FileBytes little = joined(bytes_of("Pf\n1 2\n-1.0\n"), {0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0});
  CHECK(samples_of<float>(decode_image(little)) == std::vector<float>{-2.0F, 1.0F});
  const FileBytes big = joined(bytes_of("Pf 1 2 3.5\n"), {0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0});
  CHECK(samples_of<float>(decode_image(big)) == std::vector<float>{-2.0F, 1.0F});
}

TEST_CASE("a .pfm with bytes left over or a header that is no number is refused") {
  CHECK_THROWS_WITH(decode_image(joined(bytes_of("Pf\n1 1\n-1.0\r\n"), {0, 0, 0x80, 0x3F})),
                    ContainsSubstring("5 bytes of pixels, 4 expected"));
  CHECK_THROWS_WITH(decode_image(bytes_of("PF\n1 x\n-1.0\n")), ContainsSubstring("its height is 'x'"));
  CHECK_THROWS_WITH(decode_image(bytes_of("PF\n1 1\n0\n")), ContainsSubstring("its scale is 0"));
}

TEST_CASE("a float image with a value that is no number is refused with its place") {
  const FileBytes file = joined(bytes_of("Pf\n2 1\n-1.0\n"), {0, 0, 0x80, 0x3F, 0, 0, 0xC0, 0x7F});
  CHECK_THROWS_WITH(decode_image(file), ContainsSubstring("nan at column 1, row 0"));
}

TEST_CASE("Radiance pixels are mantissas with a shared exponent") {
  const FileBytes file = joined(bytes_of(kHdrHead + "-Y 1 +X 3\n"), {128, 64, 0, 129, 1, 2, 3, 136, 9, 9, 9, 0});
  CHECK(samples_of<float>(decode_image(file)) ==
        std::vector<float>{1.0F, 0.5F, 0.0F, 1.0F, 2.0F, 3.0F, 0.0F, 0.0F, 0.0F});
}

TEST_CASE("Radiance run lengths of both kinds are read") {
  // Old: a pixel, then (1,1,1,2) and (1,1,1,1), the latter counting 256 times as much.
  FileBytes old = joined(bytes_of(kHdrHead + "-Y 1 +X 259\n"), {4, 5, 6, 136, 1, 1, 1, 2, 1, 1, 1, 1});
  const std::vector<float> pixels = samples_of<float>(decode_image(old));
  CHECK(pixels.size() == 259 * 3);
  CHECK(std::count(pixels.begin(), pixels.end(), 5.0F) == 259);
  // New: per component a run of 6 (134) and two literals.
  const FileBytes component{134, 7, 2, 8, 9};
  const FileBytes exponents{136, 136};
  FileBytes fresh = joined(bytes_of(kHdrHead + "-Y 1 +X 8\n"), {2, 2, 0, 8});
  for (int c = 0; c < 3; ++c) fresh = joined(fresh, component);
  fresh = joined(fresh, exponents);
  const std::vector<float> row = samples_of<float>(decode_image(fresh));
  CHECK(row[0] == 7.0F);
  CHECK(row[3 * 5 + 2] == 7.0F);
  CHECK(row[3 * 6] == 8.0F);
  CHECK(row[3 * 7 + 1] == 9.0F);
}

TEST_CASE("Radiance files that are damaged or of another kind are refused") {
  const std::string size = "-Y 1 +X 8\n";
  CHECK_THROWS_WITH(decode_image(joined(bytes_of(kHdrHead + size), {2, 2, 0, 8, 137, 7})),
                    ContainsSubstring("a run leaves its row"));
  CHECK_THROWS_WITH(decode_image(joined(bytes_of(kHdrHead + size), {2, 2, 0, 8, 0, 7})),
                    ContainsSubstring("a run leaves its row"));
  CHECK_THROWS_WITH(decode_image(joined(bytes_of(kHdrHead + size), {1, 1, 1, 3})),
                    ContainsSubstring("without a pixel to repeat"));
  CHECK_THROWS_WITH(decode_image(bytes_of("#?RGBE\nFORMAT=32-bit_rle_xyze\n\n" + size)),
                    ContainsSubstring("FORMAT=32-bit_rle_xyze is not supported"));
  CHECK_THROWS_WITH(decode_image(bytes_of(kHdrHead + "+X 8 -Y 1\n")), ContainsSubstring("not of the form"));
}

TEST_CASE("a BMP is stored bottom up unless its height is negative") {
  const FileBytes rows{1, 2, 3, 0, 4, 5, 6, 0};  // one pixel B,G,R and a byte of padding per row
  CHECK(samples_of<std::uint8_t>(decode_image(joined(bmp_header(1, 2, 24, 0), rows))) ==
        std::vector<std::uint8_t>{6, 5, 4, 3, 2, 1});
  CHECK(samples_of<std::uint8_t>(decode_image(joined(bmp_header(1, -2, 24, 0), rows))) ==
        std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4});
}

TEST_CASE("a BMP palette becomes its colours, or one channel when all are grey") {
  const FileBytes colours{1, 2, 3, 0, 4, 5, 6, 0};
  const FileBytes bits{0b01000000, 0, 0, 0};
  CHECK(samples_of<std::uint8_t>(decode_image(joined(joined(bmp_header(2, 1, 1, 2), colours), bits))) ==
        std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4});
  const FileBytes greys{9, 9, 9, 0, 7, 7, 7, 0};
  CHECK(samples_of<std::uint8_t>(decode_image(joined(joined(bmp_header(2, 1, 1, 2), greys), bits))) ==
        std::vector<std::uint8_t>{9, 7});
  CHECK_THROWS_WITH(decode_image(joined(joined(bmp_header(1, 1, 8, 2), greys), {2, 0, 0, 0})),
                    ContainsSubstring("colour 2 of a palette of 2"));
}

TEST_CASE("a BMP with 16 bits or run lengths is refused") {
  CHECK_THROWS_WITH(decode_image(joined(bmp_header(1, 1, 16, 0), {0, 0, 0, 0})), ContainsSubstring("BMP of 16 bits"));
  FileBytes run_lengths = joined(bmp_header(1, 1, 8, 1), {0, 0, 0, 0, 0, 1});
  run_lengths[30] = 1;
  CHECK_THROWS_WITH(decode_image(run_lengths), ContainsSubstring("BMP with compression 1"));
}

TEST_CASE("the alpha of a TIFF or WebP is kept, and dropped without a trace in 8-bit colours") {
  const auto check = [](const FileBytes& file) {
    const DecodedImage image = decode_image(file);
    REQUIRE(image.channels() == 4);
    const auto& pixels = std::get<Image8>(image.pixels);
    const Image8 colours = to_colour8(decode_image(file));
    for (int c = 0; c < 3; ++c) CHECK(colours.at(2, 4)[c] == pixels.at(2, 4)[c]);
  };
  check(seed("tiff", "uint8_60_strip_False_False_4.tif"));
  check(seed("webp", "alpha.webp"));
}

TEST_CASE("RGB TIFF of 16 bits is rounded to 8 bits as libtiff does, grey takes the high byte") {
  DecodedImage image;
  image.format = ImageFormat::tiff;
  const auto to_8 = [&image](int channels, std::uint16_t value) {
    image.pixels = Image16(Size{1, 1}, channels);
    std::get<Image16>(image.pixels).data()[0] = value;
    return to_colour8(std::move(image)).data()[0];
  };
  CHECK(to_8(3, 0x00FF) == 1);
  CHECK(to_8(1, 0x00FF) == 0);
  CHECK(to_8(3, 0xFFFF) == 255);
}

TEST_CASE("float images become 8-bit colours by clipping to [0,1]") {
  DecodedImage image;
  image.format = ImageFormat::pfm;
  image.pixels = ImageF32(Size{1, 2}, 3);
  const std::vector<float> values{-1.0F, 0.5F, 2.0F, 0.1F, 1.0F, std::numeric_limits<float>::max()};
  std::copy(values.begin(), values.end(), std::get<ImageF32>(image.pixels).data());
  const Image8 colours = to_colour8(std::move(image));
  // 0.5 * 255 = 127.5 goes to the even 128, 0.1 * 255 = 25.5 too, to 26.
  CHECK(std::vector<std::uint8_t>(colours.data(), colours.data() + 6) ==
        std::vector<std::uint8_t>{0, 128, 255, 26, 255, 255});
}

TEST_CASE("BigTIFF is read") {
  const auto path = boost::filesystem::temp_directory_path() / boost::filesystem::unique_path("csgis-%%%%%%%%.tif");
  TIFF* tiff = TIFFOpen(path.c_str(), "w8");
  REQUIRE(tiff != nullptr);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 2);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 1);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 16);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  std::uint16_t row[] = {0, 65000};
  TIFFWriteScanline(tiff, row, 0, 0);
  TIFFClose(tiff);
  const FileBytes file = load(path);
  boost::filesystem::remove(path);
  REQUIRE(file.at(2) == 43);
  CHECK(samples_of<std::uint16_t>(decode_image(file)) == std::vector<std::uint16_t>{65535, 535});
}
