#pragma once
/// The changes of model/training_batch.h for all samples of a batch at once, on any device. Bytes in, bytes out: flips
/// and rotations are those of the published program exactly, colours up to a level where products of single precision
/// round otherwise.

#include "model/training_batch.h"

#include <torch/types.h>

#include <vector>

namespace csgis::nets {

class BatchAugmentation {
 public:
  BatchAugmentation(const std::vector<AugmentDraw>& draws, std::int64_t height, std::int64_t width,
                    const torch::Device& device);

  /// Flipped, then rotated by nearest neighbours; 0 from outside. N x C x H x W of uint8, any layer.
  torch::Tensor moved(const torch::Tensor& layer) const;
  /// Brightness, contrast, hue in the order of each sample. N x 3 x H x W of uint8.
  torch::Tensor coloured(const torch::Tensor& images) const;

 private:
  std::vector<AugmentDraw> draws_;
  torch::Tensor source_;  ///< N x H W: which pixel comes there.
  torch::Tensor inside_;  ///< N x H W: whether one does.
};

/// Values 0 .. 255 as whole numbers of float32, N x 3 x H x W; factors N x 1 x 1 x 1.
torch::Tensor brightened(const torch::Tensor& images, const torch::Tensor& factors);
torch::Tensor contrasted(const torch::Tensor& images, const torch::Tensor& factors);
torch::Tensor hue_moved(const torch::Tensor& images, const torch::Tensor& turns);

}  // namespace csgis::nets
