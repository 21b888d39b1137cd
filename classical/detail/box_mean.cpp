#include "classical/detail/box_mean.h"

#include "classical/detail/parallel_rows.h"

namespace csgis::detail {
namespace {

constexpr int kBlock = 64;

int blocks_of(int count) {
  return (count + kBlock - 1) / kBlock;
}

/// Sums along x of one row: padded holds it with its margin, out gets `width` window sums.
void sum_row(const std::vector<double>& padded, int radius, double* out, int width) {
  const int window = 2 * radius + 1;
  double sum = 0;
  for (int x = 0; x < width; ++x) {
    if (x % kBoxRestart == 0) {
      sum = 0;
      for (int k = 0; k < window; ++k) sum += padded[static_cast<std::size_t>(x + k)];
    } else {
      sum += padded[static_cast<std::size_t>(x + window - 1)] - padded[static_cast<std::size_t>(x - 1)];
    }
    out[x] = sum;
  }
}

void sum_rows(std::vector<double>& plane, Size size, int radius, Border border, int threads) {
  parallel_blocks(blocks_of(size.height), threads, [&](int block) {
    std::vector<double> padded(static_cast<std::size_t>(size.width + 2 * radius));
    for (int y = block * kBlock; y < std::min(size.height, (block + 1) * kBlock); ++y) {
      double* const row = plane.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
      for (int x = -radius; x < size.width + radius; ++x) {
        padded[static_cast<std::size_t>(x + radius)] = row[border_index(x, size.width, border)];
      }
      sum_row(padded, radius, row, size.width);
    }
  });
}

/// Sums along y, in strips of kBlock columns so that a strip stays in the cache, and the division.
void mean_columns(std::vector<double>& plane, Size size, int radius, Border border, int threads) {
  const auto width = static_cast<std::size_t>(size.width);
  const double area = (2.0 * radius + 1) * (2.0 * radius + 1);
  parallel_blocks(blocks_of(size.width), threads, [&](int block) {
    std::vector<double> padded(static_cast<std::size_t>(size.height + 2 * radius));
    std::vector<double> sums(static_cast<std::size_t>(size.height));
    for (int x = block * kBlock; x < std::min(size.width, (block + 1) * kBlock); ++x) {
      double* const column = plane.data() + x;
      for (int y = -radius; y < size.height + radius; ++y) {
        const auto from = static_cast<std::size_t>(border_index(y, size.height, border));
        padded[static_cast<std::size_t>(y + radius)] = column[from * width];
      }
      sum_row(padded, radius, sums.data(), size.height);
      for (std::size_t y = 0; y < sums.size(); ++y) column[y * width] = sums[y] / area;
    }
  });
}

}  // namespace

void box_mean(std::vector<double>& plane, Size size, int radius, Border border, int threads) {
  sum_rows(plane, size, radius, border, threads);
  mean_columns(plane, size, radius, border, threads);
}

}  // namespace csgis::detail
