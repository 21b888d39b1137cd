#pragma once
/// Parallel loops over the rows of one image.

#include "classical/detail/parallel_rows.h"

#include <algorithm>
#include <functional>

namespace csgis::detail {

/// Rows per block: enough work to hand out, few enough to stay in the second-level cache.
inline constexpr int kBlockRows = 16;

/// Number of blocks of kBlockRows that cover `rows`.
inline int row_blocks(int rows) {
  return (rows + kBlockRows - 1) / kBlockRows;
}

/// Calls work(first, last) for the row range [first, last) of every block, as parallel_blocks() does.
inline void parallel_rows(int rows, int threads, const std::function<void(int, int)>& work) {
  parallel_blocks(row_blocks(rows), threads, [&](int block) {
    const int first = block * kBlockRows;
    work(first, std::min(first + kBlockRows, rows));
  });
}

}  // namespace csgis::detail
