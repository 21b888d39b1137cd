#pragma once
/// Peak signal-to-noise ratio, and the mean errors behind it.

#include "metrics/scored_image.h"

namespace csgis {

/// `psnr` of the reports: 10 log10(255^2 / MSE) in dB over all pixels and channels. Infinite for equal images.
/// Symmetric; higher is nearer.
/// @throws InvalidArgument  images of different size or channels, without pixels, with NaN
double psnr(const ScoredImage& a, const ScoredImage& b);

/// `psnr-y`, `psnr-y:rounded`, `psnr-y:studio`: the same of the brightness alone, peak 255 in each of the three.
double psnr_luma(const ScoredImage& a, const ScoredImage& b, LumaForm form);

/// `mse`: mean squared difference over all pixels and channels, in levels squared. 0 for equal images.
double mean_squared_error(const ScoredImage& a, const ScoredImage& b);

/// `mae`: mean absolute difference over all pixels and channels, in levels. 0 for equal images.
double mean_absolute_error(const ScoredImage& a, const ScoredImage& b);

}  // namespace csgis
