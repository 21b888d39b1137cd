#include "imaging/detail/decoders.h"
#include "imaging/detail/exif.h"
#include "imaging/detail/inflate.h"
#include "imaging/detail/png_raster.h"

#include <algorithm>
#include <limits>

namespace csgis::detail {
namespace {

constexpr std::size_t kMaxProfileBytes = std::size_t{16} << 20;

/// Payload of iCCP: name, 0, compression method 0, zlib stream.
std::vector<std::uint8_t> read_profile(Bytes payload) {
  if (payload.empty()) return {};
  const auto end_of_name = std::find(payload.begin(), payload.end(), std::uint8_t{0});
  require<DataError>(payload.end() - end_of_name >= 2 && end_of_name[1] == 0, "PNG is damaged: a malformed iCCP chunk");
  return inflate_up_to({end_of_name + 2, payload.end()}, kMaxProfileBytes);
}

/// Palette entries that tRNS does not name are opaque. An index without an entry has no colour and is refused.
Image8 expand_palette(const Image8& indices, const PngChunks& chunks) {
  const bool has_alpha = !chunks.transparency.empty();
  Image8 colours(indices.size(), has_alpha ? 4 : 3);
  std::uint8_t* out = colours.data();
  for (const std::uint8_t index : indices.samples()) {
    require<DataError>(index < chunks.palette.size(), "PNG is damaged: colour {} of a palette of {}", index,
                       chunks.palette.size());
    const Rgb8 colour = chunks.palette[index];
    *out++ = colour.r;
    *out++ = colour.g;
    *out++ = colour.b;
    if (has_alpha) *out++ = index < chunks.transparency.size() ? chunks.transparency[index] : std::uint8_t{255};
  }
  return colours;
}

/// tRNS of grey and RGB names one transparent colour, in unscaled samples: adds the alpha channel it stands for.
template <class T>
InterleavedImage<T> with_keyed_alpha(const InterleavedImage<T>& image, const PngChunks& chunks) {
  const auto samples = static_cast<std::size_t>(image.channels());
  const int max_stored = (1 << chunks.header.bit_depth) - 1;
  const int scale = std::numeric_limits<T>::max() / max_stored;
  require<DataError>(chunks.transparency.size() == 2 * samples, "PNG is damaged: a malformed tRNS chunk");
  InterleavedImage<T> out(image.size(), image.channels() + 1);
  std::array<T, 3> key{};
  for (std::size_t k = 0; k < samples; ++k) {
    key[k] = static_cast<T>((load_be<std::uint16_t>(chunks.transparency, 2 * k) & max_stored) * scale);
  }
  const T* from = image.data();
  T* to = out.data();
  for (std::size_t i = 0; i < image.size().pixels(); ++i, from += samples, to += samples + 1) {
    std::copy_n(from, samples, to);
    to[samples] = std::equal(from, from + samples, key.begin()) ? T{0} : std::numeric_limits<T>::max();
  }
  return out;
}

bool has_transparent_colour(const PngChunks& chunks) {
  const PngColour colour = chunks.header.colour;
  return !chunks.transparency.empty() && (colour == PngColour::grey || colour == PngColour::rgb);
}

Image8 expand8(Image8&& samples, const PngChunks& chunks) {
  if (chunks.header.colour == PngColour::palette) return expand_palette(samples, chunks);
  const int scale = 255 / ((1 << chunks.header.bit_depth) - 1);
  if (scale != 1) {
    for (std::uint8_t& sample : samples.samples()) sample = static_cast<std::uint8_t>(sample * scale);
  }
  return has_transparent_colour(chunks) ? with_keyed_alpha(samples, chunks) : std::move(samples);
}

}  // namespace

DecodedImage decode_png(Bytes bytes, const DecodeLimits& limits) {
  PngRaster raster = read_png_raster(bytes, limits);
  DecodedImage image;
  image.format = ImageFormat::png;
  image.icc_profile = read_profile(raster.chunks.icc);
  if (auto* samples = std::get_if<Image16>(&raster.samples)) {
    image.pixels =
        has_transparent_colour(raster.chunks) ? with_keyed_alpha(*samples, raster.chunks) : std::move(*samples);
  } else {
    image.pixels = expand8(std::move(std::get<Image8>(raster.samples)), raster.chunks);
  }
  apply_orientation(image, raster.chunks.orientation);
  return image;
}

}  // namespace csgis::detail
