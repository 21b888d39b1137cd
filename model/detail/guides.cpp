#include "model/detail/guides.h"

#include "core/error.h"
#include "model/detail/device.h"
#include "model/detail/module_state.h"
#include "model/detail/torch_tensors.h"

#include <torch/torch.h>

#include <charconv>
#include <string_view>

namespace csgis::nets {
namespace {

using torch::Tensor;

void freeze(torch::nn::Module& network) {
  for (Tensor& parameter : network.parameters()) parameter.requires_grad_(false);
}

/// The published file holds all of VGG16; what lies behind relu4_3 is left out.
TensorFile up_to_relu4_3(const TensorFile& weights) {
  TensorFile part = weights;
  std::erase_if(part.tensors, [](const csgis::Tensor& tensor) {
    constexpr std::string_view kFeatures = "features.";
    int layer = 0;
    if (tensor.name.starts_with(kFeatures)) {
      std::from_chars(tensor.name.data() + kFeatures.size(), tensor.name.data() + tensor.name.size(), layer);
    }
    return layer > 21 || tensor.name.starts_with("classifier.");
  });
  return part;
}

std::shared_ptr<FeatureGuide> load_features(const TrainerOptions& options, const GuideWeights& weights) {
  require<UsageError>(weights.vgg != nullptr || options.random_vgg,
                      "mode {} compares features of VGG16, whose weights are absent", to_name(options.mode));
  torch::manual_seed(options.vgg_seed);
  VggFeatures network;
  if (weights.vgg != nullptr) {
    const TensorFile features = up_to_relu4_3(*weights.vgg);
    require_state("VGG16_features", features);
    load_state(*network, as_torch(features));
  }
  return std::make_shared<FeatureGuide>(network, options.recipe.fixes(9));
}

std::shared_ptr<SegmentGuide> load_segmenter(const TrainerOptions& options, const GuideWeights& weights) {
  constexpr const char* kKind = "DeepLabV3Plus_MobileNetV2";
  require<UsageError>(weights.segmenter != nullptr, "mode {} needs a segmentation network, whose weights are absent",
                      to_name(options.mode));
  require_state(kKind, *weights.segmenter);
  const auto note = [&](const char* name) {
    const auto found = weights.segmenter->metadata.find(name);
    return found == weights.segmenter->metadata.end() ? std::string() : found->second;
  };
  // A segmenter that says what it was trained with is used like that.
  const std::string stride = note(kOutputStrideNote), normalised = note(kNormalisedNote);
  const int output_stride = stride == "8" ? 8 : stride == "16" ? 16 : options.output_stride;
  const bool normalises = normalised.empty() ? options.recipe.fixes(9) : normalised == "imagenet";
  const std::int64_t classes = sizes_of_state(kKind, *weights.segmenter).out;
  DeepLab network(Backbone::mobilenet_v2, output_stride, classes);
  load_state(*network, as_torch(*weights.segmenter));
  return std::make_shared<SegmentGuide>(network, classes, normalises, !options.recipe.fixes(13));
}

}  // namespace

Tensor imagenet_normalised(const Tensor& x) {
  const auto row = [&](double red, double green, double blue) {
    return torch::tensor({red, green, blue}, torch::kFloat64).to(x.options()).view({1, 3, 1, 1});
  };
  return (x - row(0.485, 0.456, 0.406)) / row(0.229, 0.224, 0.225);
}

FeatureGuide::FeatureGuide(VggFeatures network, bool normalises)
    : network_(std::move(network)), normalises_(normalises) {
  network_->eval();
  freeze(*network_);
}

void FeatureGuide::to(const torch::Device& device, torch::ScalarType type) {
  network_->to(device, type);
}

Features FeatureGuide::features(const Tensor& x, std::size_t layers) {
  return network_->forward(normalises_ ? imagenet_normalised(x) : x, layers);
}

std::vector<Tensor> FeatureGuide::grams(const Tensor& x, std::size_t layers) {
  const Features all = features(x, layers);
  std::vector<Tensor> grams;
  for (std::size_t i = 0; i < layers; ++i) grams.push_back(gram(all[i].to(x.scalar_type())));
  return grams;
}

SegmentGuide::SegmentGuide(DeepLab network, std::int64_t classes, bool normalises, bool drifts)
    : network_(std::move(network)), classes_(classes), normalises_(normalises), drifts_(drifts) {
  network_->train(drifts);
  freeze(*network_);
}

void SegmentGuide::to(const torch::Device& device, torch::ScalarType type) {
  network_->to(device, type);
}

Tensor SegmentGuide::logits(const Tensor& x) {
  return network_->forward(normalises_ ? imagenet_normalised(x) : x);
}

Guides load_guides(const TrainerOptions& options, const GuideWeights& weights) {
  const bool contrasts = options.mode == TrainingMode::contrastive || options.mode == TrainingMode::full;
  const bool segments = options.mode == TrainingMode::semantic || options.mode == TrainingMode::full;
  Guides guides;
  if (contrasts) guides.features = load_features(options, weights);
  if (segments) guides.segmenter = load_segmenter(options, weights);
  const torch::Device device = device_named(options.device);
  if (guides.features) guides.features->to(device, torch::kFloat32);
  if (guides.segmenter) guides.segmenter->to(device, torch::kFloat32);
  return guides;
}

}  // namespace csgis::nets
