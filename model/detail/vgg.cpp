#include "model/detail/vgg.h"

namespace csgis::nets {
namespace nn = torch::nn;

VggFeaturesImpl::VggFeaturesImpl() {
  struct Stage {
    std::int64_t width;
    int convolutions;
  };
  constexpr std::array kStages{Stage{64, 2}, Stage{128, 2}, Stage{256, 3}, Stage{512, 3}};
  std::int64_t in = 3;
  for (const Stage& stage : kStages) {
    if (in != 3) features->push_back(nn::MaxPool2d(2));
    for (int i = 0; i < stage.convolutions; ++i) {
      features->push_back(nn::Conv2d(nn::Conv2dOptions(in, stage.width, 3).padding(1)));
      features->push_back(nn::ReLU());
      in = stage.width;
    }
  }
  register_module("features", features);
}

std::array<torch::Tensor, 4> VggFeaturesImpl::forward(torch::Tensor x, std::size_t count) {
  constexpr std::array<std::size_t, 4> kTaps{3, 8, 15, 22};
  std::array<torch::Tensor, 4> taps;
  std::size_t index = 0, tap = 0;
  for (auto& layer : *features) {
    if (tap == count) break;
    x = layer.forward(x);
    if (index++ == kTaps[tap]) taps[tap++] = x;
  }
  return taps;
}

}  // namespace csgis::nets
