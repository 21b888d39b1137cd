/// WebP through libwebp. The container (RIFF) is checked here: libwebp decodes some files whose end is missing.

#include "imaging/detail/decoders.h"
#include "imaging/detail/exif.h"

#include <webp/decode.h>

namespace csgis::detail {
namespace {

constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;

struct Container {
  Bytes whole;  ///< Without bytes after the end.
  Bytes exif;
  Bytes icc;
};

Container read_container(Bytes file) {
  require<DataError>(file.size() >= kRiffHeader && as_text(file.subspan(8, 4)) == "WEBP",
                     "not an image this program reads: a RIFF file that is not WebP");
  const std::size_t size = std::size_t{load_le<std::uint32_t>(file, 4)} + kChunkHeader;
  require<DataError>(size >= kRiffHeader && size <= file.size(), "WebP is cut short: it has {} of {} bytes",
                     file.size(), size);
  Container container{file.first(size), {}, {}};
  for (std::size_t at = kRiffHeader; at < size;) {
    require<DataError>(size - at >= kChunkHeader, "WebP is damaged: it ends inside a chunk header");
    const std::size_t length = load_le<std::uint32_t>(file, at + 4);
    const std::string_view type = as_text(file.subspan(at, 4));
    require<DataError>(length <= size - at - kChunkHeader, "WebP is damaged: chunk {} is cut short",
                       as_printable(type));
    const Bytes payload = file.subspan(at + kChunkHeader, length);
    if (type == "EXIF") container.exif = payload;
    if (type == "ICCP") container.icc = payload;
    at += kChunkHeader + length + length % 2;
  }
  return container;
}

/// Some writers put JPEG's "Exif\0\0" in front of the block.
int find_orientation(Bytes exif) {
  constexpr std::string_view kJpegPrefix("Exif\0\0", 6);
  return exif_orientation(starts_with(exif, kJpegPrefix) ? exif.subspan(kJpegPrefix.size()) : exif);
}

}  // namespace

DecodedImage decode_webp(Bytes bytes, const DecodeLimits& limits) {
  const Container container = read_container(bytes);
  const Bytes file = container.whole;
  WebPBitstreamFeatures features;
  require<DataError>(WebPGetFeatures(file.data(), file.size(), &features) == VP8_STATUS_OK,
                     "WebP is damaged: its header makes no sense");
  require<DataError>(features.has_animation == 0, "an animated WebP is not supported");
  const Size size =
      checked_size(static_cast<std::uint64_t>(features.width), static_cast<std::uint64_t>(features.height), limits);
  Image8 pixels(size, features.has_alpha != 0 ? 4 : 3);
  const auto decode = features.has_alpha != 0 ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  const auto row_bytes = static_cast<int>(pixels.row_samples());
  require<DataError>(decode(file.data(), file.size(), pixels.data(), pixels.bytes(), row_bytes) != nullptr,
                     "WebP is damaged: its pixel data is corrupt or cut short");
  DecodedImage image;
  image.format = ImageFormat::webp;
  image.icc_profile.assign(container.icc.begin(), container.icc.end());
  image.pixels = std::move(pixels);
  apply_orientation(image, find_orientation(container.exif));
  return image;
}

}  // namespace csgis::detail
