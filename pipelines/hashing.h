#pragma once
/// Hashes of file contents: SHA-256 where people and other tools compare, XXH3 where a run checks its own files.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace csgis {

/// SHA-256 (OpenSSL), 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::uint8_t> bytes);
std::string sha256_hex(const std::string& text);
/// The same in base 64, as content security policies name scripts.
std::string sha256_base64(const std::string& text);

/// What public sources publish of a file.
struct FileDigests {
  std::uint64_t size = 0;
  std::string sha256, md5;  ///< Lower-case hex.
};
/// Reads the file once, in pieces.  @throws IoError
FileDigests file_digests(const std::string& path);

/// XXH3, 128 bit, 32 lower-case hex digits. Finds torn and changed files at memory speed; no protection against malice.
std::string xxh128_hex(std::span<const std::uint8_t> bytes);

/// The same of bytes that come piece by piece.
class RunningXxh128 {
 public:
  RunningXxh128();
  ~RunningXxh128();
  RunningXxh128(const RunningXxh128&) = delete;
  RunningXxh128& operator=(const RunningXxh128&) = delete;
  void add(std::span<const std::uint8_t> bytes);
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csgis
