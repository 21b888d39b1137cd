#pragma once
/// Weighted least squares on the graph of the SD filter.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Defaults: the values of the comparison.
struct WlsOptions {
  int nei = 1;           ///< 1: eight neighbours, 0: four.
  double lambda = 1000;  ///< Weight of the smoothness.
  double mu = 400;       ///< Larger keeps weaker edges.
};

/// The range of lambda: tuning looks up to twice its end, and float has enough digits up to 6249 (8 neighbours).
template <class V>
void describe(V& v, WlsOptions& o) {
  v("nei", o.nei, between(0, 1), "neighbours of a pixel: 0 for 4, 1 for 8");
  v("lambda", o.lambda, between(0, 1e6).strength(1, 3100), "weight of the smoothness; larger is flatter");
  v("mu", o.mu, between(0, 1e6).tuned(20, 4000), "sensitivity to edges");
}

/// Minimises |u - f|^2 + lambda sum over edges of w (u_p - u_q)^2 by solving (Id + lambda L) u = f, with the weights
/// w = exp(-mu D(f)) + 1e-5 of the SD filter (classical/sdf.h).
/// Idea: Farbman, Fattal, Lischinski, Szeliski, "Edge-Preserving Decompositions for Multi-Scale Tone and Detail
/// Manipulation", SIGGRAPH 2008; with other weights than there.
/// @param src  1 or 3 channels (R, G, B), any size from 1x1, finite. Lab means values in [0,1]; others are filtered as
///             they are. Not modified.
/// @return     Same size, not clipped; in the range of src but for the solver's residual.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  a value that is not finite, another number of channels
/// @throws DataError        the solver did not converge
/// No wrap-around at the borders. Distances are compared over the whole image: a tile gives other values.
/// Result does not depend on run.threads.
/// @param report  iterations; the relative residual |b - A x| / |b| left
///
/// exact: double, conjugate gradients to a relative residual of 1e-12, about 1500 iterations a channel at the defaults.
/// 24 megapixels in colour take 2.5 GB.
/// fast: float with vector instructions, Chebyshev's iteration (classical/detail/chebyshev.h), 670 at the defaults,
/// growing with the root of lambda. Against exact on 20 photos of 481 x 321 at the defaults: at least 103 dB, greatest
/// difference 0.04/255; the difference grows with lambda, to 82 dB at 6000, beyond which float has too few digits
/// (DataError). Cost grows linearly with the pixels, 1.3 us each. 24 megapixels in colour take 1.6 GB.
ImageF wls_smooth(const ImageF& src, const WlsOptions& options = {}, const Execution& run = {},
                  SolveReport* report = nullptr);

}  // namespace csgis
