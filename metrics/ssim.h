#pragma once
/// Structural similarity, in the forms that papers and programs use. They differ by up to 0.03: a table needs one name.
///
/// Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE
/// TIP 13(4), 2004: with the mean m() under an 11 x 11 Gaussian window of sigma 1.5, and population covariance,
///   (2 m(a) m(b) + C1) (2 cov + C2) / ((m(a)^2 + m(b)^2 + C1) (var a + var b + C2)), C1 = 2.55^2, C2 = 7.65^2,
/// averaged over windows. At most 1, 1 for equal images. Symmetric; higher is nearer. All in double precision.
/// Cost: one pass, 90 multiplications per value; memory of 1.4 KB per row of the images.

#include "metrics/scored_image.h"

namespace csgis {

/// `ssim:csgis`: as the published CSGIS-Net program computes it. A window at each pixel with 0 outside the image, where
/// Wang has complete windows alone; each channel by itself; mean over all pixels and channels. Any size from 1x1.
/// @throws InvalidArgument  images of different size or channels, without pixels, with NaN
double ssim_csgis(const ScoredImage& a, const ScoredImage& b);

/// `ssim:wang-y`, `ssim:wang-y:rounded`, `ssim:wang-y:studio`: of the brightness, complete windows.
/// @throws InvalidArgument  also for a side below 11
double ssim_wang_luma(const ScoredImage& a, const ScoredImage& b, LumaForm form);

/// `ssim:wang-rgb`: mean of the values of the channels, complete windows.
double ssim_wang_rgb(const ScoredImage& a, const ScoredImage& b);

/// `ssim:skimage`: what structural_similarity(..., gaussian_weights=True, channel_axis=2) of scikit-image returns with
/// its defaults for 8-bit images. As wang-rgb, but with the sample covariance (times 121 / 120).
double ssim_skimage(const ScoredImage& a, const ScoredImage& b);

/// `ms-ssim`: product over five scales of the brightness, exponents 0.0448, 0.2856, 0.3001, 0.2363, 0.1333; at scales 1
/// to 4 the mean of the factor (2 cov + C2) / (var a + var b + C2), at scale 5 the mean SSIM; a negative mean counts as
/// 0. Between scales the mean of 2 x 2 pixels, the last row and column repeated where the size is odd. Source: Wang,
/// Simoncelli, Bovik, "Multiscale structural similarity for image quality assessment", Asilomar 2003.
/// @throws InvalidArgument  also for a side below 176: scale 5 must hold a window
double ms_ssim(const ScoredImage& a, const ScoredImage& b);

}  // namespace csgis
