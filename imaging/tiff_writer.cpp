#include "imaging/tiff_writer.h"

#include "imaging/detail/tiff_handle.h"

#include <algorithm>
#include <string>

namespace csgis {
namespace {

constexpr std::size_t kStripBytes = std::size_t{1} << 16;
/// Room for the directory and the table of strips below the 4 GiB that 32-bit offsets reach.
constexpr std::size_t kMaxPixelBytes = (std::size_t{1} << 32) - (std::size_t{1} << 28);

void set_fields(TIFF* tiff, const ImageF& image, int rows_per_strip, TiffCompression compression) {
  const bool is_colour = image.channels() == 3;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(image.width()));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(image.height()));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, image.channels());
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 32);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, is_colour ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(rows_per_strip));
  if (compression == TiffCompression::none) {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  } else {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_FLOATINGPOINT);
  }
}

/// Rows first .. first + rows - 1, interleaved.
void interleave(const ImageF& image, int first, int rows, std::vector<float>& out) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const std::size_t count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(image.width());
  out.resize(count * channels);
  for (int c = 0; c < image.channels(); ++c) {
    const float* in = image.row(c, first);
    for (std::size_t i = 0; i < count; ++i) out[i * channels + static_cast<std::size_t>(c)] = in[i];
  }
}

}  // namespace

std::vector<std::uint8_t> encode_tiff(const ImageF& image, TiffCompression compression) {
  require(image.channels() == 1 || image.channels() == 3, "encode_tiff: {} channels, 1 or 3 can be written",
          image.channels());
  require(!image.empty(), "encode_tiff: the image has no pixels");
  require(image.bytes() <= kMaxPixelBytes, "encode_tiff: {} bytes of pixels, a TIFF holds at most {}", image.bytes(),
          kMaxPixelBytes);
  const std::size_t row_bytes = image.bytes() / static_cast<std::size_t>(image.height());
  const int rows_per_strip = static_cast<int>(std::max<std::size_t>(1, kStripBytes / row_bytes));

  detail::TiffTarget target;
  std::string error;
  bool complete = true;
  {
    const detail::TiffHandle tiff = detail::create_tiff(target, error);
    require(tiff != nullptr, "encode_tiff: {}", error);
    set_fields(tiff.get(), image, rows_per_strip, compression);
    std::vector<float> strip;
    std::uint32_t index = 0;
    for (int y = 0; y < image.height() && complete; y += rows_per_strip, ++index) {
      interleave(image, y, std::min(rows_per_strip, image.height() - y), strip);
      const auto bytes = static_cast<tmsize_t>(strip.size() * sizeof(float));
      complete = TIFFWriteEncodedStrip(tiff.get(), index, strip.data(), bytes) == bytes;
    }
  }  // closing writes the directory
  require(complete && error.empty(), "encode_tiff: {}", error);
  return std::move(target.bytes);
}

}  // namespace csgis
