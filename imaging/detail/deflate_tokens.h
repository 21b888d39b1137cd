#pragma once
/// First half of the deflate encoder: turns bytes into literals and matches and counts the symbols they need.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace csgis::detail {

inline constexpr std::size_t kDeflateWindow = 32768;    ///< Matches reach this far back.
inline constexpr std::size_t kDeflateMaxBlock = 1 << 18;  ///< Bytes in one block of ours; RFC 1951 sets no limit.
inline constexpr std::size_t kDeflateSlack = 64;        ///< Bytes readable after the data of a block.
inline constexpr std::size_t kLitLenSymbols = 286;
inline constexpr std::size_t kDistanceSymbols = 30;
inline constexpr std::size_t kEndOfBlock = 256;
inline constexpr std::size_t kMinMatch = 3, kMaxMatch = 258;

/// `literals` bytes as they are, then a copy of `length` bytes from `distance` back. Length 0: no copy (last token).
struct DeflateToken {
  std::uint32_t literals;
  std::uint16_t length;
  std::uint16_t distance;
};

/// The tokens of one block and how often each symbol of the two alphabets occurs in them.
struct DeflateTokens {
  std::vector<DeflateToken> tokens;
  std::array<std::uint32_t, kLitLenSymbols> litlen_counts;
  std::array<std::uint32_t, kDistanceSymbols> distance_counts;
};

/// Symbol and extra bits that stand for a match length (index = length) or distance.
struct DeflateSymbol {
  std::uint16_t symbol;     ///< 257.. for lengths, 0.. for distances.
  std::uint8_t extra_bits;  ///< Number of extra bits.
  std::uint16_t extra;      ///< Their value.
};
DeflateSymbol length_symbol(std::size_t length);
DeflateSymbol distance_symbol(std::size_t distance);

/// Finds the tokens of one block after another of a stream. Made for filtered image rows: runs of zeros are found in a
/// bit map, 64 bytes at a step, and become matches of distance 1; where little else is left (smooth images), the bytes
/// between the runs are looked up in a hash table of four-byte strings.
class DeflateTokenizer {
 public:
  DeflateTokenizer();

  /// Forgets what was seen: a new stream begins.
  void reset();

  /// Tokens of data[0, count), count at most kDeflateMaxBlock, valid until the next call. data[-history, 0) is what
  /// came before in the stream, as far as it is still in memory; data must be readable for kDeflateSlack bytes more.
  const DeflateTokens& tokenize(const std::uint8_t* data, std::size_t history, std::size_t count);

 private:
  struct Run {
    std::size_t begin, end;
  };
  Run next_run(std::size_t from, std::size_t count) const;
  void tokenize_runs(const std::uint8_t* data, std::size_t count);
  void tokenize_matches(const std::uint8_t* data, std::size_t history, std::size_t count);
  bool is_smooth(std::size_t count) const;
  void add_match(std::size_t literals, std::size_t length, std::size_t distance);
  void count_literals(const std::uint8_t* data, std::size_t count);
  void finish(std::size_t literals);

  DeflateTokens out_;
  std::vector<std::uint64_t> zeros_;               ///< Bit map of the block's zero bytes, one word more than needed.
  std::vector<std::uint32_t> last_seen_;           ///< Hash of four bytes -> their last position in the stream.
  std::array<std::array<std::uint32_t, 256>, 4> literal_counts_;  ///< Four, so that equal neighbours do not wait.
  std::uint32_t position_ = 0;                     ///< Of the block in the stream, modulo 2^32.
};

}  // namespace csgis::detail
