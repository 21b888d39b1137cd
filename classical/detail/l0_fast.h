#pragma once
/// l0_smooth() in float with vector instructions.

#include "classical/l0_smooth.h"

namespace csgis::detail {

/// Passes go on while the coupling is below it, as published.
inline constexpr double kL0BetaMax = 1e5;

/// Options and image are already checked. Each pass solves for the change of S,
///   (1 + beta L) d = (I - S) - beta D'(removed gradients),
/// which is the published step without a transform of I: the kept gradients are all gradients less the removed ones.
/// Memory: 2 C + 1 float planes besides input and output, C channels.
ImageF l0_fast(const ImageF& src, const L0Options& options, int threads);

}  // namespace csgis::detail
