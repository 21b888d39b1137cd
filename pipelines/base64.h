#pragma once
/// Bytes as text.

#include <cstdint>
#include <span>
#include <string>

namespace csgis {

/// RFC 4648 with padding, no line breaks.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace csgis
