#include "pipelines/hashing.h"

#include "core/error.h"
#include "pipelines/base64.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

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

/// A hash of bytes that come piece by piece.
class RunningHash {
 public:
  explicit RunningHash(const EVP_MD* algorithm) {
    require<Error>(context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1,
                   "OpenSSL cannot start a hash");
  }
  void add(std::span<const std::uint8_t> bytes) {
    const int ok = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    require<Error>(ok == 1, "OpenSSL cannot go on with a hash");
  }
  std::string finish() {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    require<Error>(EVP_DigestFinal_ex(context_.get(), digest.data(), &length) == 1, "OpenSSL cannot end a hash");
    return to_hex({digest.data(), length});
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

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

FileDigests file_digests(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(path.c_str(), "rb"), &std::fclose);
  require<IoError>(in != nullptr, "{}: {}", path, std::strerror(errno));
  RunningHash sha256(EVP_sha256()), md5(EVP_md5());
  FileDigests digests;
  std::vector<std::uint8_t> buffer(1 << 20);
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), in.get())) {
    sha256.add(std::span(buffer).first(count));
    md5.add(std::span(buffer).first(count));
    digests.size += count;
  }
  require<IoError>(std::ferror(in.get()) == 0, "{} cannot be read to its end", path);
  digests.sha256 = sha256.finish();
  digests.md5 = md5.finish();
  return digests;
}

namespace {

std::string to_hex(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return to_hex(canonical.digest);
}

}  // namespace

std::string xxh128_hex(std::span<const std::uint8_t> bytes) {
  return to_hex(XXH3_128bits(bytes.data(), bytes.size()));
}

struct RunningXxh128::State {
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> xxh{XXH3_createState(), &XXH3_freeState};
};

RunningXxh128::RunningXxh128() : state_(std::make_unique<State>()) {
  require<Error>(state_->xxh && XXH3_128bits_reset(state_->xxh.get()) == XXH_OK, "xxHash cannot start");
}

RunningXxh128::~RunningXxh128() = default;

void RunningXxh128::add(std::span<const std::uint8_t> bytes) {
  XXH3_128bits_update(state_->xxh.get(), bytes.data(), bytes.size());
}

std::string RunningXxh128::hex() const {
  return to_hex(XXH3_128bits_digest(state_->xxh.get()));
}

}  // namespace csgis
