#pragma once
/// First half of the deflate encoder: turns bytes into literals and matches and counts the symbols they need.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace csgis::detail {

inline constexpr std::size_t kDeflateWindow = 32768;      ///< Matches reach this far back.
inline constexpr std::size_t kDeflateMaxBlock = 1 << 18;  ///< Bytes in one block of ours; RFC 1951 sets no limit.
/// After this many tokens a block ends: statistics change, and a code of its own costs about 100 bytes.
inline constexpr std::size_t kDeflateEnoughTokens = 1 << 16;
inline constexpr std::size_t kDeflateSlack = 64;  ///< Bytes readable after the data of a block.
inline constexpr std::size_t kLitLenSymbols = 286;
inline constexpr std::size_t kDistanceSymbols = 30;
inline constexpr std::size_t kEndOfBlock = 256;
inline constexpr std::size_t kMinMatch = 3, kMaxMatch = 258;

/// A token of 16 bits: 0..255 is that byte, kFirstRun + n - kMinMatch is a match of length n and distance 1.
using DeflateToken = std::uint16_t;
inline constexpr std::size_t kFirstRun = 256;
inline constexpr std::size_t kTokenValues = kFirstRun + kMaxMatch - kMinMatch + 1;

/// A copy from farther back; it follows the first `tokens_before` tokens after the far match before it.
struct FarMatch {
  std::uint32_t tokens_before;
  std::uint16_t length;
  std::uint16_t distance;
};

/// What one block consists of: tokens, far matches between them, and how often each symbol of deflate occurs.
struct DeflateTokens {
  std::size_t bytes;  ///< What the tokens stand for.
  std::span<const DeflateToken> tokens;
  std::span<const FarMatch> far_matches;
  std::array<std::uint32_t, kLitLenSymbols> litlen_counts;
  std::array<std::uint32_t, kDistanceSymbols> distance_counts;
};

/// Symbol and extra bits that stand for a match length or distance (RFC 1951, 3.2.5).
struct DeflateSymbol {
  std::uint16_t symbol;     ///< 257.. for lengths, 0.. for distances.
  std::uint8_t extra_bits;  ///< Number of extra bits.
  std::uint16_t extra;      ///< Their value.
};

/// length: kMinMatch..kMaxMatch.
constexpr DeflateSymbol length_symbol(std::size_t length) {
  if (length == kMaxMatch) return {285, 0, 0};
  const auto n = static_cast<unsigned>(length - kMinMatch);
  if (n < 8) return {static_cast<std::uint16_t>(257 + n), 0, 0};
  const auto bits = static_cast<unsigned>(std::bit_width(n)) - 3;
  return {static_cast<std::uint16_t>(257 + 4 * bits + (n >> bits)), static_cast<std::uint8_t>(bits),
          static_cast<std::uint16_t>(n & ((1U << bits) - 1))};
}

/// The length symbols of the tokens from kFirstRun on.
inline constexpr auto kRunSymbols = [] {
  std::array<DeflateSymbol, kTokenValues - kFirstRun> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = length_symbol(i + kMinMatch);
  return table;
}();

/// distance: 1..kDeflateWindow.
constexpr DeflateSymbol distance_symbol(std::size_t distance) {
  const auto n = static_cast<unsigned>(distance - 1);
  if (n < 4) return {static_cast<std::uint16_t>(n), 0, 0};
  const auto bits = static_cast<unsigned>(std::bit_width(n)) - 2;
  return {static_cast<std::uint16_t>(2 * bits + (n >> bits)), static_cast<std::uint8_t>(bits),
          static_cast<std::uint16_t>(n & ((1U << bits) - 1))};
}

/// Finds the tokens of one block after another of a stream. Made for filtered image rows: runs of one value are found
/// in a bit map, 64 bytes at a step, and become matches of distance 1. Only the strings that follow a run are looked up
/// in a hash table: that finds what an image repeats (the second half of a pair), and costs next to nothing elsewhere.
class DeflateTokenizer {
 public:
  DeflateTokenizer();

  /// Forgets what was seen: a new stream begins.
  void reset();

  /// Tokens of the beginning of data[0, count), at least one byte (count > 0), valid until the next call. A block ends
  /// with the data, after kDeflateMaxBlock bytes, or after kDeflateEnoughTokens tokens.
  /// data[-history, 0) is what came before in the stream, as far as it is still in memory; data must be readable for
  /// kDeflateSlack bytes more.
  const DeflateTokens& tokenize(const std::uint8_t* data, std::size_t history, std::size_t count);

 private:
  struct Run {
    std::size_t begin, end;
  };
  void mark_runs(const std::uint8_t* data, std::size_t history, std::size_t count);
  Run next_run(std::size_t from, std::size_t count) const;
  std::size_t find_far(const std::uint8_t* data, std::size_t at, std::size_t history);
  std::size_t far_length(const std::uint8_t* data, std::size_t at, std::size_t distance, std::size_t count,
                         Run& run) const;
  static DeflateToken* add_literals(const std::uint8_t* data, std::size_t count, DeflateToken* to);
  static DeflateToken* add_run(std::size_t length, DeflateToken* to);
  void add_far(std::size_t tokens_before, std::size_t length, std::size_t distance);
  void count_symbols();

  DeflateTokens out_;
  std::vector<DeflateToken> tokens_;
  std::vector<FarMatch> far_matches_;
  std::vector<std::uint64_t> repeats_;     ///< Bit map: the byte equals the one before.
  std::vector<std::uint64_t> run_starts_;  ///< Bit map: a run long enough for a token begins here or began before.
  std::vector<std::uint32_t> last_seen_;   ///< Hash of eight bytes -> their last position in the stream.
  std::uint32_t position_ = 0;             ///< Of the block in the stream, modulo 2^32.
};

}  // namespace csgis::detail
