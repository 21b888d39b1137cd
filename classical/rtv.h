#pragma once
/// Relative total variation: removes texture, keeps structure.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Options of rtv_smooth(); defaults are the comparison's values (spec: classical, section 2).
struct RtvOptions {
  double lambda = 0.015;    ///< Weight of the smoothness.
  double sigma = 3;         ///< Of the window, in pixels: the size of the texture.
  double sharpness = 0.02;  ///< Floor of the local gradient.
  int iterations = 4;
};

template <class V>
void describe(V& v, RtvOptions& o) {
  v("lambda", o.lambda, between(0, 10), "weight of the smoothness; larger is flatter");
  v("sigma", o.sigma, between(0.1, 1000), "texture size in pixels; halved after each iteration, not below 0.5");
  v("sharpness", o.sharpness, between(1e-4, 10), "gradients below it count as flat; larger rounds edges off");
  v("iterations", o.iterations, between(1, 100), "passes");
}

/// Minimises sum (S - I)^2 + (lambda / 2) sum over edges of w (S_p - S_q)^2, where the weights w are the inverse of the
/// local gradient times the inverse of the windowed gradient of the last pass: texture, whose signed gradients cancel
/// in the window, gets large weights, and an edge keeps small ones.
/// Source: Xu, Yan, Xia, Jia, "Structure Extraction from Texture via Relative Total Variation", SIGGRAPH Asia 2012,
/// with the published program's constants and its direct solver (spec: classical, section 2).
/// @param src  1 or 3 channels, any size from 1x1, finite. The constants assume a range of about [0,1]; values outside
///             are filtered as they are. Not modified.
/// @return     Same size, not clipped; stays in the range of src but for the solver's residual.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  a value that is not finite, another number of channels
/// @throws DataError        the solver did not converge
/// Borders: the blur sees 0 outside, the differences nothing. Channels: one weight for all.
ImageF rtv_smooth(const ImageF& src, const RtvOptions& options = {}, const Execution& run = {},
                  SolveReport* report = nullptr);

}  // namespace csgis
