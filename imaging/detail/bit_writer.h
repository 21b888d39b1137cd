#pragma once
/// Bits of a deflate stream, the first in the lowest bit of the first byte.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace csgis::detail {

static_assert(std::endian::native == std::endian::little, "the bit writer stores words in memory order");

/// Bits that have no whole byte yet: `count` of them, the first in the lowest bit; the others are 0.
struct PendingBits {
  std::uint64_t bits = 0;
  unsigned count = 0;
};

/// A code of up to 56 bits and its length, as put_packed() wants it.
constexpr std::uint64_t pack_bits(std::uint64_t bits, unsigned count) {
  return bits << 8 | count;
}

/// Writes from `out` on; up to 8 bytes beyond the end may be overwritten.
class BitWriter {
 public:
  BitWriter(std::uint8_t* out, PendingBits pending) : out_(out), pending_(pending) {}

  /// At most 63 bits may be waiting between two calls of flush().
  void put(std::uint64_t bits, unsigned count) {
    pending_.bits |= bits << pending_.count;
    pending_.count += count;
  }

  /// Whole bytes leave; at most 7 bits stay.
  void flush() {
    std::memcpy(out_, &pending_.bits, sizeof(pending_.bits));
    out_ += pending_.count / 8;
    pending_.bits >>= pending_.count & ~7U;
    pending_.count %= 8;
  }

  /// Puts table[tokens[i]] (made by pack_bits) for every i below `count`. Needs and leaves a flushed state.
  void put_packed(const std::uint16_t* tokens, std::size_t count, const std::uint64_t* table);

  /// Fills the last byte with zeros.
  void align() {
    pending_.count = (pending_.count + 7) & ~7U;
    flush();
  }

  /// Whole bytes, after align().
  void copy(const std::uint8_t* data, std::size_t count) {
    std::memcpy(out_, data, count);
    out_ += count;
  }

  std::uint8_t* out() const { return out_; }
  PendingBits pending() const { return pending_; }

 private:
  std::uint8_t* out_;
  PendingBits pending_;
};

}  // namespace csgis::detail
