#include "imaging/label_map.h"

#include <algorithm>

namespace csgis {
namespace {

constexpr std::array<Rgb8, 256> make_voc_palette() {
  std::array<Rgb8, 256> palette{};
  for (unsigned index = 0; index < 256; ++index) {
    unsigned r = 0, g = 0, b = 0, bits = index;
    for (unsigned place = 7; bits != 0; --place, bits >>= 3) {
      r |= (bits & 1U) << place;
      g |= (bits >> 1 & 1U) << place;
      b |= (bits >> 2 & 1U) << place;
    }
    palette[index] = {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g), static_cast<std::uint8_t>(b)};
  }
  return palette;
}

constexpr std::array<Rgb8, 256> kPalette = make_voc_palette();

bool is_class_or_void(std::uint8_t value) {
  return value < kVocClasses || value == kVocVoid;
}

}  // namespace

const std::array<Rgb8, 256>& voc_palette() {
  return kPalette;
}

std::optional<std::uint8_t> voc_index_of(Rgb8 colour) {
  for (int index = 0; index < kVocClasses; ++index) {
    if (kPalette[static_cast<std::size_t>(index)] == colour) return static_cast<std::uint8_t>(index);
  }
  if (kPalette[kVocVoid] == colour) return kVocVoid;
  return std::nullopt;
}

std::optional<std::uint8_t> first_value_beyond_classes(const LabelMap& labels) {
  const auto values = labels.samples();
  const auto found = std::find_if_not(values.begin(), values.end(), is_class_or_void);
  if (found == values.end()) return std::nullopt;
  return *found;
}

}  // namespace csgis
