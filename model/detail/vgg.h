#pragma once
/// The convolutions of VGG16 up to relu4_3, "Very Deep Convolutional Networks for Large-Scale Image Recognition":
/// features for perceptual losses. N x 3 x H x W with H, W >= 8. Inputs are used as they are; ImageNet normalisation is
/// the caller's.

#include <torch/torch.h>

#include <array>

namespace csgis::nets {

struct VggFeaturesImpl : torch::nn::Module {
  VggFeaturesImpl();
  /// relu1_2, relu2_2, relu3_3, relu4_3; only the first `count` are computed, the others are undefined.
  std::array<torch::Tensor, 4> forward(torch::Tensor x, std::size_t count = 4);

  torch::nn::Sequential features;
};
TORCH_MODULE(VggFeatures);

}  // namespace csgis::nets
