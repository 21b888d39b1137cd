/// States of DeepLabV3+ on MobileNetV2 and on ResNet-50, and of VGG16's features.

#include "model/detail/state_list.h"

namespace csgis::detail {
namespace {

void conv_norm(StateList& list, const std::string& conv, const std::string& norm, std::int64_t size, std::int64_t in,
               std::int64_t out) {
  list.conv(conv, size, in, out, Bias::no);
  list.norm(norm, out);
}

/// Depthwise: one channel per group.
void depthwise_norm(StateList& list, const std::string& path, std::int64_t channels) {
  conv_norm(list, path + ".0", path + ".1", 3, 1, channels);
}

void inverted_residual(StateList& list, const std::string& path, std::int64_t in, std::int64_t out, int expansion) {
  if (expansion == 1) {
    depthwise_norm(list, path + ".conv.0", in);
    return conv_norm(list, path + ".conv.1", path + ".conv.2", 1, in, out);
  }
  conv_norm(list, path + ".conv.0.0", path + ".conv.0.1", 1, in, expansion * in);
  depthwise_norm(list, path + ".conv.1", expansion * in);
  conv_norm(list, path + ".conv.2", path + ".conv.3", 1, expansion * in, out);
}

void head(StateList& list, std::int64_t low, std::int64_t high, std::int64_t classes) {
  constexpr std::int64_t kWidth = 256, kLowWidth = 48;
  conv_norm(list, "classifier.project.0", "classifier.project.1", 1, low, kLowWidth);
  for (int branch = 0; branch < 5; ++branch) {
    const std::string path = fmt::format("classifier.aspp.convs.{}", branch);
    const int first = branch == 4 ? 1 : 0;  // the last one pools first
    const bool is_wide = branch >= 1 && branch <= 3;
    conv_norm(list, fmt::format("{}.{}", path, first), fmt::format("{}.{}", path, first + 1), is_wide ? 3 : 1, high,
              kWidth);
  }
  conv_norm(list, "classifier.aspp.project.0", "classifier.aspp.project.1", 1, 5 * kWidth, kWidth);
  conv_norm(list, "classifier.classifier.0", "classifier.classifier.1", 3, kLowWidth + kWidth, kWidth);
  list.conv("classifier.classifier.3", 1, kWidth, classes);
}

struct MobileStage {
  int expansion, out, blocks;
};

}  // namespace

void list_deeplab_mobilenet(StateList& list, const NetworkSizes& sizes) {
  constexpr MobileStage kStages[] = {{1, 16, 1}, {6, 24, 2},  {6, 32, 3}, {6, 64, 4},
                                     {6, 96, 3}, {6, 160, 3}, {6, 320, 1}};
  conv_norm(list, "backbone.low_level_features.0.0", "backbone.low_level_features.0.1", 3, sizes.in, 32);
  std::int64_t in = 32;
  int feature = 1;
  for (const MobileStage& stage : kStages) {
    for (int block = 0; block < stage.blocks; ++block, ++feature) {
      const char* part = feature <= 3 ? "low" : "high";
      inverted_residual(list, fmt::format("backbone.{}_level_features.{}", part, feature), in, stage.out,
                        stage.expansion);
      in = stage.out;
    }
  }
  head(list, 24, 320, sizes.out);
}

void list_deeplab_resnet(StateList& list, const NetworkSizes& sizes) {
  conv_norm(list, "backbone.conv1", "backbone.bn1", 7, sizes.in, 64);
  std::int64_t in = 64;
  const int blocks[] = {3, 4, 6, 3};
  for (int stage = 0; stage < 4; ++stage) {
    const std::int64_t inner = std::int64_t{64} << stage, out = 4 * inner;
    for (int i = 0; i < blocks[stage]; ++i) {
      const std::string path = fmt::format("backbone.layer{}.{}", stage + 1, i);
      conv_norm(list, path + ".conv1", path + ".bn1", 1, in, inner);
      conv_norm(list, path + ".conv2", path + ".bn2", 3, inner, inner);
      conv_norm(list, path + ".conv3", path + ".bn3", 1, inner, out);
      if (i == 0) conv_norm(list, path + ".downsample.0", path + ".downsample.1", 1, in, out);
      in = out;
    }
  }
  head(list, 256, 2048, sizes.out);
}

void list_vgg16_features(StateList& list, const NetworkSizes& sizes) {
  struct Layer {
    int index;
    std::int64_t out;
  };
  // Up to relu4_3: nothing behind it is used.
  constexpr Layer kLayers[] = {{0, 64},   {2, 64},   {5, 128},  {7, 128},  {10, 256},
                               {12, 256}, {14, 256}, {17, 512}, {19, 512}, {21, 512}};
  std::int64_t in = sizes.in;
  for (const Layer& layer : kLayers) {
    list.conv(fmt::format("features.{}", layer.index), 3, in, layer.out);
    in = layer.out;
  }
}

}  // namespace csgis::detail
