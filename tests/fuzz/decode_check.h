#pragma once
/// What every fuzz program of an image reader does with one input.

#include "imaging/decode.h"
#include "imaging/detail/bytes.h"

#include <cstdlib>

namespace csgis::fuzz {

inline constexpr DecodeLimits kLimits{1'000'000};

/// Aborts, which libFuzzer reports, when something that must hold does not.
inline void expect(bool holds) {
  if (!holds) std::abort();
}

/// A reader may refuse bytes with a DataError of one line and nothing else; what it accepts must be usable.
template <class Decoder>
void check_decoder(Decoder decode, detail::Bytes bytes) {
  try {
    DecodedImage image = decode(bytes, kLimits);
    const Size size = image.size();
    expect(size.height > 0 && size.width > 0 && size.pixels() <= kLimits.max_pixels);
    expect(image.channels() >= 1 && image.channels() <= 4);
    const Image8 colours = to_colour8(std::move(image));
    expect(colours.size() == size && colours.channels() == 3);
  } catch (const DataError& error) {
    const std::string_view reason = error.what();
    expect(!reason.empty() && reason.find('\n') == std::string_view::npos);
  }
}

}  // namespace csgis::fuzz
