#include "classical/detail/gaussian_blur.h"

#include "classical/detail/row_blocks.h"

#include <cmath>
#include <numeric>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/gaussian_blur.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// out[i] = taps[r] row(0)[i] + sum over m of taps[r + m] (row(-m)[i] + row(m)[i]), row(m) = rows[r + m]. Serves both
/// directions: the rows are neighbouring rows of the image, or one row at neighbouring offsets.
void SumTaps(const float* const* rows, const float* taps, int r, int width, float* out) {
  const hn::CappedTag<float, PaddedPlane<float>::kMargin> d;
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    auto sum = hn::Mul(hn::Set(d, taps[r]), hn::LoadU(d, rows[r] + i));
    for (int m = 1; m <= r; ++m) {
      const auto pair = hn::Add(hn::LoadU(d, rows[r - m] + i), hn::LoadU(d, rows[r + m] + i));
      sum = hn::MulAdd(hn::Set(d, taps[r + m]), pair, sum);
    }
    hn::StoreU(sum, d, out + i);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(SumTaps);

void sum_taps(const float* const* rows, const float* taps, int r, int width, float* out) {
  HWY_DYNAMIC_DISPATCH(SumTaps)(rows, taps, r, width, out);
}

void sum_taps(const double* const* rows, const double* taps, int r, int width, double* out) {
  for (int i = 0; i < width; ++i) out[i] = taps[r] * rows[r][i];
  for (int m = 1; m <= r; ++m) {
    for (int i = 0; i < width; ++i) out[i] += taps[r + m] * (rows[r - m][i] + rows[r + m][i]);
  }
}

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

std::vector<double> gaussian_taps(double sigma) {
  const int r = (static_cast<int>(std::lround(5 * sigma)) | 1) / 2;
  std::vector<double> taps;
  for (int m = -r; m <= r; ++m) taps.push_back(std::exp(-static_cast<double>(m) * m / (2 * sigma * sigma)));
  for (double& tap : taps) {
    if (tap < 2.2e-16) tap = 0;
  }
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  for (double& tap : taps) tap /= sum;
  return taps;
}

template <class T>
PaddedPlane<T> gaussian_blur(const PaddedPlane<T>& in, const std::vector<double>& taps, int threads) {
  const int height = in.height(), width = in.width();
  const int r = static_cast<int>(taps.size() / 2);
  const std::vector<T> weights(taps.begin(), taps.end());
  // A vector store at the end of a row runs into its frame; the frame stays 0 because what is read there is 0.
  const std::size_t slack = PaddedPlane<T>::kMargin;

  PaddedPlane<T> along_rows(in.size());
  parallel_rows(height, threads, [&](int first, int last) {
    std::vector<T> extended(index(width) + index(2 * r) + slack);
    std::vector<const T*> rows(taps.size());
    for (int m = 0; m <= 2 * r; ++m) rows[index(m)] = extended.data() + m;
    std::vector<T> sums(index(width) + slack);
    for (int y = first; y < last; ++y) {
      std::copy_n(in.row(y), width, extended.data() + r);
      sum_taps(rows.data(), weights.data(), r, width, sums.data());
      std::copy_n(sums.data(), width, along_rows.row(y));
    }
  });

  PaddedPlane<T> out(in.size());
  parallel_rows(height, threads, [&](int first, int last) {
    const int reach = std::min(r, height);  // rows further away are all outside
    std::vector<const T*> rows(index(2 * reach + 1));
    for (int y = first; y < last; ++y) {
      for (int m = -reach; m <= reach; ++m) rows[index(reach + m)] = along_rows.row(std::clamp(y + m, -1, height));
      sum_taps(rows.data(), weights.data() + (r - reach), reach, width, out.row(y));
    }
  });
  return out;
}

template PaddedPlane<float> gaussian_blur(const PaddedPlane<float>&, const std::vector<double>&, int);
template PaddedPlane<double> gaussian_blur(const PaddedPlane<double>&, const std::vector<double>&, int);

}  // namespace csgis::detail
#endif
