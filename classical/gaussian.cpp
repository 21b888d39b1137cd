#include "classical/gaussian.h"

#include "classical/detail/check_input.h"
#include "classical/detail/gaussian_blur.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace csgis {
namespace {

/// For each position of a line, the sum of the taps that lie inside it.
std::vector<double> weights_inside(int length, const std::vector<double>& taps) {
  const int r = static_cast<int>(taps.size() / 2);
  std::vector<double> before(taps.size() + 1);  // sums of the first taps
  std::partial_sum(taps.begin(), taps.end(), before.begin() + 1);
  std::vector<double> inside;
  for (int i = 0; i < length; ++i) {
    const int first = std::max(0, r - i), last = std::min(2 * r, r + length - 1 - i);
    inside.push_back(before[static_cast<std::size_t>(last + 1)] - before[static_cast<std::size_t>(first)]);
  }
  return inside;
}

template <class T>
void blur(const ImageF& src, double sigma, int threads, ImageF& out) {
  const std::vector<double> taps = detail::gaussian_taps(sigma);
  const std::vector<double> columns = weights_inside(src.width(), taps), rows = weights_inside(src.height(), taps);
  for (int c = 0; c < src.channels(); ++c) {
    const auto sums = detail::gaussian_blur(detail::to_plane<T>(src, c), taps, threads);
    for (int y = 0; y < src.height(); ++y) {
      const double row = rows[static_cast<std::size_t>(y)];
      std::transform(
          sums.row(y), sums.row(y) + src.width(), columns.begin(), out.row(c, y),
          [row](T sum, double column) { return static_cast<float>(static_cast<double>(sum) / (row * column)); });
    }
  }
}

}  // namespace

ImageF gaussian(const ImageF& src, const GaussianOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("gaussian", src);
  ImageF out(src.size(), src.channels());
  if (run.precision == Precision::exact) {
    blur<double>(src, options.sigma, run.threads, out);
  } else {
    blur<float>(src, options.sigma, run.threads, out);
  }
  return out;
}

}  // namespace csgis
