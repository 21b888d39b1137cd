#include "metrics/ssim.h"

#include "metrics/detail/ssim_map.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace csgis {
namespace {

using detail::kSsimRadius;
using detail::SsimForm;
using detail::SsimPart;
using detail::SsimTaps;
using detail::SsimWindows;

/// The published window is the outer product of float taps, rounded to float. All of that which matters is that its sum
/// misses 1 by 7e-8: where an image is flat, that is what its variance is made of. So the taps are exact but for that.
SsimTaps published_taps() {
  SsimTaps taps = detail::wang_taps();
  float narrow[2 * kSsimRadius + 1];
  double narrow_sum = 0;
  for (int i = -kSsimRadius; i <= kSsimRadius; ++i) {
    narrow[i + kSsimRadius] = static_cast<float>(std::exp(-i * i / 4.5));
    narrow_sum += narrow[i + kSsimRadius];
  }
  const auto sum = static_cast<float>(narrow_sum);
  double window_sum = 0;
  for (const float x : narrow) {
    for (const float y : narrow) window_sum += static_cast<double>((x / sum) * (y / sum));
  }
  for (double& tap : taps) tap *= std::sqrt(window_sum);
  return taps;
}

void check_windows(const char* metric, const ScoredImage& a, const ScoredImage& b, int least_side) {
  check_scored_pair(metric, a, b);
  require(std::min(a.height(), a.width()) >= least_side, "{}: needs images of at least {} pixels on a side, not {}x{}",
          metric, least_side, a.height(), a.width());
}

double mean_of_channels(const ScoredImage& a, const ScoredImage& b, const SsimForm& form) {
  return detail::ssim_mean(a.size(), *detail::channel_rows(a), *detail::channel_rows(b), form);
}

/// One channel, row by row.
struct Plane {
  Size size;
  std::vector<double> values;

  double* row(int y) { return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width); }
  const double* row(int y) const {
    return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
  }
};

Plane luma_plane(const ScoredImage& image) {
  Plane plane{image.size(), std::vector<double>(image.size().pixels())};
  for (int y = 0; y < image.height(); ++y) image.read_luma(y, 0, image.width(), LumaForm::full, plane.row(y));
  return plane;
}

Plane halved(const Plane& in) {
  const Size size{(in.size.height + 1) / 2, (in.size.width + 1) / 2};
  Plane out{size, std::vector<double>(size.pixels())};
  for (int y = 0; y < size.height; ++y) {
    const double *top = in.row(2 * y), *bottom = in.row(std::min(2 * y + 1, in.size.height - 1));
    for (int x = 0; x < size.width; ++x) {
      const int left = 2 * x, right = std::min(2 * x + 1, in.size.width - 1);
      out.row(y)[x] = (top[left] + top[right] + bottom[left] + bottom[right]) / 4;
    }
  }
  return out;
}

std::unique_ptr<detail::LaneRows> rows_of(const Plane& plane) {
  return detail::plane_rows(plane.size, plane.values.data());
}

}  // namespace

double ssim_csgis(const ScoredImage& a, const ScoredImage& b) {
  check_scored_pair("ssim:csgis", a, b);
  static const SsimTaps taps = published_taps();
  return mean_of_channels(a, b, {SsimWindows::all, taps, 1, SsimPart::whole});
}

double ssim_wang_luma(const ScoredImage& a, const ScoredImage& b, LumaForm form) {
  check_windows("ssim:wang-y", a, b, 2 * kSsimRadius + 1);
  return detail::ssim_mean(a.size(), *detail::luma_rows(a, form), *detail::luma_rows(b, form), {});
}

double ssim_wang_rgb(const ScoredImage& a, const ScoredImage& b) {
  check_windows("ssim:wang-rgb", a, b, 2 * kSsimRadius + 1);
  return mean_of_channels(a, b, {});
}

double ssim_skimage(const ScoredImage& a, const ScoredImage& b) {
  check_windows("ssim:skimage", a, b, 2 * kSsimRadius + 1);
  return mean_of_channels(a, b, {SsimWindows::complete, detail::wang_taps(), 121.0 / 120.0, SsimPart::whole});
}

double ms_ssim(const ScoredImage& a, const ScoredImage& b) {
  constexpr double kExponents[] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
  constexpr int kScales = 5;
  check_windows("ms-ssim", a, b, (2 * kSsimRadius + 1) << (kScales - 1));
  Plane p = luma_plane(a), q = luma_plane(b);
  auto p_rows = detail::luma_rows(a, LumaForm::full), q_rows = detail::luma_rows(b, LumaForm::full);
  double product = 1;
  for (int scale = 0; scale < kScales; ++scale) {
    if (scale > 0) {
      p = halved(p);
      q = halved(q);
      p_rows = rows_of(p);
      q_rows = rows_of(q);
    }
    const SsimPart part = scale + 1 < kScales ? SsimPart::contrast_structure : SsimPart::whole;
    const SsimForm form{SsimWindows::complete, detail::wang_taps(), 1, part};
    product *= std::pow(std::max(detail::ssim_mean(p.size, *p_rows, *q_rows, form), 0.0), kExponents[scale]);
  }
  return product;
}

}  // namespace csgis
