#pragma once
/// The residual blocks that the smoothing networks are made of. All take and return N x C x H x W, keep height and
/// width, and pad with zeros. The names under which they register their layers are those of published weight files.

#include <torch/torch.h>

#include <array>
#include <utility>

namespace csgis::nets {

using torch::Tensor;

/// A sequence that may stand in another sequence.
struct ChainImpl : torch::nn::SequentialImpl {
  using SequentialImpl::SequentialImpl;
  Tensor forward(Tensor x) { return SequentialImpl::forward(std::move(x)); }
};
TORCH_MODULE(Chain);

/// A convolution of stride 1 that keeps the size: zero padding dilation * (kernel - 1) / 2, kernel odd.
torch::nn::Conv2d same_conv(std::int64_t in, std::int64_t out, int kernel = 3, int dilation = 1, bool bias = true);

/// x + three times [3x3 convolution, BN, ReLU]; no ReLU after the sum.
struct ResBlockImpl : torch::nn::Module {
  explicit ResBlockImpl(std::int64_t width);
  Tensor forward(Tensor x);

  torch::nn::Sequential triple_conv;
};
TORCH_MODULE(ResBlock);

/// The same with dilations 1, 2, 3: residual hybrid dilated convolutions.
struct DilatedBlockImpl : torch::nn::Module {
  explicit DilatedBlockImpl(std::int64_t width);
  Tensor forward(Tensor x);

  std::array<torch::nn::Conv2d, 3> convs;
  std::array<torch::nn::BatchNorm2d, 3> norms;
};
TORCH_MODULE(DilatedBlock);

/// Detailed residual block: with u = ReLU(1x1 convolution of x), parallel 3x3 convolutions of u with dilations 1, 3, 5
/// are joined by a fourth to v; the result is x + ReLU(v + BN(conv(ReLU(BN(conv(v)))))).
struct DetailedBlockImpl : torch::nn::Module {
  /// The inner residual pair; its convolutions have no bias.
  struct PairImpl : torch::nn::Module {
    explicit PairImpl(std::int64_t width);
    Tensor forward(Tensor v);

    torch::nn::Conv2d conv1, conv2;
    torch::nn::BatchNorm2d bn1, bn2;
  };
  TORCH_MODULE(Pair);

  explicit DetailedBlockImpl(std::int64_t width);
  Tensor forward(Tensor x);

  torch::nn::Sequential conv0;            ///< 1x1 convolution, ReLU
  torch::nn::Conv2d conv1, conv2, conv3;  ///< dilations 1, 3, 5
  torch::nn::Conv2d join{nullptr};        ///< 3 * width -> width
  Pair pair{nullptr};
};
TORCH_MODULE(DetailedBlock);

/// x + conv(ReLU(dilated conv(x))) without normalisation; the second convolution starts at 0, the block as identity.
struct PlainBlockImpl : torch::nn::Module {
  PlainBlockImpl(std::int64_t width, int dilation);
  Tensor forward(Tensor x);

  torch::nn::Conv2d conv1, conv2;
};
TORCH_MODULE(PlainBlock);

}  // namespace csgis::nets
