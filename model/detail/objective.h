#pragma once
/// What a smoother is trained for: the terms of a mode and their sum, of one batch. Source: the training programs of
/// CSGIS-Net and JESS-Net; the recipe says where they are corrected.

#include "model/detail/batch_tensors.h"
#include "model/detail/guides.h"
#include "model/detail/smoother.h"

#include <string>
#include <utility>
#include <vector>

namespace csgis::nets {

/// Scalars of one batch.
struct Terms {
  torch::Tensor total;  ///< With a gradient.
  /// As in StepReport::values, without gradients.
  std::vector<std::pair<std::string, torch::Tensor>> values;
  torch::Tensor ssim, squared_error;  ///< Of the smoothed image.
};

class Objective {
 public:
  Objective(const TrainerOptions& options, Guides guides);

  /// @param plan  of the network that made the outputs
  /// @throws InvalidArgument  the mode needs a layer that the batch lacks
  Terms terms(const SmootherPlan& plan, const SmootherOutputs<Tensor>& outputs, const BatchTensors& batch,
              Negative negative);

  /// How far the negative is from the ground truth: by channel means and by Gram matrices.
  std::pair<Tensor, Tensor> negative_distances(const BatchTensors& batch, Negative negative);

  double margin, margin_features;
  const Guides& guides() const { return guides_; }

 private:
  Tensor contrast(const Tensor& smoothed, const BatchTensors& batch, Negative negative, Terms& terms);
  Tensor triplet(const Tensor& smoothed, const Tensor& truth, const Tensor& negative, Terms& terms);
  Tensor segmentation(const Tensor& smoothed, const BatchTensors& batch);
  std::size_t gram_layers() const { return options_.recipe.fixes(8) ? 3 : 2; }

  TrainerOptions options_;
  Guides guides_;
};

}  // namespace csgis::nets
