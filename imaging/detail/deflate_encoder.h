#pragma once
/// A raw deflate stream (RFC 1951) of filtered image rows, block by block.

#include "imaging/detail/deflate_tokens.h"

#include <cstddef>
#include <cstdint>

namespace csgis::detail {

/// Each block is sent in the smallest of the three ways: with Huffman codes of its own, with the fixed codes, stored.
/// The output depends on the bytes and the cuts between blocks only.
class DeflateEncoder {
 public:
  /// Room that a block of `count` bytes needs at `out` in the worst case.
  static std::size_t bound(std::size_t count) { return count + count / 65535 * 5 + 32; }

  /// Begins a stream.
  void reset();

  /// Appends a block; arguments as for DeflateTokenizer::tokenize. The last block ends the stream on a whole byte.
  /// Returns the end of the bytes written; up to 8 bytes beyond it, within bound(), may be overwritten.
  std::uint8_t* block(const std::uint8_t* data, std::size_t history, std::size_t count, bool last, std::uint8_t* out);

 private:
  DeflateTokenizer tokenizer_;
  std::uint64_t pending_ = 0;  ///< Bits of a byte begun by the block before.
  unsigned pending_bits_ = 0;
};

}  // namespace csgis::detail
