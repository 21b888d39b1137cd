/// JPEG through libjpeg-turbo, with the settings OpenCV reads with (its defaults: accurate integer DCT, smooth chroma
/// upsampling), so that pixels are the same. Warnings are errors.

#include "imaging/detail/decoders.h"
#include "imaging/detail/exif.h"
#include "imaging/detail/jpeg_error_trap.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

namespace csgis::detail {
namespace {

/// Standard encoders write about ten scans; each costs a pass over the whole image, however few bytes it has.
constexpr int kMaxScans = 100;
constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr int kIccMarker = JPEG_APP0 + 2;
constexpr unsigned kMaxMarkerBytes = 0xFFFF;

/// A decompressor that keeps an eye on the scans it reads.
class Decompressor {
 public:
  Decompressor() {
    info_.err = &trap_;
    info_.client_data = this;
    progress_.progress_monitor = [](j_common_ptr info) { static_cast<Decompressor*>(info->client_data)->watch_scan(); };
    guarded([&] {
      jpeg_create_decompress(&info_);
      info_.progress = &progress_;
    });
  }
  ~Decompressor() { jpeg_destroy_decompress(&info_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  jpeg_decompress_struct& info() { return info_; }
  /// Which components have been coded in a scan of a file that has several.
  const std::array<bool, MAX_COMPONENTS>& coded() const { return coded_; }

  template <class Step>
  void guarded(Step step) {
    trap_.guarded<DataError>("JPEG is damaged or cut short", step);
  }

 private:
  /// Called by libjpeg between the rows of blocks of every scan.
  void watch_scan() {
    if (info_.input_scan_number > kMaxScans) trap_.leave("it has more than 100 scans");
    for (int i = 0; i < info_.comps_in_scan; ++i) {
      coded_[static_cast<std::size_t>(info_.cur_comp_info[i]->component_index)] = true;
    }
  }

  JpegErrorTrap trap_;
  jpeg_decompress_struct info_{};
  jpeg_progress_mgr progress_{};
  std::array<bool, MAX_COMPONENTS> coded_{};
};

/// Colour space libjpeg is to deliver. It makes RGB of YCbCr and CMYK of YCCK.
J_COLOR_SPACE output_space(int components) {
  switch (components) {
    case 1:
      return JCS_GRAYSCALE;
    case 3:
      return JCS_RGB;
    case 4:
      return JCS_CMYK;
    default:
      fail<DataError>("JPEG with {} colour components is not supported", components);
  }
}

/// A block of 8 x 8 samples takes at least one bit of Huffman code, so a file that claims more is cut short. Found
/// before memory for the pixels is taken.
void require_enough_data(const jpeg_decompress_struct& info, std::size_t file_bytes, Size size) {
  constexpr std::size_t kMostPixelsInByte = 8 * DCTSIZE2;
  require<DataError>(info.arith_code == TRUE || size.pixels() / kMostPixelsInByte <= file_bytes,
                     "JPEG is cut short: {} bytes cannot hold {} x {} pixels", file_bytes, size.width, size.height);
}

/// A file cut between two scans and closed with an end marker decodes without a warning, only blurred. So every
/// component must have been coded, and every coefficient a progressive file began must have got all its bits.
void require_all_scans(Decompressor& jpeg) {
  const jpeg_decompress_struct& info = jpeg.info();
  if (!jpeg_has_multiple_scans(&jpeg.info())) return;
  for (int c = 0; c < info.num_components; ++c) {
    require<DataError>(jpeg.coded()[static_cast<std::size_t>(c)], "JPEG is cut short: colour component {} is missing",
                       c + 1);
    if (info.coef_bits == nullptr) continue;
    const int(&missing_bits)[DCTSIZE2] = info.coef_bits[c];
    const bool complete = missing_bits[0] == 0 && std::none_of(std::begin(missing_bits), std::end(missing_bits),
                                                               [](int bits) { return bits > 0; });
    require<DataError>(complete, "JPEG is cut short: the last scans of colour component {} are missing", c + 1);
  }
}

/// CMYK as Adobe stores it, inverted; the rounding is OpenCV's.
void rgb_from_cmyk(const std::uint8_t* cmyk, std::uint8_t* rgb, int pixels) {
  for (int x = 0; x < pixels; ++x, cmyk += 4, rgb += 3) {
    const int k = cmyk[3];
    for (std::size_t c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(k - ((255 - cmyk[c]) * k >> 8));
  }
}

Image8 read_pixels(Decompressor& jpeg, Size size) {
  jpeg_decompress_struct& info = jpeg.info();
  const bool is_cmyk = info.out_color_space == JCS_CMYK;
  Image8 image(size, is_cmyk ? 3 : info.num_components);
  std::vector<std::uint8_t> cmyk_row(is_cmyk ? static_cast<std::size_t>(size.width) * 4 : 0);
  jpeg.guarded([&] {
    while (info.output_scanline < info.output_height) {
      std::uint8_t* row = image.row(static_cast<int>(info.output_scanline));
      JSAMPROW target = is_cmyk ? cmyk_row.data() : row;
      jpeg_read_scanlines(&info, &target, 1);
      if (is_cmyk) rgb_from_cmyk(cmyk_row.data(), row, size.width);
    }
    // Reads on to the end marker, which also finds a file that lacks it.
    jpeg_finish_decompress(&info);
  });
  return image;
}

int find_orientation(const jpeg_decompress_struct& info) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  for (auto* marker = info.marker_list; marker != nullptr; marker = marker->next) {
    const Bytes data(marker->data, marker->data_length);
    if (marker->marker == kExifMarker && starts_with(data, kExif)) return exif_orientation(data.subspan(kExif.size()));
  }
  return 1;
}

std::vector<std::uint8_t> find_profile(Decompressor& jpeg) {
  JOCTET* data = nullptr;
  unsigned size = 0;
  jpeg.guarded([&] { jpeg_read_icc_profile(&jpeg.info(), &data, &size); });
  std::vector<std::uint8_t> profile(data, data + size);
  std::free(data);
  return profile;
}

}  // namespace

DecodedImage decode_jpeg(Bytes bytes, const DecodeLimits& limits) {
  Decompressor jpeg;
  jpeg_decompress_struct& info = jpeg.info();
  jpeg.guarded([&] {
    jpeg_mem_src(&info, bytes.data(), bytes.size());
    jpeg_save_markers(&info, kExifMarker, kMaxMarkerBytes);
    jpeg_save_markers(&info, kIccMarker, kMaxMarkerBytes);
    jpeg_read_header(&info, TRUE);
  });
  const Size size = checked_size(info.image_width, info.image_height, limits);
  require_enough_data(info, bytes.size(), size);
  info.out_color_space = output_space(info.num_components);
  jpeg.guarded([&] { jpeg_start_decompress(&info); });
  require_all_scans(jpeg);

  DecodedImage image;
  image.format = ImageFormat::jpeg;
  const int orientation = find_orientation(info);
  // The profile of a CMYK file describes inks, not the R,G,B values that are handed on.
  if (info.out_color_space != JCS_CMYK) image.icc_profile = find_profile(jpeg);
  image.pixels = read_pixels(jpeg, size);
  apply_orientation(image, orientation);
  return image;
}

}  // namespace csgis::detail
