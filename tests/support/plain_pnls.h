#pragma once
/// Pixel-level non-local smoothing written straight from its definition, one group of patches after the other and all
/// of it again in every iteration: what the fast version is compared with, in tests for its values, in bench for its
/// time.

#include "imaging/image.h"

#include <vector>

namespace csgis::test {

struct PlainPnlsOptions {
  int patch = 4;
  int window = 9;
  int step = 4;
  int iterations = 9;
  float threshold = 0.4f;
};

/// One plane after `iterations` calls with the same guide plane. Values row by row.
std::vector<float> plain_pnls_plane(const std::vector<float>& plane, const std::vector<float>& guide, Size size,
                                    const PlainPnlsOptions& options);

/// The whole method on a colour image, with its colour steps.
ImageF plain_pnls(const ImageF& rgb, const PlainPnlsOptions& options);

}  // namespace csgis::test
