#pragma once
/// Undoing PNG's row filters (ISO/IEC 15948, section 9.2).

#include <cstddef>
#include <cstdint>

namespace csgis::detail {

/// Decodes one row of `count` bytes, a whole number of pixels. `in` is the row after its filter byte, `up` the decoded
/// row above, zeros for the first; `out` is neither of them.
using UnfilterRow = void (*)(int filter, const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out,
                             std::size_t count);

/// The function for pixels of `pixel_bytes`: 1 (which samples of less than a byte count as), 2, 3, 4, 6 or 8. It throws
/// DataError for a filter above 4.
UnfilterRow unfilter_for(int pixel_bytes);

}  // namespace csgis::detail
