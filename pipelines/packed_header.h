#pragma once
/// The first bytes of a packed file (docs/formats.md), numbers little-endian:
///   0  "CSGISPK" and a newline   8  version, 32 bits, and 32 bits of 0   16  bytes of the file   24  where the index
///   begins   32  bytes of the index   40  XXH3-128 of the index, 32 hexadecimal digits   72  zeros up to 128

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace csgis {

inline constexpr std::string_view kPackedMagic = "CSGISPK\n";
inline constexpr std::uint32_t kPackedVersion = 1;
inline constexpr std::size_t kPackedHeaderBytes = 128;
inline constexpr std::size_t kPackedAlignment = 64;  ///< Of images.

/// The bytes of a mapped file as pixels and hashes want them.
inline std::span<const std::uint8_t> as_u8(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

struct PackedHeader {
  std::uint32_t version = kPackedVersion;
  std::uint64_t file_bytes = 0, index_offset = 0, index_bytes = 0;
  std::string index_xxh128;
};

inline PackedHeader read_header(std::span<const std::byte, kPackedHeaderBytes> bytes) {
  const auto number = [&](std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i > 0; --i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i - 1]);
    return value;
  };
  PackedHeader header{static_cast<std::uint32_t>(number(8, 4)), number(16, 8), number(24, 8), number(32, 8), {}};
  for (std::size_t i = 40; i < 72; ++i) header.index_xxh128 += std::to_integer<char>(bytes[i]);
  return header;
}

/// @param header  index_xxh128 has 32 digits
inline std::array<std::uint8_t, kPackedHeaderBytes> header_bytes(const PackedHeader& header) {
  std::array<std::uint8_t, kPackedHeaderBytes> bytes{};
  const auto put = [&](std::size_t at, std::size_t count, std::uint64_t value) {
    for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  };
  for (std::size_t i = 0; i < kPackedMagic.size(); ++i) bytes[i] = static_cast<std::uint8_t>(kPackedMagic[i]);
  put(8, 4, header.version);
  put(16, 8, header.file_bytes);
  put(24, 8, header.index_offset);
  put(32, 8, header.index_bytes);
  for (std::size_t i = 0; i < 32; ++i) bytes[40 + i] = static_cast<std::uint8_t>(header.index_xxh128.at(i));
  return bytes;
}

}  // namespace csgis
