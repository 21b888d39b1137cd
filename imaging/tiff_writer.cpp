#include "imaging/tiff_writer.h"

#include "imaging/detail/tiff_handle.h"

#include <algorithm>
#include <string>
#include <type_traits>

namespace csgis {
namespace {

constexpr std::size_t kStripBytes = std::size_t{1} << 16;
/// Room for the directory and the table of strips below the 4 GiB that 32-bit offsets reach.
constexpr std::size_t kMaxPixelBytes = (std::size_t{1} << 32) - (std::size_t{1} << 28);

/// What the directory of the file says.
struct Directory {
  Size size;
  int channels = 0;
  int sample_bits = 0;
  bool is_float = false;
  int rows_per_strip = 0;
  TiffCompression compression = TiffCompression::deflate;
  std::span<const std::uint8_t> icc_profile;
};

void set_fields(TIFF* tiff, const Directory& d) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(d.size.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(d.size.height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, d.channels);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, d.sample_bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, d.is_float ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, d.channels >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  if (d.channels % 2 == 0) {
    const std::uint16_t straight_alpha = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &straight_alpha);
  }
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(d.rows_per_strip));
  if (d.compression == TiffCompression::none) {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  } else {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    TIFFSetField(tiff, TIFFTAG_PREDICTOR, d.is_float ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
  }
  if (!d.icc_profile.empty()) {
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(d.icc_profile.size()), d.icc_profile.data());
  }
}

/// Rows first .. first + rows - 1, interleaved.
void copy_rows(const ImageF& image, int first, int rows, std::vector<float>& out) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const std::size_t count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(image.width());
  out.resize(count * channels);
  for (int c = 0; c < image.channels(); ++c) {
    const float* in = image.row(c, first);
    for (std::size_t i = 0; i < count; ++i) out[i * channels + static_cast<std::size_t>(c)] = in[i];
  }
}

template <class T>
void copy_rows(const InterleavedImage<T>& image, int first, int rows, std::vector<T>& out) {
  // A copy, because libtiff's predictors work in place.
  out.assign(image.row(first), image.row(first) + static_cast<std::size_t>(rows) * image.row_samples());
}

template <class T, class Image>
std::vector<std::uint8_t> encode(const Image& image, TiffCompression compression,
                                 std::span<const std::uint8_t> icc_profile) {
  require(image.channels() >= 1 && image.channels() <= 4, "encode_tiff: {} channels, 1 to 4 can be written",
          image.channels());
  require(!image.empty(), "encode_tiff: the image has no pixels");
  require(image.bytes() + icc_profile.size() <= kMaxPixelBytes, "encode_tiff: {} bytes, a TIFF holds at most {}",
          image.bytes() + icc_profile.size(), kMaxPixelBytes);
  const std::size_t row_bytes = image.bytes() / static_cast<std::size_t>(image.height());
  const int rows_per_strip = static_cast<int>(std::max<std::size_t>(1, kStripBytes / row_bytes));

  detail::TiffTarget target;
  std::string error;
  bool complete = true;
  {
    const detail::TiffHandle tiff = detail::create_tiff(target, error);
    require(tiff != nullptr, "encode_tiff: {}", error);
    set_fields(tiff.get(), {image.size(), image.channels(), static_cast<int>(8 * sizeof(T)),
                            std::is_floating_point_v<T>, rows_per_strip, compression, icc_profile});
    std::vector<T> strip;
    std::uint32_t index = 0;
    for (int y = 0; y < image.height() && complete; y += rows_per_strip, ++index) {
      copy_rows(image, y, std::min(rows_per_strip, image.height() - y), strip);
      const auto bytes = static_cast<tmsize_t>(strip.size() * sizeof(T));
      complete = TIFFWriteEncodedStrip(tiff.get(), index, strip.data(), bytes) == bytes;
    }
  }  // closing writes the directory
  require(complete && error.empty(), "encode_tiff: {}", error);
  return std::move(target.bytes);
}

}  // namespace

std::vector<std::uint8_t> encode_tiff(const ImageF& image, TiffCompression compression,
                                      std::span<const std::uint8_t> icc_profile) {
  return encode<float>(image, compression, icc_profile);
}

std::vector<std::uint8_t> encode_tiff(const Image8& image, TiffCompression compression,
                                      std::span<const std::uint8_t> icc_profile) {
  return encode<std::uint8_t>(image, compression, icc_profile);
}

std::vector<std::uint8_t> encode_tiff(const Image16& image, TiffCompression compression,
                                      std::span<const std::uint8_t> icc_profile) {
  return encode<std::uint16_t>(image, compression, icc_profile);
}

}  // namespace csgis
