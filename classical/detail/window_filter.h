#pragma once
/// The joint bilateral mean over a round window: the fast engine under bilateral(), rgf_cv() and rgf().

#include "classical/detail/disc_taps.h"
#include "classical/detail/padding.h"
#include "imaging/image.h"

namespace csgis::detail {

enum class WeightAccuracy {
  four_digits,  ///< Relative error of a weight up to 8e-5: for results compared as floats.
  six_digits,   ///< Up to 3e-6: for results that are rounded to levels.
};

/// The weights W(q - p) exp(-falloff D(p, q)^2), D the sum over channels of |guide(p) - guide(q)|.
struct WindowWeights {
  const DiscTaps& taps;
  double falloff;
  WeightAccuracy accuracy;
};

/// out_c(p) = weighted mean of source_c over the window around p. `guide` and `source` (they may be one object) have
/// the same size, 1 or 3 channels and filled margins of at least taps.radius; `out` has their size and channels.
///
/// The weight of a pair of pixels is computed once and serves both. The image is cut into fixed tiles, each summed on
/// its own in a fixed order, so the result does not depend on the number of threads. One object as guide and source is
/// faster than two equal ones.
/// Cost: pixels times window / 2 weights. Memory: about 1.6 MB per thread for a radius of 22.
void window_filter(const PaddedPlanes<float>& guide, const PaddedPlanes<float>& source, const WindowWeights& weights,
                   int threads, ImageF& out);

}  // namespace csgis::detail
