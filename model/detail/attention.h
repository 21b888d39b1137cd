#pragma once
/// Blocks whose result at a pixel depends on the whole image: gates, pyramids with gates, non-local means. Shapes are
/// N x C x H x W; height and width are kept.

#include "model/detail/blocks.h"

#include <array>

namespace csgis::nets {

/// Channel gate, then spatial gate: "CBAM: Convolutional Block Attention Module", reduction ratio 16. Below 16 channels
/// the channel gate has no hidden unit and only its last bias acts, as in the published networks.
struct CbamImpl : torch::nn::Module {
  explicit CbamImpl(std::int64_t channels);
  Tensor forward(Tensor x);

  torch::nn::Sequential mlp;        ///< flatten, linear, ReLU, linear: shared by mean and maximum
  torch::nn::Conv2d conv{nullptr};  ///< 7x7 over [maximum, mean] of the channels
  torch::nn::BatchNorm2d norm{nullptr};
};
TORCH_MODULE(Cbam);

/// Scales each channel by a 1-D convolution along the channel means, without a sigmoid: the gate of HDC_att, after
/// "ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks". The published code makes a new random
/// filter in every call; here the filter is a parameter.
struct ChannelFilterImpl : torch::nn::Module {
  explicit ChannelFilterImpl(std::int64_t channels);
  Tensor forward(Tensor x);

  Tensor weight;  ///< 1 x 1 x k, k odd
};
TORCH_MODULE(ChannelFilter);

/// Four parallel 3x3 convolutions with dilations 1, 2^(level-1), 3^(level-1), 4^(level-1), joined by 1x1 convolutions
/// and gated by CBAM.
struct PyramidImpl : torch::nn::Module {
  PyramidImpl(std::int64_t in, std::int64_t out, int level);
  Tensor forward(Tensor x);

  std::array<torch::nn::Conv2d, 4> branches;
  torch::nn::Conv2d join1, join2, join3, join0;
  Cbam cbam;
};
TORCH_MODULE(Pyramid);

/// Four pyramids of rising level; each sees the input and all earlier results.
struct DensePyramidImpl : torch::nn::Module {
  explicit DensePyramidImpl(std::int64_t width);
  Tensor forward(Tensor x);

  std::array<Pyramid, 4> levels;
};
TORCH_MODULE(DensePyramid);

/// Edge-guided non-local block: attention at a quarter of the size to keys at an eighth, weighted by how alike the edge
/// logits are. Needs height and width of at least 8; memory H/4 * W/4 * H/8 * W/8 floats, several times.
struct EdgeNonLocalImpl : torch::nn::Module {
  explicit EdgeNonLocalImpl(std::int64_t width);
  /// @param edge  N x 1 x H x W, logits
  /// @throws InvalidArgument  an image smaller than 8 x 8
  Tensor forward(Tensor x, Tensor edge);

  torch::nn::Conv2d theta, phi, g, down, z;
};
TORCH_MODULE(EdgeNonLocal);

}  // namespace csgis::nets
