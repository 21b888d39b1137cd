#pragma once
/// The inner level of parallelism: blocks of rows or frequencies of one image.

#include <functional>

namespace csgis::detail {

/// Calls work(b) once for every b in [0, blocks), on at most `threads` threads, and returns when all have ended.
/// With one thread, or one block, everything runs on the caller's thread, in order. Which thread runs a block, and
/// when, is not defined: blocks write to places of their own, and sums over blocks are formed by the caller.
/// An exception from work is rethrown here; blocks not yet started are then left out.
void parallel_blocks(int blocks, int threads, const std::function<void(int)>& work);

/// parallel_blocks() as a value, for what is below this level.
inline auto on_threads(int threads) {
  return [threads](int blocks, const std::function<void(int)>& work) { parallel_blocks(blocks, threads, work); };
}

/// Runs work on a team of `threads` threads made once, which the calls of parallel_blocks() inside it share. Without
/// it each such call makes its own, which costs more than a sweep over a small image.
void with_team(int threads, const std::function<void()>& work);

}  // namespace csgis::detail
