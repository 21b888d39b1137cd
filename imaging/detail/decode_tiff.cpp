/// TIFF through libtiff, by its strips and tiles: its ready-made RGBA interface has 8 bits only and mixes alpha into
/// the colours.

#include "imaging/detail/decoders.h"
#include "imaging/detail/exif.h"
#include "imaging/detail/tiff_handle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace csgis::detail {
namespace {

/// The most that LZW can expand a byte: 12 bits for one of its longest strings, some 3800 bytes. Deflate: 1032.
constexpr std::uint64_t kBestRatio = 2600;

struct Layout {
  Size size;
  int samples = 1;  ///< Per pixel, alpha included.
  int bits = 8;     ///< Per sample: 1, 2, 4, 8, 16 or 32.
  bool planar = false;
  bool tiled = false;
  Size block;  ///< Of a tile, or of all strips but the last.
  std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
  int orientation = 1;

  int samples_in_block() const { return planar ? 1 : samples; }
  std::size_t block_row_bytes() const {
    const auto bits_in_row =
        static_cast<std::size_t>(block.width) * static_cast<std::size_t>(samples_in_block() * bits);
    return (bits_in_row + 7) / 8;
  }
};

template <class T>
T field(TIFF* tiff, std::uint32_t tag) {
  T value{};
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

void require_compression(TIFF* tiff) {
  constexpr std::array<std::uint16_t, 5> kLossless{COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
                                                   COMPRESSION_DEFLATE, COMPRESSION_PACKBITS};
  const auto compression = field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION);
  require<DataError>(std::find(kLossless.begin(), kLossless.end(), compression) != kLossless.end(),
                     "TIFF with compression {} is not supported, only none, LZW, Deflate and PackBits", compression);
}

void require_sample_type(TIFF* tiff, const Layout& layout) {
  const auto format = field<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT);
  const bool packs = layout.bits == 1 || layout.bits == 2 || layout.bits == 4;
  const bool is_integer = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
  const bool known = layout.bits == 32 ? format == SAMPLEFORMAT_IEEEFP
                                       : is_integer && (layout.bits == 8 || layout.bits == 16 || packs);
  require<DataError>(known,
                     "TIFF with samples of {} bits (format {}) is not supported, only 1 to 16-bit unsigned and "
                     "32-bit float",
                     layout.bits, format);
  require<DataError>(!packs || layout.samples == 1, "TIFF with {} samples of {} bits is not supported", layout.samples,
                     layout.bits);
}

void require_colours(const Layout& layout) {
  int colours = 1;
  switch (layout.photometric) {
    case PHOTOMETRIC_MINISBLACK:
      break;
    case PHOTOMETRIC_MINISWHITE:
      require<DataError>(layout.bits <= 16, "TIFF of floats with white as zero is not supported");
      break;
    case PHOTOMETRIC_PALETTE:
      require<DataError>(layout.bits <= 8 && layout.samples == 1,
                         "TIFF with a palette of {} bits, {} samples is not "
                         "supported",
                         layout.bits, layout.samples);
      break;
    case PHOTOMETRIC_RGB:
      colours = 3;
      break;
    default:
      fail<DataError>("TIFF with colour type {} is not supported, only grey, RGB and palette", layout.photometric);
  }
  require<DataError>(layout.samples == colours || layout.samples == colours + 1,
                     "TIFF with {} samples per pixel for {} colours is not supported", layout.samples, colours);
}

Layout read_layout(TIFF* tiff, std::size_t file_bytes, const DecodeLimits& limits) {
  Layout layout;
  layout.size = checked_size(field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH),
                             field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH), limits);
  layout.samples = field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL);
  layout.bits = field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE);
  layout.planar = field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
  layout.photometric = field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC);
  require_compression(tiff);
  require_sample_type(tiff, layout);
  require_colours(layout);
  layout.tiled = TIFFIsTiled(tiff) != 0;
  if (layout.tiled) {
    layout.block = checked_size(field<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH),
                                field<std::uint32_t>(tiff, TIFFTAG_TILELENGTH), limits);
  } else {
    const auto rows =
        std::min(field<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP), static_cast<std::uint32_t>(layout.size.height));
    require<DataError>(rows > 0, "TIFF is damaged: strips of 0 rows");
    layout.block = {static_cast<int>(rows), layout.size.width};
  }
  const auto orientation = field<std::uint16_t>(tiff, TIFFTAG_ORIENTATION);
  layout.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  const std::uint64_t image_bits = layout.size.pixels() * static_cast<std::uint64_t>(layout.samples * layout.bits);
  require<DataError>(image_bits / 8 / kBestRatio <= file_bytes,
                     "TIFF is cut short: {} bytes cannot hold {} bytes of pixels", file_bytes, image_bits / 8);
  return layout;
}

/// Part of the image that one block covers, and the sample it begins with.
struct BlockPlace {
  int y, x, height, width, sample;
};

/// Copies a decoded block to its place. Samples under 8 bits are unpacked, not scaled.
template <class T>
void place_block(const std::vector<std::uint8_t>& block, const Layout& layout, const BlockPlace& place,
                 InterleavedImage<T>& image) {
  const auto samples = static_cast<std::size_t>(layout.samples_in_block());
  const auto step = static_cast<std::size_t>(layout.samples);
  const auto bits = static_cast<std::size_t>(layout.bits);
  for (int y = 0; y < place.height; ++y) {
    const std::uint8_t* in = block.data() + static_cast<std::size_t>(y) * layout.block_row_bytes();
    T* out = image.at(place.y + y, place.x) + place.sample;
    for (std::size_t x = 0; x < static_cast<std::size_t>(place.width); ++x, out += step) {
      if (bits < 8) {
        *out = static_cast<T>(in[x * bits / 8] >> (8 - bits - x * bits % 8) & ((1U << bits) - 1U));
      } else {
        std::memcpy(out, in + x * samples * sizeof(T), samples * sizeof(T));
      }
    }
  }
}

/// Reads all strips or tiles; each must decode to all its bytes.
template <class T>
InterleavedImage<T> read_blocks(TIFF* tiff, const Layout& layout, const std::string& error) {
  InterleavedImage<T> image(layout.size, layout.samples);
  std::vector<std::uint8_t> block(static_cast<std::size_t>(layout.block.height) * layout.block_row_bytes());
  std::uint32_t index = 0;
  for (int sample = 0; sample < (layout.planar ? layout.samples : 1); ++sample) {
    for (int y = 0; y < layout.size.height; y += layout.block.height) {
      const int rows = std::min(layout.block.height, layout.size.height - y);
      for (int x = 0; x < layout.size.width; x += layout.block.width, ++index) {
        const int stored_rows = layout.tiled ? layout.block.height : rows;
        const auto bytes = static_cast<tmsize_t>(static_cast<std::size_t>(stored_rows) * layout.block_row_bytes());
        const tmsize_t got = layout.tiled ? TIFFReadEncodedTile(tiff, index, block.data(), bytes)
                                          : TIFFReadEncodedStrip(tiff, index, block.data(), bytes);
        require<DataError>(got == bytes && error.empty(), "TIFF is damaged or cut short: {}",
                           error.empty() ? "a strip or tile is not complete" : error);
        place_block(block, layout, {y, x, rows, std::min(layout.block.width, layout.size.width - x), sample}, image);
      }
    }
  }
  return image;
}

template <class T>
void invert_grey(InterleavedImage<T>& image, T white) {
  for (std::size_t i = 0; i < image.samples().size(); i += static_cast<std::size_t>(image.channels())) {
    image.data()[i] = static_cast<T>(white - image.data()[i]);
  }
}

/// Palette entries have 16 bits. Some writers use only the lower 8, then no entry is above 255.
Image8 expand_palette(TIFF* tiff, const Image8& indices, int bits) {
  std::array<std::uint16_t*, 3> maps{};
  require<DataError>(TIFFGetField(tiff, TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) == 1,
                     "TIFF is damaged: a palette image without a palette");
  const auto entries = std::size_t{1} << bits;
  const bool is_8bit = std::all_of(maps.begin(), maps.end(), [entries](const std::uint16_t* map) {
    return std::all_of(map, map + entries, [](std::uint16_t v) { return v < 256; });
  });
  Image8 image(indices.size(), 3);
  std::uint8_t* out = image.data();
  for (const std::uint8_t index : indices.samples()) {
    for (const std::uint16_t* map : maps) *out++ = static_cast<std::uint8_t>(is_8bit ? map[index] : map[index] >> 8);
  }
  return image;
}

Image8 read_pixels8(TIFF* tiff, const Layout& layout, const std::string& error) {
  Image8 image = read_blocks<std::uint8_t>(tiff, layout, error);
  if (layout.photometric == PHOTOMETRIC_PALETTE) return expand_palette(tiff, image, layout.bits);
  if (layout.bits < 8) {
    const int scale = 255 / ((1 << layout.bits) - 1);
    for (std::uint8_t& sample : image.samples()) sample = static_cast<std::uint8_t>(sample * scale);
  }
  if (layout.photometric == PHOTOMETRIC_MINISWHITE) invert_grey(image, std::uint8_t{255});
  return image;
}

Image16 read_pixels16(TIFF* tiff, const Layout& layout, const std::string& error) {
  Image16 image = read_blocks<std::uint16_t>(tiff, layout, error);
  if (layout.photometric == PHOTOMETRIC_MINISWHITE) invert_grey(image, std::uint16_t{65535});
  return image;
}

bool has_associated_alpha(TIFF* tiff) {
  std::uint16_t count = 0;
  const std::uint16_t* kinds = nullptr;
  return TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) == 1 && count > 0 &&
         kinds[0] == EXTRASAMPLE_ASSOCALPHA;
}

std::vector<std::uint8_t> read_profile(TIFF* tiff) {
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &data) != 1) return {};
  return {data, data + size};
}

}  // namespace

DecodedImage decode_tiff(Bytes bytes, const DecodeLimits& limits) {
  constexpr std::uint64_t kMaxPixelBytes = 16;
  constexpr std::uint64_t kMaxTableBytes = std::uint64_t{64} << 20;
  const std::uint64_t max_pixels = std::min(limits.max_pixels, std::uint64_t{1} << 40);
  std::string error;
  TiffSource source{bytes.data(), bytes.size()};
  const TiffHandle handle = open_tiff(source, error, max_pixels * kMaxPixelBytes + kMaxTableBytes);
  require<DataError>(handle != nullptr, "TIFF is damaged or cut short: {}", error);
  TIFF* tiff = handle.get();
  const Layout layout = read_layout(tiff, bytes.size(), limits);
  DecodedImage image;
  image.format = ImageFormat::tiff;
  image.is_premultiplied = has_associated_alpha(tiff);
  image.icc_profile = read_profile(tiff);
  if (layout.bits == 32) {
    image.pixels = read_blocks<float>(tiff, layout, error);
  } else if (layout.bits == 16) {
    image.pixels = read_pixels16(tiff, layout, error);
  } else {
    image.pixels = read_pixels8(tiff, layout, error);
  }
  apply_orientation(image, layout.orientation);
  return image;
}

}  // namespace csgis::detail
