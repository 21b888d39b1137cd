#include "imaging/jpeg_writer.h"

#include "imaging/detail/jpeg_error_trap.h"

#include <cstdlib>

namespace csgis {
namespace {

/// A compressor and the memory it writes to, which libjpeg takes from malloc.
class Compressor {
 public:
  Compressor() {
    info_.err = &trap_;
    guarded([&] {
      jpeg_create_compress(&info_);
      jpeg_mem_dest(&info_, &bytes_, &size_);
    });
  }
  ~Compressor() {
    jpeg_destroy_compress(&info_);
    // Until the end libjpeg may have moved the memory without updating bytes_; then (out of memory) it stays taken.
    if (finished_) std::free(bytes_);
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  template <class Step>
  void guarded(Step step) {
    trap_.guarded<InvalidArgument>("encode_jpeg", step);
  }

  jpeg_compress_struct& info() { return info_; }

  std::vector<std::uint8_t> finish() {
    guarded([&] { jpeg_finish_compress(&info_); });
    finished_ = true;
    return {bytes_, bytes_ + size_};
  }

 private:
  detail::JpegErrorTrap trap_;
  jpeg_compress_struct info_{};
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;
  bool finished_ = false;
};

void set_parameters(jpeg_compress_struct& info, const Image8& image, int quality) {
  info.image_width = static_cast<JDIMENSION>(image.width());
  info.image_height = static_cast<JDIMENSION>(image.height());
  info.input_components = image.channels();
  info.in_color_space = image.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  constexpr boolean kBaseline = TRUE;
  jpeg_set_quality(&info, quality, kBaseline);
  for (int c = 0; c < info.num_components; ++c) {
    info.comp_info[c].h_samp_factor = 1;
    info.comp_info[c].v_samp_factor = 1;
  }
}

}  // namespace

std::vector<std::uint8_t> encode_jpeg(const Image8& image, int quality, std::span<const std::uint8_t> icc_profile) {
  require(image.channels() == 1 || image.channels() == 3, "encode_jpeg: {} channels, 1 or 3 can be written",
          image.channels());
  require(!image.empty() && image.width() <= JPEG_MAX_DIMENSION && image.height() <= JPEG_MAX_DIMENSION,
          "encode_jpeg: {} x {} pixels, sides of 1 to {} can be written", image.width(), image.height(),
          JPEG_MAX_DIMENSION);
  constexpr std::size_t kMaxProfileBytes = 255 * (65533 - 14);  // as many markers as their numbers of 8 bits allow
  require(icc_profile.size() <= kMaxProfileBytes, "encode_jpeg: a colour profile of {} bytes, a JPEG holds at most {}",
          icc_profile.size(), kMaxProfileBytes);
  require(quality >= 1 && quality <= 100, "encode_jpeg: quality {}, 1 to 100 are valid", quality);
  Compressor jpeg;
  jpeg.guarded([&] {
    jpeg_compress_struct& info = jpeg.info();
    set_parameters(info, image, quality);
    jpeg_start_compress(&info, TRUE);
    if (!icc_profile.empty()) {
      jpeg_write_icc_profile(&info, icc_profile.data(), static_cast<unsigned int>(icc_profile.size()));
    }
    while (info.next_scanline < info.image_height) {
      // libjpeg takes rows as non-const and does not write to them.
      JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(info.next_scanline)));
      jpeg_write_scanlines(&info, &row, 1);
    }
  });
  return jpeg.finish();
}

}  // namespace csgis
