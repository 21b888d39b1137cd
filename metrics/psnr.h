#pragma once
/// Peak signal-to-noise ratio.

#include "imaging/image.h"

namespace csgis {

/// 10 log10(255^2 / MSE) in dB over all pixels and channels of two 8-bit images, `psnr` of the reports. Infinite for
/// equal images. Symmetric; higher is nearer.
/// @throws InvalidArgument  images of different size or channels, or without pixels
double psnr(const Image8& a, const Image8& b);

}  // namespace csgis
