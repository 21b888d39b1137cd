#pragma once
/// Training DeepLabV3+ on images and labels, "Encoder-Decoder with Atrous Separable Convolution for Semantic Image
/// Segmentation": cross-entropy, 255 is void.

#include "model/detail/batch_tensors.h"
#include "model/detail/deeplab.h"
#include "model/detail/learner.h"

namespace csgis::nets {

/// Pixels by class of the truth (rows) and found class, void ones left out: classes^2 numbers in float64, on the CPU.
/// @param found, label  N x H x W, whole numbers
Tensor confusion(const Tensor& found, const Tensor& label, std::int64_t classes);

/// The published colours of VOC's classes: 3 x H x W of uint8.
torch::Tensor voc_colours(const torch::Tensor& label);

/// Learns from the layers input and label; batches of two or more.
class SegmentTrainer : public Trainer {
 public:
  SegmentTrainer(const TrainerOptions& options, std::shared_ptr<Peers> peers);

  StepReport step(const TrainingBatch& batch, Negative negative, double learning_rate) override;
  StepReport evaluate(const TrainingBatch& batch, Negative negative) override;
  /// @throws InvalidArgument  always, and so does set_margins(): there is no contrast
  std::array<double, 2> negative_distances(const TrainingBatch& batch, Negative negative) override;
  void set_margins(double con, double gram) override;
  /// Classes as colours; there is no edge map.
  SamplePicture picture(const TrainingBatch& batch, std::int64_t which) override;
  Checkpoint state() const override;
  TensorFile weights() const override;
  void restore(const Checkpoint& checkpoint) override;

 private:
  DeepLab build() const;
  Tensor logits(DeepLabImpl& network, const Tensor& images);
  StepReport report(const Tensor& loss, const Tensor& logits, const Tensor& label) const;

  TrainerOptions options_;
  torch::Device device_;
  DeepLab network_;
  std::shared_ptr<Peers> peers_;
  Learner learner_;
};

}  // namespace csgis::nets
