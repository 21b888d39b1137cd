#pragma once
/// The separable Gaussian of rtv.

#include "classical/detail/padded_plane.h"

#include <vector>

namespace csgis::detail {

/// Taps exp(-m^2 / (2 sigma^2)) for m = -r..r, those below 2.2e-16 of the greatest set to 0, sum 1. Their number is
/// 5 sigma rounded half away from zero, made odd by setting the lowest bit. sigma > 0.
std::vector<double> gaussian_taps(double sigma);

/// Correlates rows, then columns with the taps (an odd number, symmetric). Beyond the border the image is 0 and the
/// taps are not renormalised, so the result darkens there. The taps may reach beyond the image on both sides.
/// Values of T are summed in T; for float the vector units of the CPU are used.
template <class T>
PaddedPlane<T> gaussian_blur(const PaddedPlane<T>& in, const std::vector<double>& taps, int threads);

}  // namespace csgis::detail
