#include "core/random.h"

#include <cmath>
#include <numbers>

namespace csgis {
namespace {

/// FNV-1a, 64 bit: spreads names over the stream space. Streams are told apart by it, nothing is secret.
std::uint64_t fnv1a(std::string_view text, std::uint64_t state) {
  for (const char c : text) {
    state ^= static_cast<unsigned char>(c);
    state *= 0x100000001b3ULL;
  }
  return state;
}

constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325ULL;

std::uint32_t low32(std::uint64_t v) {
  return static_cast<std::uint32_t>(v);
}
std::uint32_t high32(std::uint64_t v) {
  return static_cast<std::uint32_t>(v >> 32);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  constexpr int kRounds = 10;
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t p0 = kMultiplier0 * counter[0];
    const std::uint64_t p1 = kMultiplier1 * counter[2];
    counter = {high32(p1) ^ counter[1] ^ key[0], low32(p1), high32(p0) ^ counter[3] ^ key[1], low32(p0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

Random::Random(std::uint64_t seed, std::string_view purpose, std::string_view item) {
  // The seed is the key; purpose and item choose the upper 96 bits' starting counter, so that streams do not overlap
  // unless two 64-bit hashes collide. A zero byte keeps ("ab","c") and ("a","bc") apart.
  key_ = {low32(seed), high32(seed)};
  const std::uint64_t stream = fnv1a(item, fnv1a({"\0", 1}, fnv1a(purpose, kFnvBasis)));
  counter_ = {0, 0, low32(stream), high32(stream)};
}

Random::result_type Random::operator()() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    if (++counter_[0] == 0) ++counter_[1];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

std::uint64_t Random::bits64() {
  const std::uint64_t high = (*this)();
  return high << 32 | (*this)();
}

double Random::uniform() {
  return static_cast<double>(bits64() >> 11) * 0x1.0p-53;
}

std::uint64_t Random::below(std::uint64_t count) {
  // Rejection keeps every value equally likely: numbers under 2^64 mod count are drawn again.
  const std::uint64_t reject_below = (0 - count) % count;
  std::uint64_t draw = bits64();
  while (draw < reject_below) draw = bits64();
  return draw % count;
}

int Random::between(int low, int high) {
  return low + static_cast<int>(below(static_cast<std::uint64_t>(static_cast<std::int64_t>(high) - low) + 1));
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace csgis
