#pragma once
/// The edge weights of the SD filter and of wls.

#include "classical/detail/grid_graph.h"

#include <vector>

namespace csgis::detail {

/// Weights w(v, k) = exp(-k Dn) + 1e-5 of the image v (1 plane, or 3 of R, G, B), on 2 or 4 edge steps. D is the
/// squared distance of the two ends, in Lab for colour, and Dn is D brought to [0,1] by its least and greatest value
/// over all edges of the image; where those are equal, Dn is that value. Each weight is multiplied by `factor`, or,
/// when `factors` is given, by the weight of the same edge there. The double version is the definition; the float
/// version uses the vector units. Cost: two passes over the edges; memory is the result alone.
template <class T>
GridGraph<T> guide_weights(const std::vector<PaddedPlane<T>>& image, double k, int steps, double factor, int threads);
template <class T>
GridGraph<T> guide_weights(const std::vector<PaddedPlane<T>>& image, double k, const GridGraph<T>& factors,
                           int threads);

}  // namespace csgis::detail
