#pragma once
/// Hashes of file contents: SHA-256 where people and other tools compare, XXH3 where a run checks its own files.

#include <cstdint>
#include <span>
#include <string>

namespace csgis {

/// SHA-256 (OpenSSL), 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::uint8_t> bytes);
std::string sha256_hex(const std::string& text);
/// The same in base 64, as content security policies name scripts.
std::string sha256_base64(const std::string& text);

/// XXH3, 128 bit, 32 lower-case hex digits. Finds torn and changed files at memory speed; no protection against malice.
std::string xxh128_hex(std::span<const std::uint8_t> bytes);

}  // namespace csgis
