/// Uncompressed Windows and OS/2 bitmaps. Fields are named as in Microsoft's BITMAPINFOHEADER description.

#include "imaging/detail/decoders.h"
#include "imaging/label_map.h"

#include <algorithm>
#include <array>
#include <bit>

namespace csgis::detail {
namespace {

constexpr std::size_t kFileHeader = 14;
constexpr std::size_t kCoreHeader = 12;
constexpr std::size_t kInfoHeader = 40;
constexpr std::uint32_t kUncompressed = 0;
constexpr std::uint32_t kBitFields = 3;

struct Header {
  Size size;
  bool bottom_up = true;
  unsigned bits = 0;
  std::size_t pixel_offset = 0;
  std::size_t palette_offset = 0;
  std::size_t palette_entry_bytes = 4;
  std::size_t palette_entries = 0;
  /// For 24 and 32 bit: byte inside the pixel of R, G, B and, if there are four, alpha.
  std::vector<std::size_t> component_bytes;

  std::size_t row_bytes() const { return (static_cast<std::size_t>(size.width) * bits + 31) / 32 * 4; }
};

/// 32-bit pixels with stated masks: each must be one whole byte. A mask of 0 for alpha means there is none.
std::vector<std::size_t> parse_masks(Bytes file, std::size_t header_bytes) {
  constexpr std::size_t kMasks = kFileHeader + kInfoHeader;
  constexpr std::size_t kHeaderWithAlpha = 56;
  const std::size_t count = header_bytes >= kHeaderWithAlpha ? 4 : 3;
  require<DataError>(file.size() >= kMasks + 4 * count, "BMP is cut short: it ends inside its header");
  std::vector<std::size_t> bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto mask = load_le<std::uint32_t>(file, kMasks + 4 * i);
    if (i == 3 && mask == 0) break;
    const auto shift = static_cast<unsigned>(std::countr_zero(mask));
    require<DataError>(mask != 0 && shift % 8 == 0 && mask >> shift == 0xff,
                       "BMP with the colour mask {:#x} is not supported", mask);
    bytes.push_back(shift / 8);
  }
  return bytes;
}

void parse_core_header(Bytes file, Header& header, const DecodeLimits& limits) {
  header.size = checked_size(load_le<std::uint16_t>(file, 18), load_le<std::uint16_t>(file, 20), limits);
  header.bits = load_le<std::uint16_t>(file, 24);
  header.palette_offset = kFileHeader + kCoreHeader;
  header.palette_entry_bytes = 3;
}

void parse_info_header(Bytes file, std::size_t header_bytes, Header& header, const DecodeLimits& limits) {
  const auto width = std::bit_cast<std::int32_t>(load_le<std::uint32_t>(file, 18));
  const auto height = std::bit_cast<std::int32_t>(load_le<std::uint32_t>(file, 22));
  require<DataError>(width > 0, "BMP is damaged: its width is {}", width);
  header.bottom_up = height > 0;
  const std::int64_t rows = height;
  header.size =
      checked_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(rows < 0 ? -rows : rows), limits);
  header.bits = load_le<std::uint16_t>(file, 28);
  const auto compression = load_le<std::uint32_t>(file, 30);
  const bool has_masks = compression == kBitFields && header.bits == 32;
  require<DataError>(compression == kUncompressed || has_masks,
                     "BMP with compression {} and {} bits is not supported, only uncompressed", compression,
                     header.bits);
  if (has_masks) header.component_bytes = parse_masks(file, header_bytes);
  header.palette_offset = kFileHeader + header_bytes;
  header.palette_entries = load_le<std::uint32_t>(file, 46);
}

Header parse_header(Bytes file, const DecodeLimits& limits) {
  require<DataError>(file.size() >= kFileHeader + kCoreHeader, "BMP is cut short: it ends inside its header");
  Header header;
  header.pixel_offset = load_le<std::uint32_t>(file, 10);
  const std::size_t header_bytes = load_le<std::uint32_t>(file, 14);
  require<DataError>(header_bytes == kCoreHeader || header_bytes >= kInfoHeader, "BMP is damaged: a header of {} bytes",
                     header_bytes);
  require<DataError>(header_bytes <= file.size() - kFileHeader, "BMP is cut short: it ends inside its header");
  if (header_bytes == kCoreHeader) {
    parse_core_header(file, header, limits);
  } else {
    parse_info_header(file, header_bytes, header, limits);
  }
  constexpr std::array kBits{1U, 4U, 8U, 24U, 32U};
  require<DataError>(std::find(kBits.begin(), kBits.end(), header.bits) != kBits.end(),
                     "BMP of {} bits per pixel is not supported, only 1, 4, 8, 24, 32", header.bits);
  // Without masks the fourth byte of 32-bit pixels is reserved, not alpha.
  if (header.component_bytes.empty()) header.component_bytes = {2, 1, 0};
  const std::size_t data_bytes = header.row_bytes() * static_cast<std::size_t>(header.size.height);
  require<DataError>(header.pixel_offset <= file.size() && data_bytes <= file.size() - header.pixel_offset,
                     "BMP is cut short: {} bytes of pixels are announced at byte {} of {}", data_bytes,
                     header.pixel_offset, file.size());
  return header;
}

std::vector<Rgb8> parse_palette(Bytes file, const Header& header) {
  const std::size_t most = std::size_t{1} << header.bits;
  const std::size_t entries = header.palette_entries == 0 ? most : std::min(header.palette_entries, most);
  require<DataError>(header.palette_offset + entries * header.palette_entry_bytes <= file.size(),
                     "BMP is cut short: it ends inside its palette");
  std::vector<Rgb8> palette;
  for (std::size_t i = 0; i < entries; ++i) {
    const Bytes bgr = file.subspan(header.palette_offset + i * header.palette_entry_bytes, 3);
    palette.push_back({bgr[2], bgr[1], bgr[0]});
  }
  return palette;
}

/// A bitmap has no grey type: greys are stored with a grey palette, and then become one channel.
Image8 read_indexed(Bytes file, const Header& header) {
  const std::vector<Rgb8> palette = parse_palette(file, header);
  const bool is_grey = std::all_of(palette.begin(), palette.end(), [](Rgb8 c) { return c.r == c.g && c.g == c.b; });
  Image8 image(header.size, is_grey ? 1 : 3);
  const unsigned mask = (1U << header.bits) - 1U;
  for (int y = 0; y < header.size.height; ++y) {
    const int stored = header.bottom_up ? header.size.height - 1 - y : y;
    const std::uint8_t* packed = &file[header.pixel_offset + static_cast<std::size_t>(stored) * header.row_bytes()];
    std::uint8_t* out = image.row(y);
    for (std::size_t x = 0; x < static_cast<std::size_t>(header.size.width); ++x) {
      const std::size_t index = packed[x * header.bits / 8] >> (8 - header.bits - x * header.bits % 8) & mask;
      require<DataError>(index < palette.size(), "BMP is damaged: colour {} of a palette of {}", index, palette.size());
      *out++ = palette[index].r;
      if (is_grey) continue;
      *out++ = palette[index].g;
      *out++ = palette[index].b;
    }
  }
  return image;
}

Image8 read_true_colour(Bytes file, const Header& header) {
  Image8 image(header.size, static_cast<int>(header.component_bytes.size()));
  for (int y = 0; y < header.size.height; ++y) {
    const int stored = header.bottom_up ? header.size.height - 1 - y : y;
    const std::uint8_t* pixel = &file[header.pixel_offset + static_cast<std::size_t>(stored) * header.row_bytes()];
    std::uint8_t* out = image.row(y);
    for (int x = 0; x < header.size.width; ++x, pixel += header.bits / 8) {
      for (const std::size_t byte : header.component_bytes) *out++ = pixel[byte];
    }
  }
  return image;
}

}  // namespace

DecodedImage decode_bmp(Bytes bytes, const DecodeLimits& limits) {
  const Header header = parse_header(bytes, limits);
  DecodedImage image;
  image.format = ImageFormat::bmp;
  image.pixels = header.bits <= 8 ? read_indexed(bytes, header) : read_true_colour(bytes, header);
  return image;
}

}  // namespace csgis::detail
