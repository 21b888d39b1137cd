#pragma once
/// Canonical Huffman codes as deflate (RFC 1951, 3.2.2) wants them.

#include <cstdint>
#include <span>

namespace csgis::detail {

/// Code lengths for symbols that occur counts[i] times, none above `limit`; 0 for symbols that do not occur. The code
/// is complete (the sum of 2^-length is 1) when two or more symbols occur; a single symbol gets length 1. Without a
/// need to limit, the lengths are optimal (Moffat and Katajainen, "In-place calculation of minimum-redundancy codes",
/// 1995); where a code would be too long, lengths are traded until it fits, which costs well under 1 % in practice.
/// At most 320 symbols, counts below 2^31 / 320 each, 2^limit at least the number of symbols.
void huffman_lengths(std::span<const std::uint32_t> counts, int limit, std::span<std::uint8_t> lengths);

/// The codes that belong to `lengths` (each at most 15), bit-reversed: deflate sends a Huffman code from its top bit
/// down, everything else from the lowest bit up.
void huffman_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes);

}  // namespace csgis::detail
