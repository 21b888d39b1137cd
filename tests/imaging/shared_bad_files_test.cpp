/// The collection of bad and odd inputs in CSGIS_SHARED/data/bad, whose README says what each file is.

#include "imaging/image_file.h"
#include "tests/support/catch.h"

#include <boost/filesystem/operations.hpp>

#include <cstdlib>
#include <optional>

using namespace csgis;
namespace fs = boost::filesystem;

namespace {

/// Folder of the collection; nothing, with a warning, where it is not at hand.
std::optional<fs::path> collection() {
  const char* shared = std::getenv("CSGIS_SHARED");
  if (shared == nullptr) {
    WARN("CSGIS_SHARED is not set: the shared collection of bad files is not tested");
    return std::nullopt;
  }
  return fs::path(shared) / "data" / "bad";
}

struct Refused {
  const char* file;
  const char* reason;
};

struct Valid {
  const char* file;
  Size size;
  int channels;
  SampleDepth depth = SampleDepth::u8;
};

}  // namespace

TEST_CASE("the shared collection: damaged files are refused with their reason") {
  const auto folder = collection();
  if (!folder) return;
  const auto bad = GENERATE(values<Refused>({
      {"truncated.jpg", "JPEG is damaged or cut short"},
      {"truncated.png", "it ends inside chunk IDAT"},
      {"no_iend.png", "without an IEND chunk"},
      {"zero_bytes.png", "the file is empty"},
      {"zero_bytes.jpg", "the file is empty"},
      {"text.png", "not an image this program reads: text"},
      {"crc_idat.png", "the checksum of chunk IDAT is wrong"},
      {"crc_ihdr.png", "the checksum of chunk IHDR is wrong"},
      {"corrupt_deflate.png", "pixel data is damaged"},
      {"short_rows.png", "fewer rows than the header says"},
      {"animated_gif.png", "not an image this program reads: GIF"},
      {"bomb_header_60000x60000.png", "60000 x 60000 pixels, more than the limit of 200000000"},
      {"bomb_real_16000x16000.png", "16000 x 16000 pixels, more than the limit of 200000000"},
      {"directory.png", "is a folder"},
      {"labels/index_beyond_palette.png", "colour 255 of a palette of 21"},
  }));
  INFO(bad.file);
  CHECK_THROWS_WITH(read_image(*folder / bad.file), ContainsSubstring(bad.file) && ContainsSubstring(bad.reason));
}

TEST_CASE("the shared collection: odd but valid files are read") {
  const auto folder = collection();
  if (!folder) return;
  const Size photo{107, 160};
  const auto good = GENERATE_COPY(values<Valid>({
      {"grey16.png", {80, 120}, 1, SampleDepth::u16},
      {"rgb16.png", photo, 3, SampleDepth::u16},
      {"rgb8.png", photo, 3},
      {"grey.jpg", photo, 1},
      {"cmyk.jpg", photo, 3},
      {"progressive.jpg", photo, 3},
      {"exif_orientation6.jpg", {160, 107}, 3},
      {"rgba.png", photo, 4},
      {"grey8.png", photo, 1},
      {"onebit.png", photo, 1},
      {"palette_trns.png", photo, 4},
      {"interlaced.png", photo, 3},
      {"jpeg_named.png", photo, 3},
      {"png_named.jpg", photo, 3},
      {"bmp_named.jpg", {90, 120}, 3},
      {"trailing_garbage.jpg", photo, 3},
      {"size_1x1.png", {1, 1}, 3},
      {"size_3x2000.png", {2000, 3}, 3},
      {"size_2000x2.jpg", {2, 2000}, 3},
      {"UPPER.PNG", {90, 120}, 3},
      {"n\u00e4me_\u753b\u50cf_\u00f1.png", {90, 120}, 3},
  }));
  INFO(good.file);
  const DecodedImage image = read_image(*folder / good.file);
  CHECK(image.size() == good.size);
  CHECK(image.channels() == good.channels);
  CHECK(image.depth() == good.depth);
}

TEST_CASE("the shared collection: interlaced, 16-bit and plain PNG hold the same 8-bit colours") {
  const auto folder = collection();
  if (!folder) return;
  const Image8 plain = read_colour8(*folder / "rgb8.png");
  for (const char* name : {"interlaced.png", "rgb16.png", "png_named.jpg"}) {
    INFO(name);
    const Image8 other = read_colour8(*folder / name);
    CHECK(std::equal(plain.samples().begin(), plain.samples().end(), other.samples().begin(), other.samples().end()));
  }
}

TEST_CASE("the shared collection: label maps") {
  const auto folder = collection();
  if (!folder) return;
  const auto labels = *folder / "labels";
  const LabelMap good = read_label_map(labels / "good.png");
  for (const char* name : {"grey_index.png", "rgb_coloured.png"}) {
    INFO(name);
    const LabelMap other = read_label_map(labels / name);
    CHECK(std::equal(good.samples().begin(), good.samples().end(), other.samples().begin(), other.samples().end()));
  }
  const LabelMap beyond = read_label_map(labels / "index_beyond_palette.png");
  CHECK(std::count(beyond.samples().begin(), beyond.samples().end(), 255) > 0);
  const LabelMap with_77 = read_label_map(labels / "value_77.png");
  CHECK(std::count(with_77.samples().begin(), with_77.samples().end(), 77) == 1);
  CHECK_THROWS_WITH(read_label_map(labels / "jpeg.jpg"), ContainsSubstring("jpeg.jpg: a label map must be a PNG"));
}
