#pragma once
/// Four 16-bit numbers in one word: a pixel's R, G, B and grey, which are then added and weighted at once.

#include <array>
#include <cstdint>
#include <cstring>

namespace csgis::detail {

using Lanes = std::array<std::uint16_t, 4>;

inline std::uint64_t packed(const Lanes& lanes) {
  std::uint64_t word;
  std::memcpy(&word, lanes.data(), sizeof(word));
  return word;
}

inline Lanes lanes_of(std::uint64_t word) {
  Lanes lanes;
  std::memcpy(lanes.data(), &word, sizeof(word));
  return lanes;
}

}  // namespace csgis::detail
