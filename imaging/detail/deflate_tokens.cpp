#include "imaging/detail/deflate_tokens.h"

#include "imaging/detail/png_filter.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace csgis::detail {
namespace {

constexpr std::size_t kMinRun = 5;   ///< Shorter runs are mostly cheaper as literals.
constexpr std::size_t kMinFar = 20;  ///< Shorter strings cost less as literals and runs than as a far match.
constexpr std::size_t kLongRun = 2 * kMaxMatch;  ///< A run cut out of a far match: pieces of distance 1 are shorter.
constexpr unsigned kHashBits = 13;               ///< 32 KiB: the table stays in the first-level cache.
constexpr std::size_t kCounters = 4;             ///< Tables to count in.
constexpr std::size_t kWidened = 32;             ///< Bytes turned into tokens at a time.
static_assert(kWidened <= kDeflateSlack && kMinFar <= kDeflateSlack);

template <class T>
T load(const std::uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof(value));
  return value;
}

std::size_t hash8(const std::uint8_t* p) {
  return load<std::uint64_t>(p) * 0x9E3779B97F4A7C15U >> (64 - kHashBits);
}

/// Whether the first kMinFar bytes agree: one branch for all of them, because it is nearly always "no".
bool begin_alike(const std::uint8_t* a, const std::uint8_t* b) {
  static_assert(kMinFar == 20);
  return ((load<std::uint64_t>(a) ^ load<std::uint64_t>(b)) |
          (load<std::uint64_t>(a + 8) ^ load<std::uint64_t>(b + 8)) |
          (load<std::uint32_t>(a + 16) ^ load<std::uint32_t>(b + 16))) == 0;
}

/// Number of equal bytes at a and b, at most `limit`.
std::size_t common_length(const std::uint8_t* a, const std::uint8_t* b, std::size_t limit) {
  std::size_t n = 0;
  for (; n + 8 <= limit; n += 8) {
    const std::uint64_t difference = load<std::uint64_t>(a + n) ^ load<std::uint64_t>(b + n);
    if (difference != 0) return n + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  }
  while (n < limit && a[n] == b[n]) ++n;
  return n;
}

/// Length of the next piece of a match that may be too long for one, so that what remains is none or a match again.
std::size_t next_piece(std::size_t length) {
  if (length <= kMaxMatch) return length;
  return length - kMaxMatch < kMinMatch ? length - kMinMatch : kMaxMatch;
}

}  // namespace

DeflateTokenizer::DeflateTokenizer()
    : tokens_(kDeflateMaxBlock + kWidened),
      repeats_(kDeflateMaxBlock / 64 + 1),
      run_starts_(kDeflateMaxBlock / 64 + 1),
      last_seen_(std::size_t{1} << kHashBits) {
  far_matches_.reserve(kDeflateMaxBlock / kMinFar + 1);
}

void DeflateTokenizer::reset() {
  position_ = kDeflateWindow + 1;  // beyond the reach of the zeros in the empty table
  std::fill(last_seen_.begin(), last_seen_.end(), 0);
}

const DeflateTokens& DeflateTokenizer::tokenize(const std::uint8_t* data, std::size_t history, std::size_t count) {
  count = std::min(count, kDeflateMaxBlock);
  mark_runs(data, history, count);
  far_matches_.clear();

  DeflateToken* to = tokens_.data();
  const DeflateToken* after_far = to;
  Run run{0, 0};
  std::size_t at = 0;
  while (at < count && to < tokens_.data() + kDeflateEnoughTokens) {
    if (run.end <= at) run = next_run(at, count);
    if (at < run.begin) {
      const std::size_t distance = find_far(data, at, history);
      const std::size_t length = distance == 0 ? 0 : far_length(data, at, distance, count, run);
      if (length >= kMinFar) {
        add_far(static_cast<std::size_t>(to - after_far), length, distance);
        after_far = to;
        at += length;
        continue;
      }
    }
    const bool is_match = run.end - std::max(at, run.begin) >= kMinMatch;
    const std::size_t literals_end = is_match ? std::max(at, run.begin) : run.end;
    to = add_literals(data + at, literals_end - at, to);
    if (is_match) to = add_run(run.end - literals_end, to);
    at = run.end;
  }
  position_ += static_cast<std::uint32_t>(at);
  out_.bytes = at;
  out_.tokens = {tokens_.data(), to};
  out_.far_matches = far_matches_;
  count_symbols();
  return out_;
}

/// Fills both bit maps for data[0, count), each with a word of zeros behind.
void DeflateTokenizer::mark_runs(const std::uint8_t* data, std::size_t history, std::size_t count) {
  const std::size_t words = (count + 63) / 64;
  if (history > 0) {
    repeat_bits(data, count, repeats_.data());
  } else {  // there is no byte before the first to compare it with, nor to read
    std::array<std::uint8_t, 1 + 64> head{};
    const std::size_t in_head = std::min<std::size_t>(count, 64);
    std::copy_n(data, in_head, head.begin() + 1);
    repeat_bits(head.data() + 1, in_head, repeats_.data());
    repeats_[0] &= ~std::uint64_t{1};
    if (count > 64) repeat_bits(data + 64, count - 64, repeats_.data() + 1);
  }
  repeats_[words] = 0;
  static_assert(kMinRun == 5);
  for (std::size_t word = 0; word < words; ++word) {
    const std::uint64_t here = repeats_[word], next = repeats_[word + 1];
    const std::uint64_t two = here & (here >> 1 | next << 63), next_two = next & next >> 1;
    run_starts_[word] = two & (two >> 2 | next_two << 62) & (here >> 4 | next << 60);
  }
  run_starts_[words] = 0;
}

/// The first run of at least kMinRun repeated bytes that begins at `from` or later; {count, count} when there is none.
DeflateTokenizer::Run DeflateTokenizer::next_run(std::size_t from, std::size_t count) const {
  const std::size_t words = (count + 63) / 64;
  std::size_t word = from / 64;
  std::uint64_t starts = run_starts_[word] & ~std::uint64_t{0} << from % 64;
  while (starts == 0) {
    if (++word >= words) return {count, count};
    starts = run_starts_[word];
  }
  const auto first = static_cast<unsigned>(std::countr_zero(starts));
  std::uint64_t others = ~repeats_[word] & ~std::uint64_t{0} << first;
  const std::size_t begin = word * 64 + first;
  while (others == 0) others = ~repeats_[++word];  // ends, because the word after the last one is empty
  return {begin, word * 64 + static_cast<std::size_t>(std::countr_zero(others))};
}

/// How far back a string begins with the kMinFar bytes at data[at]; 0 when none is known.
std::size_t DeflateTokenizer::find_far(const std::uint8_t* data, std::size_t at, std::size_t history) {
  std::uint32_t& seen = last_seen_[hash8(data + at)];
  const std::uint32_t here = position_ + static_cast<std::uint32_t>(at);
  const std::uint32_t distance = here - seen;
  seen = here;
  // Entries may be stale or belong to another string; only bytes that are still in memory are compared.
  const bool reachable = distance - 1 < std::min(kDeflateWindow, history + at);
  const std::uint8_t* const before = data + at - (reachable ? distance : 0);
  // Not &&: one branch that is nearly always "no" instead of two.
  const bool found = static_cast<bool>(static_cast<int>(reachable) & static_cast<int>(begin_alike(data + at, before)));
  return found ? distance : 0;
}

/// Length of the copy: up to the first difference, the end, or a long run. `run`, the first one after `at`, moves on to
/// the run at which the copy ends or to the one after it.
std::size_t DeflateTokenizer::far_length(const std::uint8_t* data, std::size_t at, std::size_t distance,
                                         std::size_t count, Run& run) const {
  std::size_t end = at;
  for (;;) {
    const bool is_long = run.end - run.begin >= kLongRun;
    const std::size_t limit = is_long ? run.begin : run.end;
    end += common_length(data + end, data + end - distance, limit - end);
    if (is_long || end < limit || end == count) return end - at;
    run = next_run(end, count);
  }
}

DeflateToken* DeflateTokenizer::add_literals(const std::uint8_t* data, std::size_t count, DeflateToken* to) {
  for (std::size_t i = 0; i < count; i += kWidened) {
    for (std::size_t k = 0; k < kWidened; ++k) to[i + k] = data[i + k];
  }
  return to + count;
}

DeflateToken* DeflateTokenizer::add_run(std::size_t length, DeflateToken* to) {
  while (length > 0) {
    const std::size_t piece = next_piece(length);
    *to++ = static_cast<DeflateToken>(kFirstRun + piece - kMinMatch);
    length -= piece;
  }
  return to;
}

void DeflateTokenizer::add_far(std::size_t tokens_before, std::size_t length, std::size_t distance) {
  while (length > 0) {
    const std::size_t piece = next_piece(length);
    far_matches_.push_back({static_cast<std::uint32_t>(tokens_before), static_cast<std::uint16_t>(piece),
                            static_cast<std::uint16_t>(distance)});
    length -= piece;
    tokens_before = 0;
  }
}

void DeflateTokenizer::count_symbols() {
  // Several tables, so that equal neighbours need not wait for each other.
  std::array<std::array<std::uint32_t, kTokenValues>, kCounters> counts{};
  const auto tokens = out_.tokens;
  std::size_t i = 0;
  for (; i + kCounters <= tokens.size(); i += kCounters) {
    for (std::size_t k = 0; k < kCounters; ++k) ++counts[k][tokens[i + k]];
  }
  for (; i < tokens.size(); ++i) ++counts[0][tokens[i]];

  out_.litlen_counts.fill(0);
  out_.distance_counts.fill(0);
  const auto total = [&](std::size_t token) {
    std::uint32_t sum = 0;
    for (const auto& table : counts) sum += table[token];
    return sum;
  };
  for (std::size_t value = 0; value < kFirstRun; ++value) out_.litlen_counts[value] = total(value);
  std::uint32_t runs = 0;
  for (std::size_t token = kFirstRun; token < kTokenValues; ++token) {
    const std::uint32_t count = total(token);
    out_.litlen_counts[kRunSymbols[token - kFirstRun].symbol] += count;
    runs += count;
  }
  out_.distance_counts[distance_symbol(1).symbol] = runs;
  for (const FarMatch& match : out_.far_matches) {
    ++out_.litlen_counts[length_symbol(match.length).symbol];
    ++out_.distance_counts[distance_symbol(match.distance).symbol];
  }
  out_.litlen_counts[kEndOfBlock] = 1;
}

}  // namespace csgis::detail
