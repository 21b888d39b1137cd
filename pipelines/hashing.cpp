#include "pipelines/hashing.h"

#include "core/error.h"
#include "pipelines/base64.h"

#include <openssl/evp.h>
#include <xxhash.h>
#include <array>

namespace csgis {
namespace {

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::array<std::uint8_t, 32> sha256(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, 32> digest{};
  unsigned length = 0;
  // The algorithm is fetched once: OpenSSL 3 looks it up by name under a lock otherwise.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const int ok = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, algorithm, nullptr);
  require<Error>(ok == 1 && length == digest.size(), "OpenSSL cannot compute SHA-256");
  return digest;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  return to_hex(sha256(bytes));
}

std::string sha256_hex(const std::string& text) {
  return sha256_hex(bytes_of(text));
}

std::string sha256_base64(const std::string& text) {
  return base64(sha256(bytes_of(text)));
}

std::string xxh128_hex(std::span<const std::uint8_t> bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return to_hex(canonical.digest);
}

}  // namespace csgis
