#pragma once
/// Means over square windows, in double.

#include "classical/detail/padding.h"
#include "imaging/image.h"

#include <vector>

namespace csgis::detail {

/// Replaces each value of a plane by the mean of the (2 radius + 1)^2 window around it, always divided by the full
/// count. Running sums along rows, then along columns, begun anew every kBoxRestart positions so that rounding errors
/// cannot add up: within about 1e-14 of the direct sums for values near 1. Cost does not depend on the radius.
void box_mean(std::vector<double>& plane, Size size, int radius, Border border, int threads);

inline constexpr int kBoxRestart = 256;

}  // namespace csgis::detail
