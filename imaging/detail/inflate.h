#pragma once
/// zlib streams inside image files, by libdeflate.

#include "imaging/detail/bytes.h"

#include <vector>

namespace csgis::detail {

/// Inflates a zlib stream that is stored in `parts`, one after the other, and must hold exactly `size` bytes.
/// @throws DataError  the stream is corrupt (its Adler-32 checksum included), shorter or longer. A stream too small to
///                    hold `size` bytes at the best ratio of deflate, 1032 to 1, is refused before memory is taken.
std::vector<std::uint8_t> inflate_exactly(const std::vector<Bytes>& parts, std::size_t size);

/// Inflates a zlib stream of unknown length, at most `max_size` bytes of output.
/// @throws DataError  corrupt or longer.
std::vector<std::uint8_t> inflate_up_to(Bytes stream, std::size_t max_size);

}  // namespace csgis::detail
