#pragma once
/// ils_welsch_smooth() and ils_lnorm_smooth() in float with vector instructions.

#include "classical/ils_smooth.h"

namespace csgis::detail {

/// Options and image are already checked. With mu(d) = c d - penalty'(d) the published step is
///   (1 + c lambda/2 L) (U' - U) = -(lambda/2) D'(penalty'(D U)),
/// so that only the change of U is solved for and the large multiples c d of both sides, which cancel, never appear.
/// Memory: 2 float planes besides input and output.
ImageF ils_welsch_fast(const ImageF& src, const IlsWelschOptions& options, int threads);
ImageF ils_lnorm_fast(const ImageF& src, const IlsLnormOptions& options, int threads);

}  // namespace csgis::detail
