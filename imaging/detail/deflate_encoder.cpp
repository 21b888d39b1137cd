#include "imaging/detail/deflate_encoder.h"

#include "imaging/detail/bit_writer.h"
#include "imaging/detail/huffman_code.h"

#include <algorithm>
#include <array>

namespace csgis::detail {
namespace {

/// A far match has at most 14 + 5 + 13 + 13 bits, so that it fits a word in which 7 bits wait.
constexpr int kLongestLitLen = 14;
constexpr int kLongestDistance = 13;
constexpr int kLongestHeaderCode = 7;
constexpr std::size_t kMaxStored = 65535;

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

constexpr BlockCode make_fixed_code() {
  BlockCode code;
  auto* const lengths = code.litlen_lengths.data();
  std::fill(lengths, lengths + 144, std::uint8_t{8});
  std::fill(lengths + 144, lengths + 256, std::uint8_t{9});
  std::fill(lengths + 256, lengths + 280, std::uint8_t{7});
  std::fill(lengths + 280, lengths + 288, std::uint8_t{8});
  code.distance_lengths.fill(5);
  return code;
}

constexpr BlockCode kFixedCode = make_fixed_code();

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

/// Writes tokens and far matches under one code.
class BodyWriter {
 public:
  explicit BodyWriter(const BlockCode& code) : code_(code) {
    huffman_codes(code.litlen_lengths, litlen_codes_);
    huffman_codes(code.distance_lengths, distance_codes_);
    for (std::size_t s = 0; s < kFirstRun; ++s) packed_[s] = pack_bits(litlen_codes_[s], code.litlen_lengths[s]);
    const Bits distance = distance_bits(1);
    for (std::size_t token = kFirstRun; token < kTokenValues; ++token) {
      const Bits length = length_bits(kRunSymbols[token - kFirstRun]);
      packed_[token] = pack_bits(length.bits | distance.bits << length.count, length.count + distance.count);
    }
  }

  void write(BitWriter& to, const DeflateTokens& block) const {
    const DeflateToken* token = block.tokens.data();
    for (const FarMatch& match : block.far_matches) {
      to.put_packed(token, match.tokens_before, packed_.data());
      token += match.tokens_before;
      const Bits length = length_bits(length_symbol(match.length)), distance = distance_bits(match.distance);
      to.put(length.bits, length.count);
      to.put(distance.bits, distance.count);
      to.flush();
    }
    to.put_packed(token, static_cast<std::size_t>(block.tokens.data() + block.tokens.size() - token), packed_.data());
    to.put(litlen_codes_[kEndOfBlock], code_.litlen_lengths[kEndOfBlock]);
    to.flush();
  }

 private:
  struct Bits {
    std::uint64_t bits;
    unsigned count;
  };
  Bits length_bits(DeflateSymbol s) const {
    const unsigned bits = code_.litlen_lengths[s.symbol];
    return {litlen_codes_[s.symbol] | std::uint64_t{s.extra} << bits, bits + s.extra_bits};
  }
  Bits distance_bits(std::size_t distance) const {
    const DeflateSymbol s = distance_symbol(distance);
    const unsigned bits = code_.distance_lengths[s.symbol];
    return {distance_codes_[s.symbol] | std::uint64_t{s.extra} << bits, bits + s.extra_bits};
  }

  const BlockCode& code_;
  std::array<std::uint16_t, kLitLenSymbols + 2> litlen_codes_;
  std::array<std::uint16_t, kDistanceSymbols + 2> distance_codes_;
  std::array<std::uint64_t, kTokenValues> packed_;
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
  pending_ = {};
}

std::uint8_t* DeflateEncoder::append(const std::uint8_t* data, std::size_t history, std::size_t count, bool last,
                                     std::uint8_t* out) {
  while (count > 0) {
    const DeflateTokens& tokens = tokenizer_.tokenize(data, history, count);
    out = write_block(tokens, data, last && tokens.bytes == count, out);
    data += tokens.bytes;
    history += tokens.bytes;
    count -= tokens.bytes;
  }
  return out;
}

std::uint8_t* DeflateEncoder::write_block(const DeflateTokens& tokens, const std::uint8_t* data, bool last,
                                          std::uint8_t* out) {
  const BlockCode own = own_code(tokens);
  const CodeHeader header(own);
  const std::size_t own_bits = header.bits() + body_bits(tokens, own), fixed_bits = body_bits(tokens, kFixedCode);
  const std::size_t stored_bits = 8 * (tokens.bytes + (tokens.bytes / kMaxStored + 1) * 5);

  BitWriter to(out, pending_);
  if (stored_bits <= std::min(own_bits, fixed_bits)) {
    write_stored(to, data, tokens.bytes, last);
  } else {
    const bool use_own = own_bits < fixed_bits;
    to.put((last ? 1U : 0U) | (use_own ? 2U : 1U) << 1, 3);
    if (use_own) header.write(to);
    to.flush();
    BodyWriter(use_own ? own : kFixedCode).write(to, tokens);
  }
  if (last) to.align();
  pending_ = to.pending();
  return to.out();
}

}  // namespace csgis::detail
