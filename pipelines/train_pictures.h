#pragma once
/// Pictures of what a network in training makes of samples.

#include "imaging/image.h"
#include "model/trainer.h"

#include <vector>

namespace csgis {

/// One row a sample: input, result, ground truth, edge map as grey (if there is one), with a gap of 2 white pixels
/// between them. Samples of different sizes stand at the left of their rows.
Image8 picture_grid(const std::vector<SamplePicture>& samples);

}  // namespace csgis
