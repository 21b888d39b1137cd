#pragma once
/// PNG files built chunk by chunk, for tests and for fuzzing, which cannot guess checksums.

#include "imaging/detail/bytes.h"

#include <libdeflate.h>

#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace csgis::test {

inline constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1A\n";

inline void append_be32(std::vector<std::uint8_t>& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

inline void append_chunk(std::vector<std::uint8_t>& file, std::string_view type, detail::Bytes payload) {
  append_be32(file, static_cast<std::uint32_t>(payload.size()));
  const std::size_t start = file.size();
  file.insert(file.end(), type.begin(), type.end());
  file.insert(file.end(), payload.begin(), payload.end());
  append_be32(file, libdeflate_crc32(0, file.data() + start, file.size() - start));
}

inline std::vector<std::uint8_t> zlib_stream(detail::Bytes raw) {
  constexpr int kFast = 1;
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kFast), libdeflate_free_compressor);
  std::vector<std::uint8_t> stream(libdeflate_zlib_compress_bound(compressor.get(), raw.size()));
  stream.resize(libdeflate_zlib_compress(compressor.get(), raw.data(), raw.size(), stream.data(), stream.size()));
  return stream;
}

struct PngKind {
  std::uint8_t depth = 8;
  std::uint8_t colour = 2;  ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
  bool interlaced = false;
};

/// Signature and IHDR.
inline std::vector<std::uint8_t> png_start(std::uint32_t width, std::uint32_t height, PngKind kind) {
  std::vector<std::uint8_t> file(kPngSignature.begin(), kPngSignature.end()), header;
  append_be32(header, width);
  append_be32(header, height);
  for (const int byte : {int{kind.depth}, int{kind.colour}, 0, 0, kind.interlaced ? 1 : 0}) {
    header.push_back(static_cast<std::uint8_t>(byte));
  }
  append_chunk(file, "IHDR", header);
  return file;
}

/// The same file with every chunk's CRC made right, as far as its chunks can be followed.
inline std::vector<std::uint8_t> with_right_checksums(detail::Bytes bytes) {
  std::vector<std::uint8_t> file(bytes.begin(), bytes.end());
  for (std::size_t at = kPngSignature.size(); file.size() >= at && file.size() - at >= 12;) {
    const std::size_t length = detail::load_be<std::uint32_t>(file, at);
    if (length > file.size() - at - 12) break;
    const std::uint32_t crc = libdeflate_crc32(0, file.data() + at + 4, 4 + length);
    for (std::size_t i = 0; i < 4; ++i) file[at + 8 + length + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
    at += 12 + length;
  }
  return file;
}

}  // namespace csgis::test
