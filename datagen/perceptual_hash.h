#pragma once
/// Finds images that show the same thing: resized, recompressed or slightly changed copies.

#include "imaging/image.h"

#include <cstdint>
#include <span>
#include <vector>

namespace csgis {

/// DCT hash of an image: the signs of the 8x8 lowest frequencies of its 32x32 grey reduction against their median.
/// Source: Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010 (pHash's DCT variant).
/// @param image  8-bit RGB, at least 1x1.
/// @return  64 bits; nothing is promised for images without structure (all pixels equal give one common value).
/// Deterministic across machines up to frequencies that lie within rounding of the median.
std::uint64_t perceptual_hash(const Image8& image);

/// Hashes that differ in at most this many of 64 bits count as near-duplicates. Chosen: recompressed or resized copies
/// of the test photos differ in 0 to 4 bits, different photos in 14 or more.
inline constexpr int kNearDuplicateBits = 6;

/// Partition of the items into groups: group[i] is the least index that item i is linked to, through any chain of
/// near-duplicate hashes and of equal entries in `known_groups` (negative: none).
/// Cost: n^2/2 comparisons of 64 bits.
std::vector<int> duplicate_groups(std::span<const std::uint64_t> hashes, std::span<const int> known_groups);

}  // namespace csgis
