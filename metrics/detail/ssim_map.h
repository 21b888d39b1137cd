#pragma once
/// The streaming kernel behind every form of SSIM.

#include "imaging/image.h"

#include <array>
#include <functional>

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

/// Two images of equal shape: sets the values of `count` pixels of row y from column x on, samples of a pixel side by
/// side, 0..255.
using ReadPixels = std::function<void(int y, int x, int count, double* a, double* b)>;

/// For each channel, with m() the mean under the window,
///   (2 m(a) m(b) + C1) / (m(a)^2 + m(b)^2 + C1) * (2 cov + C2) / (var a + var b + C2),
/// C1 = (0.01 * 255)^2, C2 = (0.03 * 255)^2, averaged over windows and channels. Exactly 1 for equal images. Double
/// precision: float variances would miss the published values by 1e-5 where images are flat.
/// Works down strips so narrow that eleven rows of the four moments (one is the sum of both squares: only the sum of
/// the variances is needed), blurred along x, stay in the nearest cache. Requires width and height of at least 11 for
/// complete windows.
double ssim_mean(Size size, int channels, const ReadPixels& read, const SsimForm& form);

}  // namespace csgis::detail
