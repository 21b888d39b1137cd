#include "imaging/png_writer.h"

#include "core/error.h"
#include "tests/imaging/png_cases.h"
#include "tests/support/catch.h"

#include <hwy/targets.h>
#include <spng.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

using namespace csgis;
using test::kPngContents;
using test::make_png_case;

namespace {

using File = std::vector<std::uint8_t>;

File copy_of(PngWriter::Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

struct Decoded {
  spng_ihdr header{};
  std::vector<std::uint8_t> samples;  // as stored in the file: 16 bits are big-endian
  std::vector<std::uint8_t> profile;
  std::vector<spng_plte_entry> palette;
};

/// By libspng, checksums verified.
Decoded decode(PngWriter::Bytes file) {
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> context(spng_ctx_new(0), &spng_ctx_free);
  REQUIRE(spng_set_png_buffer(context.get(), file.data(), file.size()) == 0);
  Decoded result;
  REQUIRE(spng_get_ihdr(context.get(), &result.header) == 0);
  std::size_t size = 0;
  REQUIRE(spng_decoded_image_size(context.get(), SPNG_FMT_RAW, &size) == 0);
  result.samples.resize(size);
  REQUIRE(spng_decode_image(context.get(), result.samples.data(), size, SPNG_FMT_RAW, 0) == 0);
  REQUIRE(spng_decode_chunks(context.get()) == 0);
  spng_iccp profile{};
  if (spng_get_iccp(context.get(), &profile) == 0) {
    result.profile.assign(profile.profile, profile.profile + profile.profile_len);
  }
  spng_plte palette{};
  if (spng_get_plte(context.get(), &palette) == 0) {
    result.palette.assign(palette.entries, palette.entries + palette.n_entries);
  }
  return result;
}

template <class T>
std::vector<std::uint8_t> big_endian(const InterleavedImage<T>& image) {
  std::vector<std::uint8_t> bytes;
  for (const T sample : image.samples()) {
    if constexpr (sizeof(T) == 2) bytes.push_back(static_cast<std::uint8_t>(sample >> 8));
    bytes.push_back(static_cast<std::uint8_t>(sample));
  }
  return bytes;
}

template <class T>
void check_round_trip(PngWriter& writer, const InterleavedImage<T>& image) {
  const Decoded decoded = decode(writer.encode(image));
  CHECK(decoded.header.width == static_cast<std::uint32_t>(image.width()));
  CHECK(decoded.header.height == static_cast<std::uint32_t>(image.height()));
  CHECK(decoded.header.bit_depth == 8 * sizeof(T));
  constexpr int kTypes[] = {0, SPNG_COLOR_TYPE_GRAYSCALE, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, SPNG_COLOR_TYPE_TRUECOLOR,
                            SPNG_COLOR_TYPE_TRUECOLOR_ALPHA};
  CHECK(decoded.header.color_type == kTypes[image.channels()]);
  const bool same = decoded.samples == big_endian(image);  // Catch would print both
  CHECK(same);
}

/// Left and right, copied side by side.
Image8 join(const Image8& left, const Image8& right) {
  Image8 both({left.height(), left.width() + right.width()}, left.channels());
  for (int y = 0; y < left.height(); ++y) {
    std::copy_n(left.row(y), left.row_samples(), both.row(y));
    std::copy_n(right.row(y), right.row_samples(), both.row(y) + left.row_samples());
  }
  return both;
}

}  // namespace

TEST_CASE("a written PNG decodes to its pixels, whatever size, channels, depth and content") {
  PngWriter writer;
  constexpr Size kSizes[] = {{1, 1}, {1, 70}, {70, 1}, {2, 3}, {5, 64}, {17, 65}, {63, 21}, {64, 64}, {3, 700}};
  unsigned seed = 0;
  for (const Size size : kSizes) {
    for (int channels = 1; channels <= 4; ++channels) {
      for (const auto content : kPngContents) {
        CAPTURE(size.height, size.width, channels, std::string(content));
        check_round_trip(writer, make_png_case<std::uint8_t>(content, size, channels, ++seed));
        check_round_trip(writer, make_png_case<std::uint16_t>(content, size, channels, ++seed));
      }
    }
  }
}

TEST_CASE("images of many blocks, and rows longer than a block, survive") {
  PngWriter writer;
  for (const auto content : kPngContents) {
    CAPTURE(std::string(content));
    check_round_trip(writer, make_png_case<std::uint8_t>(content, {700, 901}, 3, 1));
    check_round_trip(writer, make_png_case<std::uint8_t>(content, {2, 300001}, 3, 2));
    check_round_trip(writer, make_png_case<std::uint16_t>(content, {123, 2049}, 4, 3));
  }
}

TEST_CASE("noise costs less than one part in a thousand, flat images nearly nothing") {
  PngWriter writer;
  const Image8 noise = make_png_case<std::uint8_t>("noise", {500, 500}, 3, 4);
  CHECK(writer.encode(noise).size() < noise.bytes() + noise.bytes() / 1000);
  const Image8 flat = make_png_case<std::uint8_t>("constant", {1000, 1000}, 3, 4);
  CHECK(writer.encode(flat).size() < flat.bytes() / 500);
  CHECK(writer.encode(make_png_case<std::uint8_t>("constant", {1, 1}, 1, 4)).size() < 70);
}

TEST_CASE("a pair has the bytes of the joined image, which repeated content makes little larger than its half") {
  PngWriter writer;
  for (const auto content : kPngContents) {
    for (int channels = 1; channels <= 4; ++channels) {
      CAPTURE(std::string(content), channels);
      const Image8 left = make_png_case<std::uint8_t>("cartoon", {90, 121}, channels, 5);
      const Image8 right = make_png_case<std::uint8_t>(content, {90, 78}, channels, 6);
      const File joined = copy_of(writer.encode(join(left, right)));
      const bool same = copy_of(writer.encode_pair(left, right)) == joined;
      CHECK(same);
    }
  }
  const Image8 once = make_png_case<std::uint8_t>("sparse", {200, 200}, 3, 7);
  const std::size_t half = writer.encode(once).size();
  CHECK(writer.encode_pair(once, once).size() < half * 5 / 4);
}

TEST_CASE("the bytes do not depend on what the writer did before") {
  const Image8 small = make_png_case<std::uint8_t>("cartoon", {40, 50}, 3, 8);
  const Image8 large = make_png_case<std::uint8_t>("tiles", {400, 700}, 4, 9);
  PngWriter used;
  const File first = copy_of(used.encode(small));
  used.encode(large);
  CHECK(copy_of(used.encode(small)) == first);
  CHECK(copy_of(PngWriter().encode(small)) == first);
}

TEST_CASE("every SIMD target writes the same bytes") {
  std::vector<File> expected;
  const auto all = hwy::SupportedAndGeneratedTargets();
  REQUIRE(all.size() > 1);
  for (const auto target : all) {
    hwy::SetSupportedTargetsForTest(target);
    PngWriter writer;
    std::vector<File> files;
    for (const auto content : kPngContents) {
      for (int channels = 1; channels <= 4; ++channels) {
        files.push_back(copy_of(writer.encode(make_png_case<std::uint8_t>(content, {61, 307}, channels, 10))));
        files.push_back(copy_of(writer.encode(make_png_case<std::uint16_t>(content, {31, 103}, channels, 11))));
      }
    }
    CAPTURE(hwy::TargetName(target));
    if (expected.empty()) expected = files;
    for (std::size_t i = 0; i < files.size(); ++i) {
      CAPTURE(i);
      const bool same = files[i] == expected[i];
      CHECK(same);
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("label maps keep their indices and the whole VOC palette") {
  LabelMap labels(Size{33, 300});
  for (int y = 0; y < labels.height(); ++y) {
    for (int x = 0; x < labels.width(); ++x) labels.row(y)[x] = static_cast<std::uint8_t>(y < 20 ? x : x / 40 + y / 9);
  }
  PngWriter writer;
  const Decoded decoded = decode(writer.encode_indexed(labels));
  CHECK(decoded.header.color_type == SPNG_COLOR_TYPE_INDEXED);
  CHECK(decoded.header.bit_depth == 8);
  CHECK(std::equal(decoded.samples.begin(), decoded.samples.end(), labels.samples().begin(), labels.samples().end()));
  REQUIRE(decoded.palette.size() == 256);
  for (std::size_t i = 0; i < 256; ++i) {
    CHECK(Rgb8{decoded.palette[i].red, decoded.palette[i].green, decoded.palette[i].blue} == voc_palette()[i]);
  }
}

TEST_CASE("an ICC profile is stored and read back") {
  File profile(3000);
  for (std::size_t i = 0; i < profile.size(); ++i) profile[i] = static_cast<std::uint8_t>(i * i / 7);
  PngWriter writer;
  const Image8 image = make_png_case<std::uint8_t>("cartoon", {20, 30}, 3, 12);
  const Decoded decoded = decode(writer.encode(image, profile));
  CHECK(decoded.profile == profile);
  CHECK(decoded.samples == big_endian(image));
  CHECK(decode(writer.encode(image)).profile.empty());
}

TEST_CASE("what cannot be a PNG is refused") {
  PngWriter writer;
  CHECK_THROWS_AS(writer.encode(Image8()), InvalidArgument);
  CHECK_THROWS_AS(writer.encode(Image8({0, 5}, 3)), InvalidArgument);
  CHECK_THROWS_AS(writer.encode(Image8({2, 2}, 5)), InvalidArgument);
  CHECK_THROWS_AS(writer.encode_indexed(LabelMap()), InvalidArgument);
  const Image8 colour({4, 4}, 3), grey({4, 4}, 1), higher({5, 4}, 3);
  CHECK_THROWS_AS(writer.encode_pair(colour, grey), InvalidArgument);
  CHECK_THROWS_AS(writer.encode_pair(colour, higher), InvalidArgument);
}
