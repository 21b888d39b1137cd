#pragma once
/// The streaming kernel behind every form of SSIM.

#include "metrics/detail/lane_rows.h"

#include <array>

namespace csgis::detail {

inline constexpr int kSsimRadius = 5;
using SsimTaps = std::array<double, 2 * kSsimRadius + 1>;

/// exp(-i^2 / 4.5) for i = -5..5 (sigma 1.5), sum 1.
SsimTaps wang_taps();

/// Which windows count.
enum class SsimWindows {
  complete,  ///< Those that lie inside the image: it shrinks by 5 pixels on each side.
  all,       ///< One at each pixel; the image is 0 outside.
};

/// Which part of the formula is averaged.
enum class SsimPart {
  whole,
  contrast_structure,  ///< The factor (2 cov + C2) / (var a + var b + C2) alone.
};

struct SsimForm {
  SsimWindows windows = SsimWindows::complete;
  SsimTaps taps = wang_taps();
  double covariance_factor = 1;  ///< 121 / 120 for the sample covariance of skimage.
  SsimPart part = SsimPart::whole;
};

/// For each plane, with m() the mean under the window,
///   (2 m(a) m(b) + C1) / (m(a)^2 + m(b)^2 + C1) * (2 cov + C2) / (var a + var b + C2),
/// C1 = (0.01 * 255)^2, C2 = (0.03 * 255)^2, averaged over windows and planes. Exactly 1 for equal images. Double
/// precision: float variances would miss the published values by 1e-5 where images are flat.
/// The columns are dealt out to the lanes of vectors in eight parts. Works down strips of each part, so narrow that
/// eleven rows of the four moments (one is the sum of both squares: only the sum of the variances is needed), blurred
/// along x, stay in the nearest cache.
/// @param a, b  rows of two images of this size, with as many planes. Complete windows need width and height of 11.
double ssim_mean(Size size, LaneRows& a, LaneRows& b, const SsimForm& form);

}  // namespace csgis::detail
