#include "model/detail/deeplab.h"

#include "core/error.h"

#include <array>

namespace csgis::nets {
namespace nn = torch::nn;
namespace F = torch::nn::functional;
namespace {

constexpr std::int64_t kAsppWidth = 256, kLowWidth = 48;

struct ConvShape {
  std::int64_t kernel = 1;
  std::int64_t stride = 1, dilation = 1, padding = 0, groups = 1;
};

nn::Conv2d plain_conv(std::int64_t in, std::int64_t out, const ConvShape& shape) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, shape.kernel)
                        .stride(shape.stride)
                        .dilation(shape.dilation)
                        .padding(shape.padding)
                        .groups(shape.groups)
                        .bias(false));
}

Chain conv_norm_relu6(std::int64_t in, std::int64_t out, const ConvShape& shape) {
  return Chain(plain_conv(in, out, shape), nn::BatchNorm2d(out), nn::ReLU6());
}

Chain conv_norm_relu(std::int64_t in, std::int64_t out, const ConvShape& shape) {
  return Chain(plain_conv(in, out, shape), nn::BatchNorm2d(out), nn::ReLU());
}

Tensor resized(const Tensor& x, torch::IntArrayRef size) {
  return F::interpolate(x, F::InterpolateFuncOptions().size(size.vec()).mode(torch::kBilinear).align_corners(false));
}

/// Strides and dilations of the stages of a backbone whose total stride may not pass a limit: beyond it a stride
/// becomes a dilation, which the first block of the stage does not have yet.
class StridePlan {
 public:
  struct Stage {
    std::int64_t stride, first_dilation, dilation;
  };
  StridePlan(std::int64_t stride_so_far, std::int64_t limit) : total_(stride_so_far), limit_(limit) {}

  Stage next(std::int64_t stride) {
    const std::int64_t before = dilation_;
    if (total_ == limit_) {
      dilation_ *= stride;
      return {1, before, dilation_};
    }
    total_ *= stride;
    return {stride, before, dilation_};
  }

 private:
  std::int64_t total_, limit_, dilation_ = 1;
};

struct InvertedResidualImpl : nn::Module {
  InvertedResidualImpl(std::int64_t in, std::int64_t out, std::int64_t expansion, std::int64_t stride,
                       std::int64_t dilation_)
      : dilation(dilation_), adds_input(stride == 1 && in == out) {
    const std::int64_t hidden = in * expansion;
    if (expansion != 1) conv->push_back(conv_norm_relu6(in, hidden, {}));
    conv->push_back(conv_norm_relu6(hidden, hidden, {3, stride, dilation, 0, hidden}));
    conv->push_back(plain_conv(hidden, out, {}));
    conv->push_back(nn::BatchNorm2d(out));
    register_module("conv", conv);
  }
  Tensor forward(Tensor x) {
    const Tensor y = conv->forward(torch::constant_pad_nd(x, {dilation, dilation, dilation, dilation}));
    return adds_input ? x + y : y;
  }

  std::int64_t dilation;
  bool adds_input;
  nn::Sequential conv;
};
TORCH_MODULE(InvertedResidual);

struct BottleneckImpl : nn::Module {
  BottleneckImpl(std::int64_t in, std::int64_t width, std::int64_t stride, std::int64_t dilation)
      : conv1(plain_conv(in, width, {})),
        conv2(plain_conv(width, width, {3, stride, dilation, dilation})),
        conv3(plain_conv(width, 4 * width, {})),
        bn1(width),
        bn2(width),
        bn3(4 * width) {
    register_module("conv1", conv1);
    register_module("bn1", bn1);
    register_module("conv2", conv2);
    register_module("bn2", bn2);
    register_module("conv3", conv3);
    register_module("bn3", bn3);
    if (stride == 1 && in == 4 * width) return;
    downsample = register_module(
        "downsample", nn::Sequential(plain_conv(in, 4 * width, {.stride = stride}), nn::BatchNorm2d(4 * width)));
  }
  Tensor forward(Tensor x) {
    const Tensor y = bn3(conv3(torch::relu(bn2(conv2(torch::relu(bn1(conv1(x))))))));
    return torch::relu(y + (downsample ? downsample->forward(x) : x));
  }

  nn::Conv2d conv1, conv2, conv3;
  nn::BatchNorm2d bn1, bn2, bn3;
  nn::Sequential downsample{nullptr};
};
TORCH_MODULE(Bottleneck);

nn::Sequential resnet_layer(std::int64_t in, std::int64_t width, int blocks, const StridePlan::Stage& stage) {
  nn::Sequential layer(Bottleneck(in, width, stage.stride, stage.first_dilation));
  for (int i = 1; i < blocks; ++i) layer->push_back(Bottleneck(4 * width, width, 1, stage.dilation));
  return layer;
}

}  // namespace

MobileNetImpl::MobileNetImpl(int output_stride) {
  struct Stage {
    std::int64_t expansion, out, blocks, stride;
  };
  constexpr std::array kStages{Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2},  Stage{6, 32, 3, 2}, Stage{6, 64, 4, 2},
                               Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2}, Stage{6, 320, 1, 1}};
  constexpr int kLowLevel = 4;  // features 0 .. 3
  std::int64_t in = 32;
  int feature = 0;
  const auto push = [&](auto module) {
    auto& part = feature < kLowLevel ? low_level_features : high_level_features;
    part->push_back(std::to_string(feature++), module);
  };
  push(conv_norm_relu6(3, in, {3, 2}));
  StridePlan plan(2, output_stride);
  for (const Stage& stage : kStages) {
    const StridePlan::Stage step = plan.next(stage.stride);
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      push(InvertedResidual(in, stage.out, stage.expansion, i == 0 ? step.stride : 1,
                            i == 0 ? step.first_dilation : step.dilation));
      in = stage.out;
    }
  }
  register_module("low_level_features", low_level_features);
  register_module("high_level_features", high_level_features);
}

BackboneFeatures MobileNetImpl::forward(Tensor x) {
  const Tensor low = low_level_features->forward(x);
  return {low, high_level_features->forward(low)};
}

ResNet50Impl::ResNet50Impl(int output_stride) : conv1(plain_conv(3, 64, {7, 2, 1, 3})), bn1(64) {
  StridePlan plan(4, output_stride);
  layer1 = resnet_layer(64, 64, 3, plan.next(1));
  layer2 = resnet_layer(256, 128, 4, plan.next(2));
  layer3 = resnet_layer(512, 256, 6, plan.next(2));
  layer4 = resnet_layer(1024, 512, 3, plan.next(2));
  register_module("conv1", conv1);
  register_module("bn1", bn1);
  register_module("layer1", layer1);
  register_module("layer2", layer2);
  register_module("layer3", layer3);
  register_module("layer4", layer4);
}

BackboneFeatures ResNet50Impl::forward(Tensor x) {
  x = torch::max_pool2d(torch::relu(bn1(conv1(x))), 3, 2, 1);
  const Tensor low = layer1->forward(x);
  return {low, layer4->forward(layer3->forward(layer2->forward(low)))};
}

AsppImpl::AsppImpl(std::int64_t in, int output_stride) {
  convs->push_back(conv_norm_relu(in, kAsppWidth, {}));
  for (const std::int64_t rate : {6, 12, 18}) {
    const std::int64_t dilation = rate * 16 / output_stride;
    convs->push_back(conv_norm_relu(in, kAsppWidth, {3, 1, dilation, dilation}));
  }
  convs->push_back(
      Chain(nn::AdaptiveAvgPool2d(1), plain_conv(in, kAsppWidth, {}), nn::BatchNorm2d(kAsppWidth), nn::ReLU()));
  project = conv_norm_relu(5 * kAsppWidth, kAsppWidth, {});
  project->push_back(nn::Dropout(0.1));
  register_module("convs", convs);
  register_module("project", project);
}

Tensor AsppImpl::forward(Tensor x) {
  std::vector<Tensor> views;
  for (const auto& view : *convs) {
    views.push_back(resized(view->as<Chain>()->forward(x), x.sizes().slice(2)));
  }
  return project->forward(torch::cat(views, 1));
}

DeepLabImpl::DeepLabImpl(Backbone backbone, int output_stride, std::int64_t classes) {
  require(output_stride == 8 || output_stride == 16, "DeepLabV3+: output stride {}, must be 8 or 16", output_stride);
  const bool is_mobile = backbone == Backbone::mobilenet_v2;
  if (is_mobile) {
    mobilenet = register_module("backbone", MobileNet(output_stride));
  } else {
    resnet = register_module("backbone", ResNet50(output_stride));
  }
  auto head = std::make_shared<nn::Module>("classifier");
  project = head->register_module("project", conv_norm_relu(is_mobile ? 24 : 256, kLowWidth, {}));
  aspp = head->register_module("aspp", Aspp(is_mobile ? 320 : 2048, output_stride));
  classifier = conv_norm_relu(kLowWidth + kAsppWidth, kAsppWidth, {.kernel = 3, .padding = 1});
  classifier->push_back(nn::Conv2d(nn::Conv2dOptions(kAsppWidth, classes, 1)));
  head->register_module("classifier", classifier);
  register_module("classifier", head);
  initialise();
}

/// Kaiming normal, over outputs in the backbone and over inputs in the head.
void DeepLabImpl::initialise() {
  for (const auto& item : named_modules("", false)) {
    auto* conv = item.value()->as<nn::Conv2d>();
    if (conv == nullptr) continue;
    if (item.key().starts_with("backbone")) {
      nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut, torch::kReLU);
    } else {
      nn::init::kaiming_normal_(conv->weight, 0, torch::kFanIn, torch::kLeakyReLU);
    }
  }
}

BackboneFeatures DeepLabImpl::features(const Tensor& x) {
  return mobilenet ? mobilenet(x) : resnet(x);
}

Tensor DeepLabImpl::forward(const Tensor& x) {
  const auto [low, high] = features(x);
  const Tensor deep = resized(aspp(high), low.sizes().slice(2));
  return resized(classifier->forward(torch::cat({project->forward(low), deep}, 1)), x.sizes().slice(2));
}

}  // namespace csgis::nets
