#pragma once
/// Differences on a torus in double, for the exact versions of the filters that are defined by 2-D transforms.

#include "classical/detail/parallel_rows.h"
#include "imaging/detail/fft_2d.h"
#include "imaging/image.h"

#include <algorithm>
#include <vector>

namespace csgis::detail {

/// One channel in double.
inline std::vector<double> plane_of(const ImageF& image, int c) {
  return {image.plane(c), image.plane(c) + image.size().pixels()};
}

/// Rounds a channel to float once.
inline void store_plane(const std::vector<double>& plane, ImageF& image, int c) {
  std::transform(plane.begin(), plane.end(), image.plane(c), [](double x) { return static_cast<float>(x); });
}

/// Calls work(y) for every row, in parallel.
template <class F>
void for_each_row(Size size, int threads, const F& work) {
  constexpr int kRows = 16;
  parallel_blocks((size.height + kRows - 1) / kRows, threads, [&](int block) {
    const int end = std::min(size.height, (block + 1) * kRows);
    for (int y = block * kRows; y < end; ++y) work(y);
  });
}

/// out.re = h(y, x-1) - h(y, x) + v(y-1, x) - v(y, x), out.im = 0, where h = m(place, dx u) and v = m(place, dy u) are
/// functions of the circular forward differences of u and of the index of the pixel they are taken at.
template <class M>
void circular_divergence(const std::vector<double>& u, Size size, int threads, const M& m, ComplexField& out) {
  const std::size_t width = static_cast<std::size_t>(size.width), height = static_cast<std::size_t>(size.height);
  for_each_row(size, threads, [&](int row) {
    const std::size_t y = static_cast<std::size_t>(row);
    const std::size_t here = y * width, below = (y + 1) % height * width, above = (y + height - 1) % height * width;
    double h_before = m(here + width - 1, u[here] - u[here + width - 1]);
    for (std::size_t x = 0; x < width; ++x) {
      const double h = m(here + x, u[here + (x + 1) % width] - u[here + x]);
      const double v_before = m(above + x, u[here + x] - u[above + x]);
      const double v = m(here + x, u[below + x] - u[here + x]);
      out.re[here + x] = h_before - h + v_before - v;
      out.im[here + x] = 0;
      h_before = h;
    }
  });
}

}  // namespace csgis::detail
