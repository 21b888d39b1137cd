#include "imaging/encode.h"

#include "imaging/convert.h"
#include "imaging/jpeg_writer.h"
#include "imaging/png_writer.h"
#include "imaging/tiff_writer.h"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>

namespace csgis {
namespace {

/// Colour planes with the alpha plane behind them.
ImageF with_alpha(const ImageF& colour, const ImageF& alpha) {
  require(alpha.size() == colour.size() && alpha.channels() == 1, "encode: alpha of {}x{}x{} for an image of {}x{}",
          alpha.height(), alpha.width(), alpha.channels(), colour.height(), colour.width());
  ImageF all(colour.size(), colour.channels() + 1);
  const auto end = std::ranges::copy(colour.samples(), all.samples().begin()).out;
  std::ranges::copy(alpha.samples(), end);
  return all;
}

std::vector<std::uint8_t> encode_planes(const ImageF& planes, ImageFormat format, SampleDepth depth,
                                        std::span<const std::uint8_t> icc_profile) {
  if (format == ImageFormat::jpeg) return encode_jpeg(to_image8(planes), kDefaultJpegQuality, icc_profile);
  if (format == ImageFormat::tiff) {
    if (depth == SampleDepth::u8) return encode_tiff(to_image8(planes), TiffCompression::deflate, icc_profile);
    if (depth == SampleDepth::u16) return encode_tiff(to_image16(planes), TiffCompression::deflate, icc_profile);
    return encode_tiff(planes, TiffCompression::deflate, icc_profile);
  }
  PngWriter writer;
  const PngWriter::Bytes bytes = depth == SampleDepth::u8 ? writer.encode(to_image8(planes), icc_profile)
                                                          : writer.encode(to_image16(planes), icc_profile);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::optional<ImageFormat> writable_format(const boost::filesystem::path& path) {
  const std::string extension = boost::algorithm::to_lower_copy(path.extension().string());
  if (extension == ".png") return ImageFormat::png;
  if (extension == ".tif" || extension == ".tiff") return ImageFormat::tiff;
  if (extension == ".jpg" || extension == ".jpeg") return ImageFormat::jpeg;
  return std::nullopt;
}

bool can_hold(ImageFormat format, SampleDepth depth) {
  switch (format) {
    case ImageFormat::tiff:
      return true;
    case ImageFormat::png:
      return depth != SampleDepth::f32;
    case ImageFormat::jpeg:
      return depth == SampleDepth::u8;
    default:
      return false;
  }
}

std::vector<std::uint8_t> encode_image(const ImageF& colour, ImageFormat format, SampleDepth depth,
                                       const EncodeExtras& extras) {
  constexpr const char* kDepthNames[] = {"8-bit", "16-bit", "float"};
  require(colour.channels() == 1 || colour.channels() == 3, "encode: {} channels, 1 or 3 can be written",
          colour.channels());
  require(can_hold(format, depth), "{} cannot hold {} samples", format_name(format),
          kDepthNames[static_cast<int>(depth)]);
  require(extras.alpha == nullptr || format != ImageFormat::jpeg,
          "JPEG cannot hold the alpha channel; write .png or .tif");
  if (extras.alpha == nullptr) return encode_planes(colour, format, depth, extras.icc_profile);
  return encode_planes(with_alpha(colour, *extras.alpha), format, depth, extras.icc_profile);
}

}  // namespace csgis
