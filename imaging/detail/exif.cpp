#include "imaging/detail/exif.h"

#include <algorithm>
#include <utility>

namespace csgis::detail {
namespace {

constexpr std::uint16_t kOrientationTag = 0x0112;
constexpr std::uint16_t kTypeShort = 3;
constexpr std::size_t kEntryBytes = 12;

template <std::unsigned_integral T>
T load(Bytes bytes, std::size_t at, bool big_endian) {
  return big_endian ? load_be<T>(bytes, at) : load_le<T>(bytes, at);
}

/// The pixels read along the axes that `orientation` names; values 5..8 swap rows and columns.
template <class T>
InterleavedImage<T> oriented(const InterleavedImage<T>& stored, int orientation) {
  const bool transposed = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const Size size = transposed ? Size{stored.width(), stored.height()} : stored.size();
  InterleavedImage<T> shown(size, stored.channels());
  const auto samples = static_cast<std::size_t>(stored.channels());
  for (int y = 0; y < stored.height(); ++y) {
    for (int x = 0; x < stored.width(); ++x) {
      const int row = from_bottom ? stored.height() - 1 - y : y;
      const int column = from_right ? stored.width() - 1 - x : x;
      std::copy_n(stored.at(y, x), samples, transposed ? shown.at(column, row) : shown.at(row, column));
    }
  }
  return shown;
}

}  // namespace

int exif_orientation(Bytes tiff_block) {
  constexpr int kAsStored = 1;
  const bool big_endian = starts_with(tiff_block, std::string_view("MM\0*", 4));
  if (!big_endian && !starts_with(tiff_block, std::string_view("II*\0", 4))) return kAsStored;
  if (tiff_block.size() < 8) return kAsStored;
  const std::size_t directory = load<std::uint32_t>(tiff_block, 4, big_endian);
  if (directory > tiff_block.size() || tiff_block.size() - directory < 2) return kAsStored;
  const std::size_t entries = load<std::uint16_t>(tiff_block, directory, big_endian);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > tiff_block.size()) return kAsStored;
    if (load<std::uint16_t>(tiff_block, entry, big_endian) != kOrientationTag) continue;
    if (load<std::uint16_t>(tiff_block, entry + 2, big_endian) != kTypeShort) return kAsStored;
    const int value = load<std::uint16_t>(tiff_block, entry + 8, big_endian);
    return value >= 1 && value <= 8 ? value : kAsStored;
  }
  return kAsStored;
}

void apply_orientation(DecodedImage& image, int orientation) {
  if (orientation == 1) return;
  std::visit([orientation](auto& pixels) { pixels = oriented(pixels, orientation); }, image.pixels);
}

}  // namespace csgis::detail
