#pragma once
/// The weighted mean that bilateral() and rgf_cv() share, on 8-bit levels.

#include "classical/detail/disc_taps.h"
#include "classical/detail/padding.h"
#include "classical/execution.h"
#include "imaging/image.h"

namespace csgis::detail {

/// Weights of the window: a disc in space, a Gaussian of the L1 colour distance in levels.
struct LevelWindow {
  DiscTaps taps;
  double sigma_color;
};

/// The window of OpenCV's options: radius d / 2, at least 1; for d = 0, round(1.5 sigma_space).
/// @throws UsageError  a radius from sigma_space beyond 500
LevelWindow level_window(const char* method, int d, double sigma_color, double sigma_space);

/// The image, in [0,1], as whole levels 0..255, mirrored (reflect-101) into a margin.
PaddedPlanes<float> padded_levels(const ImageF& src, int margin);

/// The mean of `source` under the weights of `guide`, rounded to levels, halves to even. Both from padded_levels() with
/// a margin of at least the window's radius; `out` has their size and channels and receives levels 0..255.
void filter_levels(const PaddedPlanes<float>& guide, const PaddedPlanes<float>& source, const LevelWindow& window,
                   const Execution& run, ImageF& out);

/// Levels v to v / 255.
void levels_to_unit(ImageF& image);

}  // namespace csgis::detail
