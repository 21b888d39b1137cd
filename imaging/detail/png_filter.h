#pragma once
/// Row kernels of the PNG writer. Integer arithmetic only, so every SIMD target gives the same bytes.

#include <cstddef>
#include <cstdint>

namespace csgis::detail {

/// Part of a row of pixels and what stands above it.
struct RowPart {
  const std::uint8_t* row;           ///< The bytes to be filtered.
  const std::uint8_t* above;         ///< The same part of the row above.
  const std::uint8_t* before_row;    ///< The pixel left of row[0]: zeros, or the last pixel of another part.
  const std::uint8_t* before_above;  ///< The pixel left of above[0].
};

/// PNG filter 4 (Paeth): out[i] = row[i] - paeth(row[i - step], above[i], above[i - step]) modulo 256 for i in
/// [0, count). `step` is the size of a pixel in bytes; count is a multiple of it and not 0.
void paeth_filter(const RowPart& part, std::size_t step, std::size_t count, std::uint8_t* out);

inline constexpr std::size_t kRepeatSlack = 64;

/// One bit per byte: bit i % 64 of words[i / 64] is set where data[i] equals data[i - 1]. The bits from `count` to the
/// end of the last word are cleared. words holds (count + 63) / 64 elements; data must be readable from -1 on and for
/// kRepeatSlack bytes after `count`.
void repeat_bits(const std::uint8_t* data, std::size_t count, std::uint64_t* words);

}  // namespace csgis::detail
