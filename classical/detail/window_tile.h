#pragma once
/// What window_filter() hands to its vector code.

#include "classical/detail/disc_taps.h"
#include "classical/detail/padding.h"
#include "classical/detail/window_filter.h"
#include "imaging/image.h"

#include <vector>

namespace csgis::detail {

/// Output rows [top, bottom) and columns [left, right).
struct Tile {
  int top, bottom, left, right;
};

struct WindowJob {
  const PaddedPlanes<float>& guide;
  const PaddedPlanes<float>& source;
  const DiscTaps& taps;
  std::vector<std::vector<float>> log2_weights;  ///< As taps.rows[].weights, base 2 logarithms.
  float guide_scale;                             ///< Root of the factor of the squared distance in the exponent of 2.
  WeightAccuracy accuracy;
  ImageF& out;
};

}  // namespace csgis::detail
