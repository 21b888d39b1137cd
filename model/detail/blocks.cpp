#include "model/detail/blocks.h"

#include <fmt/format.h>

namespace csgis::nets {
namespace nn = torch::nn;

nn::Conv2d same_conv(std::int64_t in, std::int64_t out, int kernel, int dilation, bool bias) {
  return nn::Conv2d(
      nn::Conv2dOptions(in, out, kernel).dilation(dilation).padding(dilation * (kernel - 1) / 2).bias(bias));
}

ResBlockImpl::ResBlockImpl(std::int64_t width) {
  register_module("triple_conv", triple_conv);
  for (int i = 0; i < 3; ++i) {
    triple_conv->push_back(same_conv(width, width));
    triple_conv->push_back(nn::BatchNorm2d(width));
    triple_conv->push_back(nn::ReLU());
  }
}

Tensor ResBlockImpl::forward(Tensor x) {
  return triple_conv->forward(x) + x;
}

DilatedBlockImpl::DilatedBlockImpl(std::int64_t width)
    : convs{same_conv(width, width, 3, 1), same_conv(width, width, 3, 2), same_conv(width, width, 3, 3)},
      norms{nn::BatchNorm2d(width), nn::BatchNorm2d(width), nn::BatchNorm2d(width)} {
  for (std::size_t i = 0; i < convs.size(); ++i) {
    register_module(fmt::format("conv_3x3_{}", i + 1), convs[i]);
    register_module(fmt::format("bn_conv_3x3_{}", i + 1), norms[i]);
  }
}

Tensor DilatedBlockImpl::forward(Tensor x) {
  Tensor y = x;
  for (std::size_t i = 0; i < convs.size(); ++i) y = torch::relu(norms[i](convs[i](y)));
  return y + x;
}

DetailedBlockImpl::PairImpl::PairImpl(std::int64_t width)
    : conv1(same_conv(width, width, 3, 1, false)), conv2(same_conv(width, width, 3, 1, false)), bn1(width), bn2(width) {
  register_module("conv1", conv1);
  register_module("bn1", bn1);
  register_module("conv2", conv2);
  register_module("bn2", bn2);
}

Tensor DetailedBlockImpl::PairImpl::forward(Tensor v) {
  return torch::relu(bn2(conv2(torch::relu(bn1(conv1(v))))) + v);
}

DetailedBlockImpl::DetailedBlockImpl(std::int64_t width)
    : conv0(same_conv(width, width, 1), nn::ReLU()),
      conv1(same_conv(width, width, 3, 1)),
      conv2(same_conv(width, width, 3, 3)),
      conv3(same_conv(width, width, 3, 5)),
      join(same_conv(3 * width, width)),
      pair(width) {
  register_module("conv0", conv0);
  register_module("conv1", conv1);
  register_module("conv2", conv2);
  register_module("conv3", conv3);
  register_module("conv4", nn::Sequential(join, pair));
}

Tensor DetailedBlockImpl::forward(Tensor x) {
  const Tensor u = conv0->forward(x);
  return x + pair(join(torch::cat({conv1(u), conv2(u), conv3(u)}, 1)));
}

PlainBlockImpl::PlainBlockImpl(std::int64_t width, int dilation)
    : conv1(same_conv(width, width, 3, dilation)), conv2(same_conv(width, width)) {
  register_module("conv1", conv1);
  register_module("conv2", conv2);
  nn::init::zeros_(conv2->weight);
  nn::init::zeros_(conv2->bias);
}

Tensor PlainBlockImpl::forward(Tensor x) {
  Tensor inner = conv1(x);
  return x + conv2(inner.relu_());
}

}  // namespace csgis::nets
