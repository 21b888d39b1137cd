#include "imaging/detail/deflate_tokens.h"

#include "imaging/detail/png_filter.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace csgis::detail {
namespace {

constexpr std::size_t kMinRun = 5;     ///< Shorter runs of zeros are cheaper as literals.
constexpr unsigned kHashBits = 13;     ///< 32 KiB: the table stays in the first-level cache.
constexpr std::size_t kMinFound = 4;   ///< Shortest match taken from the hash table.

std::uint32_t load32(const std::uint8_t* p) {
  std::uint32_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

std::uint64_t load64(const std::uint8_t* p) {
  std::uint64_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

std::size_t hash4(const std::uint8_t* p) {
  return load32(p) * 0x9E3779B1U >> (32 - kHashBits);
}

/// Number of equal bytes at a and b, at most `limit`.
std::size_t common_length(const std::uint8_t* a, const std::uint8_t* b, std::size_t limit) {
  std::size_t n = 0;
  for (; n + 8 <= limit; n += 8) {
    const std::uint64_t difference = load64(a + n) ^ load64(b + n);
    if (difference != 0) return n + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  }
  while (n < limit && a[n] == b[n]) ++n;
  return n;
}

constexpr std::array<DeflateSymbol, kMaxMatch + 1> make_length_symbols() {
  std::array<DeflateSymbol, kMaxMatch + 1> table{};
  std::size_t length = kMinMatch;
  for (unsigned symbol = 257; symbol < 285; ++symbol) {
    const unsigned bits = symbol < 265 ? 0 : (symbol - 261) / 4;
    for (unsigned extra = 0; extra < 1U << bits && length < kMaxMatch; ++extra, ++length) {
      table[length] = {static_cast<std::uint16_t>(symbol), static_cast<std::uint8_t>(bits),
                       static_cast<std::uint16_t>(extra)};
    }
  }
  table[kMaxMatch] = {285, 0, 0};
  return table;
}

constexpr auto kLengthSymbols = make_length_symbols();

}  // namespace

DeflateSymbol length_symbol(std::size_t length) {
  return kLengthSymbols[length];
}

DeflateSymbol distance_symbol(std::size_t distance) {
  const auto d = static_cast<unsigned>(distance - 1);
  if (d < 4) return {static_cast<std::uint16_t>(d), 0, 0};
  const auto bits = static_cast<unsigned>(std::bit_width(d)) - 2;
  return {static_cast<std::uint16_t>(2 * bits + (d >> bits)), static_cast<std::uint8_t>(bits),
          static_cast<std::uint16_t>(d & ((1U << bits) - 1))};
}

DeflateTokenizer::DeflateTokenizer() : zeros_(kDeflateMaxBlock / 64 + 2), last_seen_(std::size_t{1} << kHashBits) {
  out_.tokens.reserve(kDeflateMaxBlock / kMinMatch + 2);
}

void DeflateTokenizer::reset() {
  position_ = kDeflateWindow + 1;  // beyond the reach of the zeros in the empty table
  std::fill(last_seen_.begin(), last_seen_.end(), 0);
}

const DeflateTokens& DeflateTokenizer::tokenize(const std::uint8_t* data, std::size_t history, std::size_t count) {
  assert(count <= kDeflateMaxBlock);
  out_.tokens.clear();
  out_.litlen_counts.fill(0);
  out_.distance_counts.fill(0);
  for (auto& counts : literal_counts_) counts.fill(0);
  zero_bits(data, count, zeros_.data());
  zeros_[(count + 63) / 64] = 0;
  if (is_smooth(count)) {
    tokenize_matches(data, history, count);
  } else {
    tokenize_runs(data, count);
  }
  for (std::size_t value = 0; value < 256; ++value) {
    for (const auto& counts : literal_counts_) out_.litlen_counts[value] += counts[value];
  }
  out_.litlen_counts[kEndOfBlock] = 1;
  position_ += static_cast<std::uint32_t>(count);
  return out_;
}

bool DeflateTokenizer::is_smooth(std::size_t count) const {
  std::size_t zeros = 0;
  for (std::size_t word = 0; word < (count + 63) / 64; ++word) {
    zeros += static_cast<std::size_t>(std::popcount(zeros_[word]));
  }
  return zeros * 10 >= count * 20;
}

/// The first run of at least kMinRun zeros that begins at `from` or later; {count, count} when there is none.
DeflateTokenizer::Run DeflateTokenizer::next_run(std::size_t from, std::size_t count) const {
  std::size_t word = from / 64;
  const std::size_t words = (count + 63) / 64;
  std::uint64_t mask = ~std::uint64_t{0} << from % 64;
  std::uint64_t starts = 0;
  for (; word < words; ++word, mask = ~std::uint64_t{0}) {
    const std::uint64_t here = zeros_[word], next = zeros_[word + 1];
    starts = here & mask;
    for (std::size_t i = 1; i < kMinRun; ++i) starts &= here >> i | next << (64 - i);
    if (starts != 0) break;
  }
  if (word >= words) return {count, count};
  const std::size_t begin = word * 64 + static_cast<std::size_t>(std::countr_zero(starts));
  std::uint64_t nonzero = ~zeros_[word] & ~std::uint64_t{0} << begin % 64;
  while (nonzero == 0) nonzero = ~zeros_[++word];  // ends: the word after the last one is 0
  return {begin, word * 64 + static_cast<std::size_t>(std::countr_zero(nonzero))};
}

void DeflateTokenizer::add_match(std::size_t literals, std::size_t length, std::size_t distance) {
  const DeflateSymbol far = distance_symbol(distance);
  while (length > 0) {
    std::size_t piece = std::min(length, kMaxMatch);
    if (length > kMaxMatch && length - piece < kMinMatch) piece = length - kMinMatch;
    out_.tokens.push_back({static_cast<std::uint32_t>(literals), static_cast<std::uint16_t>(piece),
                           static_cast<std::uint16_t>(distance)});
    ++out_.litlen_counts[kLengthSymbols[piece].symbol];
    ++out_.distance_counts[far.symbol];
    length -= piece;
    literals = 0;
  }
}

void DeflateTokenizer::count_literals(const std::uint8_t* data, std::size_t count) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const std::uint64_t eight = load64(data + i);
    for (unsigned k = 0; k < 8; ++k) ++literal_counts_[k % 4][eight >> 8 * k & 255];
  }
  for (; i < count; ++i) ++literal_counts_[i % 4][data[i]];
}

void DeflateTokenizer::finish(std::size_t literals) {
  if (literals > 0) out_.tokens.push_back({static_cast<std::uint32_t>(literals), 0, 0});
}

void DeflateTokenizer::tokenize_runs(const std::uint8_t* data, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const Run run = next_run(done, count);
    const std::size_t literals = std::min(run.begin + 1, count) - done;  // the first zero of a run is a literal
    count_literals(data + done, literals);
    if (run.begin == count) {
      finish(literals);
      return;
    }
    add_match(literals, run.end - run.begin - 1, 1);
    done = run.end;
  }
}

void DeflateTokenizer::tokenize_matches(const std::uint8_t* data, std::size_t history, std::size_t count) {
  std::size_t done = 0;  // everything before is in tokens
  Run run{0, 0};
  for (std::size_t at = 0; at < count;) {
    if (run.end <= at) run = next_run(at, count);
    // Between the runs: strings seen before.
    while (at < run.begin && at + kMinFound <= count) {
      std::uint32_t& seen = last_seen_[hash4(data + at)];
      const std::uint32_t distance = position_ + static_cast<std::uint32_t>(at) - seen;
      seen = position_ + static_cast<std::uint32_t>(at);
      if (distance - 1 < std::min(kDeflateWindow, history + at) && load32(data + at) == load32(data + at - distance)) {
        const std::size_t length = common_length(data + at, data + at - distance, count - at);
        if (length >= kMinFound) {
          count_literals(data + done, at - done);
          add_match(at - done, length, distance);
          at += length;
          done = at;
          continue;
        }
      }
      ++at;
    }
    if (at >= run.end) continue;
    if (run.begin == count) break;
    const std::size_t begin = std::max(run.begin, at);
    const std::size_t copied = begin + (begin > 0 && data[begin - 1] == 0 ? 0 : 1);
    if (copied + kMinMatch <= run.end) {
      count_literals(data + done, copied - done);
      add_match(copied - done, run.end - copied, 1);
      done = run.end;
    }
    at = run.end;
  }
  count_literals(data + done, count - done);
  finish(count - done);
}

}  // namespace csgis::detail
