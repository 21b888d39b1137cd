#pragma once
/// The colour steps around pnls(): L, a, b as its program computes them, and the guide.

#include "imaging/image.h"

#include <array>

namespace csgis::detail {

/// CIE L, a, b of R, G, B in [0,1], which are taken as linear (no gamma), D65 white.
std::array<double, 3> lab_from_rgb(const std::array<double, 3>& rgb);

/// Its inverse, clipped to [0,1].
std::array<double, 3> rgb_from_lab(const std::array<double, 3>& lab);

/// The greater of (R - B) / 2 and (R + B) / 4 - G / 2, plus 1/2.
double opponent_guide(const std::array<double, 3>& rgb);

/// The value v / 255 in double where `value` is the float nearest to it for a whole v, else `value`. Equal colour
/// differences of 8-bit images then stay equal, on which the choice of patches depends.
double exact_level(float value);

}  // namespace csgis::detail
