#pragma once
/// Batches of bytes as tensors on a device.

#include "model/training_batch.h"

#include <torch/types.h>

namespace csgis::nets {

/// N x C x H x W in [0,1]. A layer that the batch does not have is an undefined tensor.
struct BatchTensors {
  torch::Tensor input, truth, over;  ///< Three channels.
  torch::Tensor edge;                ///< One channel, as the set stores it: 1 is an edge.
  torch::Tensor smooth;              ///< One channel: 1 - edge, what the distinctive total variation looks at.
  torch::Tensor label;               ///< N x H x W of uint8.
};

/// Changes the samples as the batch's draws say, if it has any.
/// @param augments_over  the over-smoothed images too
/// @throws InvalidArgument  a layer whose number of bytes, or draws whose number, does not fit
BatchTensors as_tensors(const TrainingBatch& batch, const torch::Device& device, bool augments_over = true);

/// @param label  N x H x W of uint8
/// @throws InvalidArgument  naming the first sample with a label that is neither below `classes` nor void (255)
void check_labels(const torch::Tensor& label, std::int64_t classes, const std::vector<std::string>& keys);

}  // namespace csgis::nets
