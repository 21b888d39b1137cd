#pragma once
/// Static/dynamic guidance filter, with the input as its own static guide.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Defaults: the values of the comparison.
struct SdfOptions {
  int nei = 1;        ///< 1: eight neighbours, 0: four.
  double lambda = 3;  ///< Weight of the smoothness.
  double mu = 50;     ///< Of the static guide, the input. Larger keeps weaker edges.
  double nu = 400;    ///< Of the dynamic guide, the result so far.
  int steps = 10;     ///< Systems solved.
};

template <class V>
void describe(V& v, SdfOptions& o) {
  v("nei", o.nei, between(0, 1), "neighbours of a pixel: 0 for 4, 1 for 8");
  v("lambda", o.lambda, between(0, 1e6).strength(0.05, 300), "weight of the smoothness; larger is flatter");
  v("mu", o.mu, between(0, 1e6).tuned(5, 500), "sensitivity to edges of the input");
  v("nu", o.nu, between(0, 1e6).tuned(40, 4000), "sensitivity to edges of the result so far");
  v("steps", o.steps, between(1, 1000), "systems solved, each with the weights of the last result");
}

/// Repeats: solve (Id + lambda L) u = f, where every edge of the pixel graph has the weight
/// (exp(-mu D(f)) + 1e-5) (exp(-nu D(u)) + 1e-5), D the squared distance of its ends, in Lab for colour, brought to
/// [0,1] over all edges of the image. The first u is constant. This descends
///   |u - f|^2 + lambda sum over edges of w_mu(f) times a Welsch function of the distance in u.
/// Source: Ham, Cho, Ponce, "Robust Image Filtering Using Joint Static and Dynamic Guidance", CVPR 2015, and "Robust
/// Guided Image Filtering Using Nonconvex Potentials", TPAMI 2018.
/// @param src  1 or 3 channels (R, G, B), any size from 1x1, finite. Lab means values in [0,1]; others are filtered as
///             they are, its curves going on as they are. Not modified.
/// @param report  iterations of all steps; the largest |b - A x| / |b| left
/// @return     Same size, not clipped; in the range of src but for the solver's residual.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  a value that is not finite, another number of channels
/// @throws DataError        the solver did not converge
/// No wrap-around at the borders. Distances are compared over the whole image: a tile gives other values.
/// Result does not depend on run.threads.
///
/// exact: double, conjugate gradients to a relative residual of 1e-12; about 80 iterations a step and channel. The
/// weights amplify what rounding leaves: single pixels of a photo may be 1e-5 off. 24 megapixels in colour take 3.3 GB.
/// fast: float with vector instructions, Chebyshev's iteration (classical/detail/chebyshev.h), about 20 a step. Against
/// exact on 20 photos of 481 x 321 at the defaults: at least 92 dB, 0.003 % of the values beyond 0.5/255, greatest
/// difference 1.5/255. lambda up to about 6000, beyond that float has too few digits (DataError). Cost grows linearly
/// with the pixels, 0.7 us each. 24 megapixels in colour take 1.9 GB.
ImageF sdf_smooth(const ImageF& src, const SdfOptions& options = {}, const Execution& run = {},
                  SolveReport* report = nullptr);

}  // namespace csgis
