#pragma once
/// Relative total variation: removes texture, keeps structure.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Defaults: the values of the comparison.
struct RtvOptions {
  double lambda = 0.015;    ///< Weight of the smoothness.
  double sigma = 3;         ///< Of the window, in pixels: the size of the texture.
  double sharpness = 0.02;  ///< Floor of the local gradient.
  int iterations = 4;
};

template <class V>
void describe(V& v, RtvOptions& o) {
  v("lambda", o.lambda, between(0, 10).strength(0.001, 0.06), "weight of the smoothness; larger is flatter");
  v("sigma", o.sigma, between(0.1, 1000).tuned(1, 8),
    "texture size in pixels; halved after each iteration, not below 0.5");
  v("sharpness", o.sharpness, between(1e-4, 10), "gradients below it count as flat; larger rounds edges off");
  v("iterations", o.iterations, between(1, 100), "passes");
}

/// Minimises sum (S - I)^2 + (lambda / 2) sum over edges of w (S_p - S_q)^2, where the weights w are the inverse of the
/// local gradient times the inverse of the windowed gradient of the last pass: texture, whose signed gradients cancel
/// in the window, gets large weights, and an edge keeps small ones.
/// Source: Xu, Yan, Xia, Jia, "Structure Extraction from Texture via Relative Total Variation", SIGGRAPH Asia 2012,
/// with the published program's constants and its direct solver.
/// @param src  1 or 3 channels, any size from 1x1, finite. The constants assume a range of about [0,1]; values outside
///             are filtered as they are. Not modified.
/// @return     Same size, not clipped; stays in the range of src but for the solver's residual.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  a value that is not finite, another number of channels
/// @throws DataError        the solver did not converge
/// Borders: the blur sees 0 outside, the differences nothing. Channels: one weight for all. Result does not depend on
/// run.threads.
/// @param report  iterations of all passes; the largest relative residual left, in the fast mode the preconditioned one
///
/// exact: double, conjugate gradients to a relative residual of 1e-12 instead of the factorisation; some 2500
/// iterations a channel, about 200 times the time of the fast mode. 24 megapixels in colour take 2.2 GB. fast: float
/// with vector instructions, MIC(0) conjugate gradients on every second pixel (classical/detail/mic_cg.h). Against
/// exact on 20 photos of 481 x 321 at the defaults: at least 88 dB, greatest difference 0.4/255. Large lambda flattens
/// the image to its mean, which the solver then has to about 3e-4. About 40 iterations in all; cost grows linearly with
/// the pixels, 0.3 us each. 24 megapixels in colour take 2.1 GB.
ImageF rtv_smooth(const ImageF& src, const RtvOptions& options = {}, const Execution& run = {},
                  SolveReport* report = nullptr);

}  // namespace csgis
