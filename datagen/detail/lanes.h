#pragma once
/// Four 16-bit numbers in one word: a pixel's R, G, B and grey, which are then added and weighted at once.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace csgis::detail {

using Lanes = std::array<std::uint16_t, 4>;

/// Lane 0 lowest; memory order on the little-endian CPUs we run on.
static_assert(std::endian::native == std::endian::little);
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

/// The lanes as numbers of 32 bits. GCC and Clang make vector code of their operators on every CPU.
using WideLanes = std::uint32_t __attribute__((vector_size(16)));
inline WideLanes wide_lanes_of(std::uint64_t word) {
  using NarrowLanes = std::uint16_t __attribute__((vector_size(8)));
  NarrowLanes lanes;
  std::memcpy(&lanes, &word, sizeof(word));
  return __builtin_convertvector(lanes, WideLanes);
}

/// Four lanes of 0..255 in four bytes, lane 0 lowest.
inline std::uint32_t bytes_of(std::uint64_t word) {
  const Lanes lanes = lanes_of(word);
  return lanes[0] | static_cast<std::uint32_t>(lanes[1]) << 8 | static_cast<std::uint32_t>(lanes[2]) << 16 |
         static_cast<std::uint32_t>(lanes[3]) << 24;
}

}  // namespace csgis::detail
