#include "imaging/detail/deflate_encoder.h"

#include "imaging/detail/huffman_code.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace csgis::detail {
namespace {

static_assert(std::endian::native == std::endian::little, "the bit writer stores words in memory order");

/// Four literals of this length and the up to 7 bits left from before fit one 64-bit word, and so does a match.
constexpr int kLongestLitLen = 14;
constexpr int kLongestDistance = 13;
constexpr int kLongestHeaderCode = 7;
constexpr std::size_t kMaxStored = 65535;

class BitWriter {
 public:
  BitWriter(std::uint8_t* out, std::uint64_t bits, unsigned count) : out_(out), bits_(bits), count_(count) {}

  /// At most 64 bits may be waiting between two calls of flush().
  void put(std::uint64_t bits, unsigned count) {
    bits_ |= bits << count_;
    count_ += count;
  }
  void flush() {
    std::memcpy(out_, &bits_, sizeof(bits_));
    out_ += count_ / 8;
    bits_ >>= count_ & ~7U;
    count_ %= 8;
  }
  /// Fills the last byte with zeros.
  void align() {
    count_ = (count_ + 7) & ~7U;
    flush();
  }
  void copy(const std::uint8_t* data, std::size_t count) {
    std::memcpy(out_, data, count);
    out_ += count;
  }
  std::uint8_t* out() const { return out_; }
  std::uint64_t bits() const { return bits_; }
  unsigned count() const { return count_; }

 private:
  std::uint8_t* out_;
  std::uint64_t bits_;
  unsigned count_;
};

/// The two codes of a block.
struct BlockCode {
  std::array<std::uint8_t, kLitLenSymbols + 2> litlen_lengths{};  // the fixed code counts two symbols never used
  std::array<std::uint8_t, kDistanceSymbols + 2> distance_lengths{};
};

BlockCode own_code(const DeflateTokens& tokens) {
  BlockCode code;
  huffman_lengths(tokens.litlen_counts, kLongestLitLen, code.litlen_lengths);
  huffman_lengths(tokens.distance_counts, kLongestDistance, code.distance_lengths);
  return code;
}

BlockCode fixed_code() {
  BlockCode code;
  auto* const lengths = code.litlen_lengths.begin();
  std::fill(lengths, lengths + 144, std::uint8_t{8});
  std::fill(lengths + 144, lengths + 256, std::uint8_t{9});
  std::fill(lengths + 256, lengths + 280, std::uint8_t{7});
  std::fill(lengths + 280, lengths + 288, std::uint8_t{8});
  code.distance_lengths.fill(5);
  return code;
}

/// The code lengths of a block as RFC 1951, 3.2.7 sends them: runs shortened with the symbols 16, 17 and 18.
class CodeHeader {
 public:
  explicit CodeHeader(const BlockCode& code) {
    litlen_ = kLitLenSymbols;
    while (litlen_ > 257 && code.litlen_lengths[litlen_ - 1] == 0) --litlen_;
    distances_ = kDistanceSymbols;
    while (distances_ > 1 && code.distance_lengths[distances_ - 1] == 0) --distances_;
    std::array<std::uint8_t, kLitLenSymbols + kDistanceSymbols> all;
    std::copy_n(code.litlen_lengths.begin(), litlen_, all.begin());
    std::copy_n(code.distance_lengths.begin(), distances_, all.begin() + static_cast<std::ptrdiff_t>(litlen_));
    shorten({all.data(), litlen_ + distances_});
    huffman_lengths(counts_, kLongestHeaderCode, lengths_);
    sent_ = lengths_.size();
    while (sent_ > 4 && lengths_[kOrder[sent_ - 1]] == 0) --sent_;
  }

  std::size_t bits() const {
    std::size_t sum = 5 + 5 + 4 + 3 * sent_;
    for (std::size_t i = 0; i < size_; ++i) sum += lengths_[items_[i].symbol] + kExtraBits[items_[i].symbol];
    return sum;
  }

  void write(BitWriter& to) const {
    to.put(litlen_ - 257, 5);
    to.put(distances_ - 1, 5);
    to.put(sent_ - 4, 4);
    for (std::size_t i = 0; i < sent_; ++i) {
      to.put(lengths_[kOrder[i]], 3);
      to.flush();
    }
    std::array<std::uint16_t, kSymbols> codes;
    huffman_codes(lengths_, codes);
    for (std::size_t i = 0; i < size_; ++i) {
      const Item item = items_[i];
      to.put(codes[item.symbol], lengths_[item.symbol]);
      to.put(item.extra, kExtraBits[item.symbol]);
      to.flush();
    }
  }

 private:
  static constexpr std::size_t kSymbols = 19;
  static constexpr std::array<std::uint8_t, kSymbols> kOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                11, 4,  12, 3, 13, 2, 14, 1, 15};
  static constexpr std::array<std::uint8_t, kSymbols> kExtraBits = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                                                    0, 0, 0, 0, 0, 0, 2, 3, 7};
  struct Item {
    std::uint8_t symbol, extra;
  };

  void add(std::size_t symbol, std::size_t extra) {
    items_[size_++] = {static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(extra)};
    ++counts_[symbol];
  }

  void shorten(std::span<const std::uint8_t> lengths) {
    for (std::size_t i = 0; i < lengths.size();) {
      const std::uint8_t value = lengths[i];
      std::size_t run = 1;
      while (i + run < lengths.size() && lengths[i + run] == value) ++run;
      i += run;
      if (value != 0) {
        add(value, 0);
        for (--run; run >= 3; run -= std::min<std::size_t>(run, 6)) add(16, std::min<std::size_t>(run, 6) - 3);
      } else {
        for (; run >= 11; run -= std::min<std::size_t>(run, 138)) add(18, std::min<std::size_t>(run, 138) - 11);
        if (run >= 3) {
          add(17, run - 3);
          run = 0;
        }
      }
      for (; run > 0; --run) add(value, 0);
    }
  }

  std::size_t litlen_, distances_, sent_, size_ = 0;
  std::array<Item, kLitLenSymbols + kDistanceSymbols> items_;
  std::array<std::uint32_t, kSymbols> counts_{};
  std::array<std::uint8_t, kSymbols> lengths_{};
};

/// Bits of all symbols of a block under a code, extra bits included.
std::size_t body_bits(const DeflateTokens& tokens, const BlockCode& code) {
  std::size_t sum = 0;
  for (std::size_t s = 0; s < kLitLenSymbols; ++s) {
    const std::size_t extra = s < 265 || s == 285 ? 0 : (s - 261) / 4;
    sum += tokens.litlen_counts[s] * (code.litlen_lengths[s] + extra);
  }
  for (std::size_t s = 0; s < kDistanceSymbols; ++s) {
    sum += tokens.distance_counts[s] * (code.distance_lengths[s] + (s < 4 ? 0 : s / 2 - 1));
  }
  return sum;
}

/// Code and extra bits of one symbol in one word: the number of bits in the lowest byte, the bits above it.
struct Packed {
  std::uint32_t word = 0;

  Packed() = default;
  Packed(std::uint32_t bits, unsigned count) : word(bits << 8 | count) {}
  std::uint64_t bits() const { return word >> 8; }
  unsigned count() const { return word & 255; }
};

class BodyWriter {
 public:
  explicit BodyWriter(const BlockCode& code) : code_(code) {
    std::array<std::uint16_t, kLitLenSymbols + 2> litlen;
    huffman_codes(code.litlen_lengths, litlen);
    huffman_codes(code.distance_lengths, distance_codes_);
    for (std::size_t s = 0; s <= kEndOfBlock; ++s) literals_[s] = {litlen[s], code.litlen_lengths[s]};
    for (std::size_t length = kMinMatch; length <= kMaxMatch; ++length) {
      const DeflateSymbol s = length_symbol(length);
      const unsigned bits = code.litlen_lengths[s.symbol];
      matches_[length] = {litlen[s.symbol] | static_cast<std::uint32_t>(s.extra) << bits, bits + s.extra_bits};
    }
  }

  void write(BitWriter& to, const std::uint8_t* data, const DeflateTokens& tokens) const {
    for (const DeflateToken token : tokens.tokens) {
      write_literals(to, data, token.literals);
      data += token.literals + token.length;
      if (token.length == 0) break;
      const Packed match = matches_[token.length];
      to.put(match.bits(), match.count());
      const DeflateSymbol s = distance_symbol(token.distance);
      const unsigned bits = code_.distance_lengths[s.symbol];
      to.put(distance_codes_[s.symbol] | std::uint64_t{s.extra} << bits, bits + s.extra_bits);
      to.flush();
    }
    to.put(literals_[kEndOfBlock].bits(), literals_[kEndOfBlock].count());
    to.flush();
  }

 private:
  void write_literals(BitWriter& to, const std::uint8_t* data, std::size_t count) const {
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) {
      const Packed a = literals_[data[i]], b = literals_[data[i + 1]];
      const Packed c = literals_[data[i + 2]], d = literals_[data[i + 3]];
      const std::uint64_t first = a.bits() | b.bits() << a.count(), second = c.bits() | d.bits() << c.count();
      const unsigned first_count = a.count() + b.count();
      to.put(first | second << first_count, first_count + c.count() + d.count());
      to.flush();
    }
    for (; i < count; ++i) to.put(literals_[data[i]].bits(), literals_[data[i]].count());
    to.flush();
  }

  const BlockCode& code_;
  std::array<Packed, kEndOfBlock + 1> literals_;
  std::array<Packed, kMaxMatch + 1> matches_;
  std::array<std::uint16_t, kDistanceSymbols + 2> distance_codes_;
};

void write_stored(BitWriter& to, const std::uint8_t* data, std::size_t count, bool last) {
  do {
    const std::size_t piece = std::min(count, kMaxStored);
    to.put(last && piece == count ? 1 : 0, 3);
    to.align();
    to.put(piece | (~piece & kMaxStored) << 16, 32);
    to.flush();
    to.copy(data, piece);
    data += piece;
    count -= piece;
  } while (count > 0);
}

}  // namespace

void DeflateEncoder::reset() {
  tokenizer_.reset();
  pending_ = 0;
  pending_bits_ = 0;
}

std::uint8_t* DeflateEncoder::block(const std::uint8_t* data, std::size_t history, std::size_t count, bool last,
                                    std::uint8_t* out) {
  const DeflateTokens& tokens = tokenizer_.tokenize(data, history, count);
  const BlockCode own = own_code(tokens), fixed = fixed_code();
  const CodeHeader header(own);
  const std::size_t own_bits = header.bits() + body_bits(tokens, own), fixed_bits = body_bits(tokens, fixed);
  const std::size_t stored_bits = 8 * (count + (count / kMaxStored + 1) * 5);

  BitWriter to(out, pending_, pending_bits_);
  if (stored_bits <= std::min(own_bits, fixed_bits)) {
    write_stored(to, data, count, last);
  } else {
    const bool use_own = own_bits < fixed_bits;
    to.put((last ? 1U : 0U) | (use_own ? 2U : 1U) << 1, 3);
    if (use_own) header.write(to);
    BodyWriter(use_own ? own : fixed).write(to, data, tokens);
  }
  if (last) to.align();
  pending_ = to.bits();
  pending_bits_ = to.count();
  return to.out();
}

}  // namespace csgis::detail
