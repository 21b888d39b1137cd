#pragma once
/// A raw deflate stream (RFC 1951) of filtered image rows, block by block.

#include "imaging/detail/bit_writer.h"
#include "imaging/detail/deflate_tokens.h"

#include <cstddef>
#include <cstdint>

namespace csgis::detail {

/// Each block is sent in the smallest of the three ways: with Huffman codes of its own, with the fixed codes, stored.
/// The output depends on the bytes and the cuts between blocks only.
class DeflateEncoder {
 public:
  /// Room that `count` bytes need at `out` in the worst case, for one call of append().
  static std::size_t bound(std::size_t count) { return count + (count / kDeflateEnoughTokens + 1) * 16 + 32; }

  /// Begins a stream.
  void reset();

  /// Appends data[0, count); history and slack as for DeflateTokenizer::tokenize. The last call has count > 0 and ends
  /// the stream on a whole byte. Returns the end of the bytes written; up to 8 bytes beyond it, within bound(), may be
  /// overwritten.
  std::uint8_t* append(const std::uint8_t* data, std::size_t history, std::size_t count, bool last, std::uint8_t* out);

 private:
  std::uint8_t* write_block(const DeflateTokens& tokens, const std::uint8_t* data, bool last, std::uint8_t* out);

  DeflateTokenizer tokenizer_;
  PendingBits pending_;  ///< Of a byte begun by the block before.
};

}  // namespace csgis::detail
