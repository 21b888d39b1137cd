#pragma once
/// Bilateral filter on 8-bit levels.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Defaults: the values of the comparison. Sigmas of colour are in levels 0..255.
struct BilateralOptions {
  int d = 45;                 ///< Diameter of the round window; its radius is d / 2, at least 1. 0: from sigma_space.
  double sigma_color = 200;   ///< Colour distance (sum over channels) that still counts as similar, in levels.
  double sigma_space = 1000;  ///< Distance in pixels.
};

template <class V>
void describe(V& v, BilateralOptions& o) {
  v("d", o.d, between(0, 1001).tuned(5, 61), "diameter of the round window in pixels; 0: 3 sigma-space");
  v("sigma-color", o.sigma_color, between(1e-3, 1e6).strength(5, 400),
    "colour distance that counts as similar, in levels 0..255");
  v("sigma-space", o.sigma_space, between(1e-3, 1e6), "spatial distance that counts as near, in pixels");
}

/// Each pixel becomes the mean of the round window around it (dx^2 + dy^2 <= (d/2)^2), weighted by
///   exp(-(dx^2 + dy^2) / (2 sigma_space^2)) exp(-n^2 / (2 sigma_color^2)), n = sum over channels |difference|.
/// Source: Tomasi, Manduchi, "Bilateral Filtering for Gray and Color Images", ICCV 1998, in the form of OpenCV's
/// bilateralFilter for 8 bits: one weight for all channels from the L1 distance of the colours.
///
/// 8 bits in and out: the image, whose values must be in [0,1], is rounded to levels v/255 first, the result is rounded
/// to levels (halves to even) and divided by 255. Grey or colour, any size from 1x1. Border: mirrored without repeating
/// the edge pixel (dcb|abcd|cba). d = 0 takes the radius round(1.5 sigma_space), which may be at most 500.
///
/// exact: double. fast: float32, each pair of pixels weighed once for both; on 20 photos of 481x321 0.006 % of the
/// values differ from exact, by one level (PSNR 90 dB, at least 88 dB for each).
/// Cost: pixels times window (1517 positions for d = 45). Memory for 24 megapixels in colour, input and result
/// included: 0.9 GB.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  no pixels, not 1 or 3 channels, a value that is not finite or outside [0,1]
ImageF bilateral(const ImageF& src, const BilateralOptions& options = {}, const Execution& run = {});

}  // namespace csgis
