#pragma once
/// The VOC palette and what may stand in a class label map.

#include "imaging/image.h"

#include <array>
#include <cstdint>
#include <optional>

namespace csgis {

struct Rgb8 {
  std::uint8_t r = 0, g = 0, b = 0;
  friend bool operator==(const Rgb8&, const Rgb8&) = default;
};

inline constexpr int kVocClasses = 21;         ///< Background 0 and the classes 1 (aeroplane) .. 20 (tvmonitor).
inline constexpr std::uint8_t kVocVoid = 255;  ///< "Ignore": object borders and difficult regions.

/// The colour map of PASCAL VOC: the bits of the index, taken three at a time, fill r, g, b from the top bit down.
/// Index 0 is black, 1 (128,0,0), 255 (224,224,192).
const std::array<Rgb8, 256>& voc_palette();

/// The index whose VOC colour is exactly `colour`, among classes and void; nothing for other colours.
std::optional<std::uint8_t> voc_index_of(Rgb8 colour);

/// The first value of `labels` that is neither a VOC class nor void; nothing when all are.
std::optional<std::uint8_t> first_value_beyond_classes(const LabelMap& labels);

}  // namespace csgis
