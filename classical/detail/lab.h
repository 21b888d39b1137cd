#pragma once
/// R, G, B to L, a, b as the SD filter's program does it: not the usual sRGB curve but that of Rec. 709, with the test
/// made on the linear value,
///   l = ((s + 0.099) / 1.099)^(1 / 0.45), or s / 4.5138 where that is below 0.018,
/// white point D65, t(a) = a^(1/3), or 841/108 a + 4/29 where a < 0.008856; no scaling, no clipping. Below the range,
/// where the curve has no real value, its straight part goes on, so that every finite colour has a Lab colour.

namespace csgis::detail {

/// A row of `count` colours in three planes. The double version is the definition; the float version uses the vector
/// units and is within 2e-4 of it for R, G, B in [0,1] (L runs to 100). Output may not overlap input. The float
/// version reads and writes up to 15 values beyond `count`, which must be memory of the row.
void to_lab(const double* const rgb[3], int count, double* const lab[3]);
void to_lab(const float* const rgb[3], int count, float* const lab[3]);

}  // namespace csgis::detail
