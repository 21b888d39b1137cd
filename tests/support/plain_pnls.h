#pragma once
/// Pixel-level non-local smoothing written straight from its definition, one group of patches after the other and all
/// of it again in every iteration: what pnls() is compared with, in tests for its values, in bench for its time.

#include "classical/pnls.h"

#include <vector>

namespace csgis::test {

/// One plane after `iterations` calls with the same guide plane. Values row by row, float32 between the calls.
std::vector<float> plain_pnls_plane(const std::vector<float>& plane, const std::vector<float>& guide, Size size,
                                    const PnlsOptions& options);

/// The whole method on a colour image, with its colour steps.
ImageF plain_pnls(const ImageF& rgb, const PnlsOptions& options);

}  // namespace csgis::test
