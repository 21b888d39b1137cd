#pragma once
/// Integers in byte sequences. The caller has checked that `at` and the bytes after it lie inside.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace csgis::detail {

using Bytes = std::span<const std::uint8_t>;

template <std::unsigned_integral T>
T load_be(Bytes bytes, std::size_t at = 0) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | bytes[at + i]);
  return value;
}

template <std::unsigned_integral T>
T load_le(Bytes bytes, std::size_t at = 0) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(value << 8 | bytes[at + i]);
  return value;
}

inline bool starts_with(Bytes bytes, std::string_view prefix) {
  return bytes.size() >= prefix.size() && std::memcmp(bytes.data(), prefix.data(), prefix.size()) == 0;
}

/// The bytes as text, for searching in headers.
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Text of a file, made fit for a one-line message: at most 40 characters, anything but printable ASCII as '?'.
inline std::string as_printable(std::string_view text) {
  std::string printable(text.substr(0, 40));
  for (char& c : printable) {
    if (c < ' ' || c > '~') c = '?';
  }
  return printable;
}

}  // namespace csgis::detail
