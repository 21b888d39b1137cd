#pragma once
/// Networks that are not trained and only look at images during a training: VGG16 for the contrast, DeepLabV3+ for the
/// segmentation. Gradients pass through them to the images.

#include "model/detail/deeplab.h"
#include "model/detail/losses.h"
#include "model/detail/vgg.h"
#include "model/trainer.h"

namespace csgis::nets {

/// Notes in the weights of segmenters that we trained: what their images were like, and the output stride.
inline constexpr const char *kNormalisedNote = "normalised", *kOutputStrideNote = "output_stride";

/// (x - mean) / deviation of ImageNet's RGB channels.
torch::Tensor imagenet_normalised(const torch::Tensor& x);

/// VGG16's features with fixed weights.
class FeatureGuide {
 public:
  /// @param normalises  inputs first go through imagenet_normalised()
  FeatureGuide(VggFeatures network, bool normalises);

  /// The first `layers` features, the others undefined.
  Features features(const torch::Tensor& x, std::size_t layers);
  /// Gram matrices of the first `layers` features.
  std::vector<torch::Tensor> grams(const torch::Tensor& x, std::size_t layers);
  void to(const torch::Device& device, torch::ScalarType type);

 private:
  VggFeatures network_;
  bool normalises_;
};

/// A segmenter with fixed weights.
class SegmentGuide {
 public:
  /// @param drifts  as published: training mode, whose batch statistics go on changing, with dropout
  SegmentGuide(DeepLab network, std::int64_t classes, bool normalises, bool drifts);

  torch::Tensor logits(const torch::Tensor& x);
  void to(const torch::Device& device, torch::ScalarType type);
  torch::nn::Module& network() { return *network_; }
  std::int64_t classes() const { return classes_; }
  bool drifts() const { return drifts_; }

 private:
  DeepLab network_;
  std::int64_t classes_;
  bool normalises_, drifts_;
};

/// Those that the mode needs, null else.
struct Guides {
  std::shared_ptr<FeatureGuide> features;
  std::shared_ptr<SegmentGuide> segmenter;
};

/// @throws UsageError  weights that the mode needs are absent
/// @throws DataError   weights of another network
Guides load_guides(const TrainerOptions& options, const GuideWeights& weights);

}  // namespace csgis::nets
