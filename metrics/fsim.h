#pragma once
/// Feature similarity.

#include "metrics/scored_image.h"

namespace csgis {

/// Zhang, Zhang, Mou, Zhang, "FSIM: a feature similarity index for image quality assessment", IEEE TIP 20(8), 2011, on
/// the scale 0..255. Both images are first averaged over blocks of F x F pixels, F = max(1, min(H, W) / 256 rounded,
/// halves to even); rows and columns that fill no block are left out. With the phase congruency P (Kovesi's, 4 scales
/// from a wavelength of 6 pixels, factor 2, 4 orientations, noise threshold of the paper's program) and the Scharr
/// gradient G of the brightness Y of YIQ,
///   FSIM = sum S_P S_G max(P1, P2) / sum max(P1, P2),
///   S_P = (2 P1 P2 + 0.85) / (P1^2 + P2^2 + 0.85), S_G = (2 G1 G2 + 160) / (G1^2 + G2^2 + 160).
/// In (0, 1], 1 for equal images. Symmetric; higher is nearer.
///
/// `fsim`. Grey or colour.
/// @throws InvalidArgument  images of different size or channels, without pixels, with NaN; neither has any phase
///                          congruency, as flat images: the ratio means nothing
/// Cost: 34 Fourier transforms of the reduced size; the filters of a size are made once and kept.
double fsim(const ScoredImage& a, const ScoredImage& b);

/// `fsimc`: the same with the chrominances of YIQ, each pixel's term times (S_I S_Q)^0.03, S as S_G with 200 for 160.
/// Where S_I S_Q is negative, the real part of its principal power.
double fsimc(const ScoredImage& a, const ScoredImage& b);

}  // namespace csgis
