#pragma once
/// Row kernels of the PNG writer. Integer arithmetic only, so every SIMD target gives the same bytes.

#include <cstddef>
#include <cstdint>

namespace csgis::detail {

inline constexpr std::size_t kFilterSlack = 64;

/// PNG filter 4 (Paeth): out[i] = row[i] - paeth(row[i - step], above[i], above[i - step]) modulo 256 for i in
/// [0, count). `step` is the size of a pixel in bytes. row and above must be readable from -step on; what stands there
/// is taken as the pixel left of the first one (zeros in PNG). Whole vectors are read and written: after `count`, row
/// and above must be readable and out writable for kFilterSlack bytes more.
void paeth_filter(const std::uint8_t* row, const std::uint8_t* above, std::size_t step, std::size_t count,
                  std::uint8_t* out);

/// One bit per byte: bit i % 64 of words[i / 64] is set where data[i] is 0. The bits from `count` to the end of the
/// last word are cleared. words holds (count + 63) / 64 elements; data must be readable for kFilterSlack bytes more.
void zero_bits(const std::uint8_t* data, std::size_t count, std::uint64_t* words);

}  // namespace csgis::detail
