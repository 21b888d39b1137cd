/// Files cut short, altered or followed by more, for every format.

#include "imaging/decode.h"
#include "tests/imaging/file_samples.h"
#include "tests/support/catch.h"

#include <atomic>
#include <optional>
#include <thread>

using namespace csgis;
using namespace csgis::test;

namespace {

/// Nothing when the bytes are refused. Any exception but DataError fails the test.
std::optional<DecodedImage> try_decode(std::span<const std::uint8_t> bytes) {
  try {
    return decode_image(bytes, {1'000'000});
  } catch (const DataError&) {
    return std::nullopt;
  }
}

bool same_pixels(const DecodedImage& a, const DecodedImage& b) {
  if (a.size() != b.size() || a.pixels.index() != b.pixels.index() || a.channels() != b.channels()) return false;
  return std::visit(
      [&b](const auto& pixels) {
        const auto others = std::get<std::decay_t<decltype(pixels)>>(b.pixels).samples();
        return std::equal(pixels.samples().begin(), pixels.samples().end(), others.begin(), others.end());
      },
      a.pixels);
}

/// Seeds of kinds that are refused as a whole.
bool is_unsupported(const boost::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name == "seed_tiff_jpeg.tif" || name == "seed_group4.tif" || name == "seed_animated.webp";
}

}  // namespace

TEST_CASE("a file cut short at any byte is refused") {
  const std::string format = GENERATE("jpeg", "png", "webp", "bmp", "pfm", "hdr");
  REQUIRE(!seeds(format).empty());
  for (const auto& path : seeds(format)) {
    if (is_unsupported(path)) continue;
    INFO(path.string());
    const FileBytes file = load(path);
    REQUIRE(try_decode(file).has_value());
    for (std::size_t length = 0; length < file.size(); ++length) {
      if (try_decode(std::span(file).first(length))) FAIL_CHECK("read although cut to " << length << " bytes");
    }
  }
}

TEST_CASE("a TIFF cut short is refused unless all its pixels and their description are there") {
  for (const auto& path : seeds("tiff")) {
    if (is_unsupported(path)) continue;
    INFO(path.string());
    const FileBytes file = load(path);
    const auto whole = try_decode(file);
    REQUIRE(whole.has_value());
    std::size_t refused = 0;
    for (std::size_t length = 0; length < file.size(); ++length) {
      const auto cut = try_decode(std::span(file).first(length));
      if (!cut) ++refused;
      if (cut && !same_pixels(*cut, *whole)) FAIL_CHECK("other pixels when cut to " << length << " bytes");
    }
    CHECK(refused > file.size() * 3 / 4);
  }
}

TEST_CASE("a PNG with any byte altered is refused") {
  for (const auto& path : seeds("png")) {
    INFO(path.string());
    FileBytes file = load(path);
    for (std::size_t i = 0; i < file.size(); ++i) {
      file[i] ^= 0x55;
      if (try_decode(file)) FAIL_CHECK("read although byte " << i << " is wrong");
      file[i] ^= 0x55;
    }
  }
}

TEST_CASE("an altered byte leads to pixels or a DataError, never to anything else") {
  const std::string format = GENERATE("jpeg", "tiff", "webp", "bmp", "pfm", "hdr");
  std::size_t refused = 0;
  for (const auto& path : seeds(format)) {
    INFO(path.string());
    FileBytes file = load(path);
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const std::uint8_t change : {0x01, 0x80, 0xff}) {
        file[i] ^= change;
        refused += try_decode(file) ? 0 : 1;
        file[i] ^= change;
      }
    }
  }
  CHECK(refused > 0);
}

TEST_CASE("bytes after the end of a file are ignored where the format marks its end") {
  const std::string format = GENERATE("jpeg", "png", "tiff", "webp", "bmp", "hdr");
  for (const auto& path : seeds(format)) {
    if (is_unsupported(path)) continue;
    INFO(path.string());
    FileBytes file = load(path);
    const auto whole = try_decode(file);
    file.insert(file.end(), 1024, 0xC5);
    const auto longer = try_decode(file);
    REQUIRE(whole.has_value());
    REQUIRE(longer.has_value());
    CHECK(same_pixels(*whole, *longer));
  }
}

TEST_CASE("decoding from many threads at once gives the same pixels") {
  std::vector<FileBytes> files;
  std::vector<DecodedImage> expected;
  for (const char* format : {"jpeg", "png", "tiff", "webp", "bmp", "pfm", "hdr"}) {
    for (const auto& path : seeds(format)) {
      if (is_unsupported(path)) continue;
      files.push_back(load(path));
      expected.push_back(decode_image(files.back()));
      files.push_back(files.back());  // and a damaged one, whose errors must not reach its neighbours
      files.back().resize(files.back().size() / 2);
      expected.emplace_back();
    }
  }
  std::atomic<int> wrong = 0;
  const auto work = [&] {
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto image = try_decode(files[i]);
      const bool is_damaged = i % 2 == 1;
      if (image.has_value() == is_damaged || (image && !same_pixels(*image, expected[i]))) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("kinds of TIFF and WebP that are not read are named") {
  CHECK_THROWS_WITH(decode_image(seed("tiff", "tiff_jpeg.tif")), ContainsSubstring("compression 7 is not supported"));
  CHECK_THROWS_WITH(decode_image(seed("tiff", "group4.tif")), ContainsSubstring("compression 4 is not supported"));
  CHECK_THROWS_WITH(decode_image(seed("webp", "animated.webp")), ContainsSubstring("animated WebP is not supported"));
}

TEST_CASE("what is no image is named") {
  CHECK_THROWS_WITH(decode_image(FileBytes{}), ContainsSubstring("the file is empty"));
  CHECK_THROWS_WITH(decode_image(bytes_of("hello\n")), ContainsSubstring("not an image this program reads: text"));
  CHECK_THROWS_WITH(decode_image(bytes_of("GIF89a\1\2")), ContainsSubstring("not an image this program reads: GIF"));
  CHECK_THROWS_WITH(decode_image(bytes_of("\1\2\3\4")), ContainsSubstring("unknown content"));
  CHECK_THROWS_WITH(decode_image(bytes_of("RIFF\x04\0\0\0WAVE")), ContainsSubstring("RIFF file"));
}
