#pragma once
/// How unevenly fine detail is spread over an image.

#include "metrics/scored_image.h"

namespace csgis {

/// Ratio of the 90th to the 10th percentile (linear between ranks) of local detail: of the complete windows of 16x16
/// pixels from the upper left corner on, the root mean square of the brightness (BT.601, levels) less its Gaussian mean
/// of sigma 2 (border reflected without the edge pixel), with 1/12 added to the mean square, the variance of rounding
/// to whole levels, so that flat windows have a detail of 0.29. At least 1. Photographs, textured here and flat there,
/// have about 10; the same texture over a whole structure image gives about 2.
/// @throws InvalidArgument  an image without one such window, with NaN, or of 2 channels
/// Cost: one Gaussian.
double local_energy_ratio(const ScoredImage& image);

}  // namespace csgis
