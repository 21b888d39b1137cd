#include "model/detail/objective.h"

#include "core/error.h"
#include "model/detail/ssim_loss.h"

#include <torch/torch.h>

namespace csgis::nets {
namespace {

constexpr double kEdgeWeight = 0.001, kSsimWeight = 0.1, kMostSsim = 4, kFirstVariation = 10;

const Tensor& needed(const Tensor& layer, const char* name) {
  require(layer.defined(), "training: the batch has no layer {}", name);
  return layer;
}

const Tensor& image_of(const BatchTensors& batch, Negative negative) {
  return negative == Negative::over ? needed(batch.over, "over") : needed(batch.input, "input");
}

/// What the reconstruction is judged by: one image, or an estimate and its correction.
struct Estimates {
  Tensor pre, pred;  ///< pre: undefined where there is no correction.
};

Estimates estimates_of(const SmootherOutputs<Tensor>& outputs) {
  const Tensor first = outputs.out1.contiguous();
  if (!outputs.out2.defined()) return {Tensor(), first};
  return {first, first + outputs.out2.contiguous()};
}

}  // namespace

Objective::Objective(const TrainerOptions& options, Guides guides)
    : margin(options.margin), margin_features(options.margin_features), options_(options), guides_(std::move(guides)) {}

Terms Objective::terms(const SmootherPlan& plan, const SmootherOutputs<Tensor>& outputs, const BatchTensors& batch,
                       Negative negative) {
  const Tensor& truth = needed(batch.truth, "truth");
  const auto [pre, pred] = estimates_of(outputs);
  Terms terms;
  const auto log = [&](const char* name, const Tensor& value) {
    terms.values.emplace_back(name, value.detach());
    return value;
  };

  // The ablations of JESS-Net without an edge head weigh similarity and difference alike.
  const bool finds_edges = plan.has_edge && !plan.edge_is_given;
  const double similarity_weight = plan.has_edge ? kSsimWeight : 1.0;
  Tensor difference = absolute_difference(pred, truth);
  const MultiScaleSsim similar = multi_scale_ssim(pred, truth);
  Tensor dissimilar = kMostSsim - similar.sum;
  if (pre.defined()) {
    difference = absolute_difference(pre, truth) + difference;
    dissimilar = (kMostSsim - multi_scale_ssim(pre, truth).sum) + dissimilar;
  }
  terms.values.emplace_back("total", Tensor());
  terms.total = log("L1", difference);
  terms.total = terms.total + log("mSSIM", similarity_weight * dissimilar);
  terms.ssim = similar.full;
  terms.squared_error = torch::mse_loss(pred.detach(), truth);

  if (batch.smooth.defined()) {
    const bool counts = options_.recipe.fixes(11);
    const torch::AutoGradMode gradient(counts && torch::GradMode::is_enabled());
    Tensor variation = masked_variation(pred, batch.smooth);
    variation =
        pre.defined() ? kFirstVariation * masked_variation(pre, batch.smooth) + variation : kFirstVariation * variation;
    log("DTV", variation);
    if (counts) terms.total = terms.total + variation;
  }
  if (finds_edges) {
    const EdgeRule rule{options_.recipe.fixes(7), options_.recipe.fixes(30)};
    const Tensor edges = options_.edge_weight * kEdgeWeight * edge_loss(outputs.edge, needed(batch.edge, "edge"), rule);
    terms.total = terms.total + log("edge", edges);
  }
  if (guides_.features) {
    const Tensor contrasted = contrast(pred, batch, negative, terms);
    const bool is_weighed = options_.mode == TrainingMode::full || options_.recipe.fixes(29);
    terms.total = terms.total + (is_weighed ? options_.contrast_weight : 1.0) * contrasted;
  }
  if (guides_.segmenter) {
    terms.total = terms.total + options_.segment_weight * log("segmentation", segmentation(pred, batch));
  }
  terms.values.front().second = terms.total.detach();
  return terms;
}

Tensor Objective::contrast(const Tensor& smoothed, const BatchTensors& batch, Negative negative, Terms& terms) {
  const Tensor& other = image_of(batch, negative);
  if (options_.contrast == ContrastKind::triplet) return triplet(smoothed, batch.truth, other, terms);
  constexpr std::size_t kLayers = 4;
  Features positive, away;
  {
    const torch::NoGradGuard no_gradient;
    positive = guides_.features->features(batch.truth, kLayers);
    away = guides_.features->features(other, kLayers);
  }
  const Tensor ratio = contrast_ratio(guides_.features->features(smoothed, kLayers), positive, &away);
  terms.values.emplace_back("contrast", ratio.detach());
  return ratio;
}

Tensor Objective::triplet(const Tensor& smoothed, const Tensor& truth, const Tensor& negative, Terms& terms) {
  std::vector<Tensor> positive, away;
  {
    const torch::NoGradGuard no_gradient;
    positive = guides_.features->grams(truth, gram_layers());
    away = guides_.features->grams(negative, gram_layers());
  }
  const std::vector<Tensor> own = guides_.features->grams(smoothed, gram_layers());
  const Tensor con_positive = channel_mean_distance(smoothed, truth);
  const Tensor con_negative = channel_mean_distance(smoothed, negative);
  const Tensor gram_positive = gram_distance(own, positive), gram_negative = gram_distance(own, away);
  const Tensor by_mean = hinge(con_positive, con_negative, margin);
  const Tensor by_gram = hinge(gram_positive, gram_negative, margin_features);
  const Tensor sum = by_mean + by_gram;
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, Tensor>>{
           {"contrast", sum},
           {"con_pos", con_positive},
           {"con_neg", con_negative},
           {"active_con", by_mean > 0},
           {"gram_pos", gram_positive},
           {"gram_neg", gram_negative},
           {"active_gram", by_gram > 0},
       }) {
    terms.values.emplace_back(name, value.detach());
  }
  return sum;
}

/// As published the segmenter looks at the input, and nothing is learnt from it.
Tensor Objective::segmentation(const Tensor& smoothed, const BatchTensors& batch) {
  const Tensor& label = needed(batch.label, "label");
  if (options_.recipe.fixes(12))
    return segmentation_loss(guides_.segmenter->logits(smoothed).to(torch::kFloat32), label);
  const torch::NoGradGuard no_gradient;
  return segmentation_loss(guides_.segmenter->logits(needed(batch.input, "input")), label);
}

std::pair<Tensor, Tensor> Objective::negative_distances(const BatchTensors& batch, Negative negative) {
  require(guides_.features != nullptr, "mode {} has no negatives", to_name(options_.mode));
  const torch::NoGradGuard no_gradient;
  const Tensor &truth = needed(batch.truth, "truth"), &other = image_of(batch, negative);
  return {channel_mean_distance(other, truth),
          gram_distance(guides_.features->grams(other, gram_layers()), guides_.features->grams(truth, gram_layers()))};
}

}  // namespace csgis::nets
