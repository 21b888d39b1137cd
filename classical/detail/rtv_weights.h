#pragma once
/// The edge weights of rtv.

#include "classical/detail/grid_graph.h"

#include <vector>

namespace csgis::detail {

struct RtvWeightParameters {
  double sigma;      ///< Of the blur, in pixels.
  double sharpness;  ///< Floor of the mean gradient length.
  double factor;     ///< Multiplies every weight; the system takes lambda / 2.
};

/// Weights of the image whose channels are given (1 or 3 planes): with forward differences d, 0 at the last column and
/// row, means over the channels, and b the image blurred by gaussian_blur(),
///   w = factor / (max(mean of |(dx, dy)|, sharpness) max(mean of |d b| along the edge, 0.001))
/// on the edges to the right and to the lower neighbour. The double version is the definition step by step; the float
/// version uses the vector units, with a relative error of about 1e-5 where the windowed gradient is far below the
/// values it is the difference of.
template <class T>
GridGraph<T> rtv_weights(const std::vector<PaddedPlane<T>>& image, const RtvWeightParameters& parameters, int threads);

}  // namespace csgis::detail
