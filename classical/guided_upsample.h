#pragma once
/// The result of a smoother at a lower resolution, brought to the full one with the edges of the full image.

#include "classical/execution.h"
#include "imaging/image.h"

namespace csgis {

struct GuidedUpsampleOptions {
  int radius = 2;     ///< Of the windows, in pixels of the small image. >= 1. Chosen.
  double eps = 1e-4;  ///< Variance of the guide below which a window counts as flat, for values in [0,1]. > 0. Chosen.
};

/// In windows of the small image the smoothed values are a linear function of the unsmoothed ones; its coefficients,
/// averaged over windows and enlarged bilinearly, are applied to the full image. Each channel by itself.
/// Source: He, Sun, "Fast Guided Filter", arXiv:1505.00996, 2015 (there the guide is another image).
/// @param small     the image at low resolution      @param smoothed  what a smoother made of it, same size
/// @param full      the image itself, same channels; its pixels correspond to equal parts of `small`
/// @throws InvalidArgument  sizes or channels that do not fit, options out of range
/// Borders: replicated. The result does not depend on run.threads. Memory: six planes of doubles of the small image.
ImageF guided_upsample(const ImageF& small, const ImageF& smoothed, const ImageF& full,
                       const GuidedUpsampleOptions& options = {}, const Execution& run = {});

}  // namespace csgis
