#include "imaging/decode.h"
#include "imaging/jpeg_writer.h"
#include "tests/imaging/file_samples.h"
#include "tests/support/catch.h"
#include "tests/support/png_builder.h"

using namespace csgis;
using namespace csgis::test;

namespace {

/// A label map of one row.
FileBytes png_row(std::uint32_t width, PngKind kind, FileBytes samples, const FileBytes& palette = {}) {
  samples.insert(samples.begin(), 0);
  FileBytes file = png_start(width, 1, kind);
  if (!palette.empty()) append_chunk(file, "PLTE", palette);
  append_chunk(file, "IDAT", zlib_stream(samples));
  append_chunk(file, "IEND", {});
  return file;
}

std::vector<std::uint8_t> labels_of(const FileBytes& file) {
  const LabelMap labels = decode_label_map(file);
  return {labels.samples().begin(), labels.samples().end()};
}

using Labels = std::vector<std::uint8_t>;

}  // namespace

TEST_CASE("palette PNGs of any depth give their indices, whatever the colours") {
  const FileBytes palette(3 * 16, 7);
  CHECK(labels_of(png_row(4, {2, 3}, {0b00011011}, palette)) == Labels{0, 1, 2, 3});
  CHECK(labels_of(png_row(2, {4, 3}, {0x5F}, palette)) == Labels{5, 15});
  CHECK(labels_of(png_row(3, {1, 3}, {0b10100000}, palette)) == Labels{1, 0, 1});
  CHECK(labels_of(png_row(3, {8, 3}, {0, 15, 3}, palette)) == Labels{0, 15, 3});
}

TEST_CASE("an index beyond the palette is read as it stands") {
  CHECK(labels_of(png_row(2, {8, 3}, {1, 255}, {0, 0, 0, 1, 1, 1})) == Labels{1, 255});
}

TEST_CASE("grey PNGs give their samples, not scaled") {
  CHECK(labels_of(png_row(4, {2, 0}, {0b00011011})) == Labels{0, 1, 2, 3});
  CHECK(labels_of(png_row(3, {8, 0}, {0, 12, 255})) == Labels{0, 12, 255});
}

TEST_CASE("VOC colours become indices, other colours are refused with their place") {
  const FileBytes voc{0, 0, 0, 128, 0, 0, 224, 224, 192, 0, 64, 128};
  CHECK(labels_of(png_row(4, {8, 2}, voc)) == Labels{0, 1, 255, 20});
  CHECK_THROWS_WITH(labels_of(png_row(2, {8, 2}, {0, 0, 0, 128, 0, 1})),
                    ContainsSubstring("colour (128, 0, 1) at column 1, row 0 is not one of the VOC label colours"));
}

TEST_CASE("colours with alpha are labels only where fully opaque") {
  CHECK(labels_of(png_row(2, {8, 6}, {0, 128, 0, 255, 128, 128, 0, 255})) == Labels{2, 3});
  CHECK_THROWS_WITH(labels_of(png_row(2, {8, 6}, {0, 128, 0, 255, 128, 128, 0, 254})),
                    ContainsSubstring("alpha 254 at column 1, row 0"));
}

TEST_CASE("what cannot hold labels is refused") {
  CHECK_THROWS_WITH(decode_label_map(encode_jpeg(Image8(Size{2, 2}, 1))), ContainsSubstring("must be a PNG"));
  CHECK_THROWS_WITH(labels_of(png_row(1, {16, 0}, {0, 1})), ContainsSubstring("this PNG has 16"));
  CHECK_THROWS_WITH(labels_of(png_row(1, {8, 4}, {1, 255})), ContainsSubstring("grey with alpha"));
  CHECK_THROWS_WITH(decode_label_map(FileBytes{}), ContainsSubstring("the file is empty"));
  FileBytes damaged = png_row(2, {8, 0}, {1, 2});
  damaged[damaged.size() - 20] ^= 1;
  CHECK_THROWS_AS(decode_label_map(damaged), DataError);
}
