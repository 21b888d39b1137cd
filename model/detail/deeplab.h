#pragma once
/// DeepLabV3+, "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation", on MobileNetV2
/// ("MobileNetV2: Inverted Residuals and Linear Bottlenecks") or ResNet-50 ("Deep Residual Learning for Image
/// Recognition"), as published for VOC: N x 3 x H x W in, N x classes x H x W logits out. In training mode N >= 2.

#include "model/detail/blocks.h"

namespace csgis::nets {

enum class Backbone { mobilenet_v2, resnet50 };

/// Features near the input, and deep ones at the output stride.
struct BackboneFeatures {
  Tensor low, high;
};

/// MobileNetV2 without its classifier. No convolution pads: an inverted residual pads its input before the expansion,
/// so that the depthwise filter sees ReLU6(BN(0)) beyond the border. Published weights were trained with this.
struct MobileNetImpl : torch::nn::Module {
  explicit MobileNetImpl(int output_stride);
  BackboneFeatures forward(Tensor x);

  torch::nn::Sequential low_level_features, high_level_features;
};
TORCH_MODULE(MobileNet);

/// ResNet-50 without its classifier; the stride of a block is on its 3x3 convolution.
struct ResNet50Impl : torch::nn::Module {
  explicit ResNet50Impl(int output_stride);
  BackboneFeatures forward(Tensor x);

  torch::nn::Conv2d conv1;
  torch::nn::BatchNorm2d bn1;
  torch::nn::Sequential layer1, layer2, layer3, layer4;
};
TORCH_MODULE(ResNet50);

/// Atrous spatial pyramid pooling: five views of the deep features, side by side, then one convolution.
struct AsppImpl : torch::nn::Module {
  AsppImpl(std::int64_t in, int output_stride);
  Tensor forward(Tensor x);

  torch::nn::ModuleList convs;
  Chain project{nullptr};
};
TORCH_MODULE(Aspp);

struct DeepLabImpl : torch::nn::Module {
  /// @throws InvalidArgument  an output stride other than 8 and 16
  DeepLabImpl(Backbone backbone, int output_stride, std::int64_t classes);
  Tensor forward(const Tensor& x);
  BackboneFeatures features(const Tensor& x);

  MobileNet mobilenet{nullptr};  ///< One of the two is there.
  ResNet50 resnet{nullptr};
  Chain project{nullptr};  ///< of the low-level features
  Aspp aspp{nullptr};
  Chain classifier{nullptr};  ///< of both together

 private:
  void initialise();
};
TORCH_MODULE(DeepLab);

}  // namespace csgis::nets
