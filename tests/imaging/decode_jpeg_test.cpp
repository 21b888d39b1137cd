#include "imaging/decode.h"
#include "imaging/detail/jpeg_error_trap.h"
#include "imaging/jpeg_writer.h"
#include "tests/imaging/file_samples.h"
#include "tests/support/catch.h"

#include <cstdlib>

using namespace csgis;
using namespace csgis::test;

namespace {

/// A 16 x 16 image through libjpeg with a colour space and, unless empty, a scan script of the test's choice.
FileBytes encode_with(J_COLOR_SPACE space, int components, std::vector<jpeg_scan_info> scans) {
  jpeg_compress_struct info{};
  detail::JpegErrorTrap trap;
  info.err = &trap;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  std::vector<std::uint8_t> row(16 * 4);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<std::uint8_t>(i * i * 37 + i);
  trap.guarded<std::runtime_error>("encode_with", [&] {
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = info.image_height = 16;
    info.input_components = components;
    info.in_color_space = space;
    jpeg_set_defaults(&info);
    if (!scans.empty()) {
      info.scan_info = scans.data();
      info.num_scans = static_cast<int>(scans.size());
    }
    jpeg_start_compress(&info, TRUE);
    JSAMPROW rows = row.data();
    while (info.next_scanline < info.image_height) jpeg_write_scanlines(&info, &rows, 1);
    jpeg_finish_compress(&info);
  });
  FileBytes file(bytes, bytes + size);
  std::free(bytes);
  jpeg_destroy_compress(&info);
  return file;
}

/// Cuts before the last scan header and writes an end marker: such a file decodes without a warning.
FileBytes without_last_scan(FileBytes file) {
  const FileBytes start_of_scan{0xFF, 0xDA};
  file.erase(std::find_end(file.begin(), file.end(), start_of_scan.begin(), start_of_scan.end()), file.end());
  file.insert(file.end(), {0xFF, 0xD9});
  return file;
}

}  // namespace

TEST_CASE("a grey JPEG has one channel and becomes three equal ones") {
  const DecodedImage grey = decode_image(seed("jpeg", "grey.jpg"));
  CHECK(grey.channels() == 1);
  CHECK(grey.format == ImageFormat::jpeg);
  const Image8 colours = to_colour8(decode_image(seed("jpeg", "grey.jpg")));
  const auto& one = std::get<Image8>(grey.pixels);
  for (int c = 0; c < 3; ++c) CHECK(colours.at(2, 3)[c] == one.at(2, 3)[0]);
}

TEST_CASE("the orientation of a JPEG is applied and its profile kept") {
  const DecodedImage image = decode_image(seed("jpeg", "exif_icc.jpg"));
  CHECK(image.size() == Size{9, 7});
  CHECK(image.icc_profile == bytes_of("not a real profile"));
}

TEST_CASE("a JPEG that was cut and closed with an end marker is refused") {
  FileBytes file = seed("jpeg", "420.jpg");
  file.resize(file.size() - 30);
  file.insert(file.end(), {0xFF, 0xD9});
  CHECK_THROWS_WITH(decode_image(file), ContainsSubstring("JPEG is damaged or cut short"));
}

TEST_CASE("a progressive JPEG without its last scan is refused") {
  const FileBytes file = seed("jpeg", "progressive.jpg");
  CHECK_NOTHROW(decode_image(file));
  CHECK_THROWS_WITH(decode_image(without_last_scan(file)), ContainsSubstring("the last scans of colour component"));
}

TEST_CASE("a JPEG with one scan per component is read, and refused when one of them is missing") {
  const auto scan_of = [](int component) { return jpeg_scan_info{1, {component}, 0, 63, 0, 0}; };
  const FileBytes file = encode_with(JCS_RGB, 3, {scan_of(0), scan_of(1), scan_of(2)});
  CHECK(decode_image(file).channels() == 3);
  CHECK_THROWS_WITH(decode_image(without_last_scan(file)), ContainsSubstring("colour component 3 is missing"));
}

TEST_CASE("a JPEG with a hundred scans and more is refused") {
  std::vector<jpeg_scan_info> scans{{1, {0}, 0, 0, 0, 1}, {1, {0}, 0, 0, 1, 0}};
  for (int k = 1; k < 64; ++k) {
    scans.push_back({1, {0}, k, k, 0, 1});
    scans.push_back({1, {0}, k, k, 1, 0});
  }
  CHECK_THROWS_WITH(decode_image(encode_with(JCS_GRAYSCALE, 1, scans)), ContainsSubstring("more than 100 scans"));
  scans.resize(100);
  CHECK_NOTHROW(decode_image(encode_with(JCS_GRAYSCALE, 1, scans)));
}

TEST_CASE("a JPEG with two components is refused") {
  CHECK_THROWS_WITH(decode_image(encode_with(JCS_UNKNOWN, 2, {})), ContainsSubstring("2 colour components"));
}
