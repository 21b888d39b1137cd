#pragma once
/// Structural similarity.

#include "imaging/image.h"

namespace csgis {

/// `ssim:csgis` of the reports: SSIM as the published program computes it. For each channel, with m() the 11 x 11
/// Gaussian mean of sigma 1.5 over values in [0,1] that are 0 outside the image:
///   (2 m(a) m(b) + C1) (2 cov + C2) / ((m(a)^2 + m(b)^2 + C1) (var a + var b + C2)), C1 = 0.01^2, C2 = 0.03^2,
/// averaged over all pixels and channels. The zeros outside differ from Wang's definition, which uses complete windows
/// alone. At most 1, 1 for equal images. Symmetric; any size from 1x1.
/// Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity",
/// IEEE TIP 13(4), 2004.
/// @throws InvalidArgument  images of different size or channels, or without pixels
/// Cost: 110 multiplications per value; ten planes of double of one channel.
double ssim_csgis(const Image8& a, const Image8& b);

}  // namespace csgis
