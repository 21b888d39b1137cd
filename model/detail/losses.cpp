#include "model/detail/losses.h"

#include <torch/torch.h>

namespace csgis::nets {
namespace F = torch::nn::functional;
namespace {

using torch::Tensor;

/// Differences to the next row (axis 2) or column (axis 3), the last to the first.
Tensor circular_difference(const Tensor& x, std::int64_t axis) {
  return torch::roll(x, -1, axis) - x;
}

/// Pairs of neighbours in one image and direction.
double pair_count(const Tensor& x, std::int64_t axis) {
  const std::int64_t other = axis == 2 ? 3 : 2;
  return static_cast<double>(x.size(1) * (x.size(axis) - 1) * x.size(other));
}

/// F F^T as a 1x1 convolution over places: LibTorch's matrix product is BLAS's, which may be the reference's.
Tensor own_product(const Tensor& features) {
  const std::int64_t images = features.size(0), channels = features.size(1);
  const Tensor flat = features.reshape({images, channels, -1});
  if (!features.device().is_cpu()) return flat.bmm(flat.transpose(1, 2));
  std::vector<Tensor> grams;
  for (const Tensor& image : flat.unbind()) {
    const std::int64_t places = image.size(1);
    const Tensor as_image = image.t().reshape({1, places, channels, 1});
    grams.push_back(torch::conv2d(as_image, image.reshape({channels, places, 1, 1})).view({channels, channels}));
  }
  return torch::stack(grams);
}

}  // namespace

Tensor absolute_difference(const Tensor& p, const Tensor& g) {
  return torch::l1_loss(p, g);
}

Tensor multi_scale_difference(Tensor p, Tensor g) {
  constexpr int kScales = 4;
  Tensor sum = absolute_difference(p, g);
  for (int scale = 1; scale < kScales; ++scale) {
    p = torch::max_pool2d(p, 2);
    g = torch::max_pool2d(g, 2);
    sum = sum + absolute_difference(p, g);
  }
  return sum;
}

Tensor total_variation(const Tensor& x, double weight) {
  const std::int64_t height = x.size(2), width = x.size(3);
  const Tensor down = x.narrow(2, 1, height - 1) - x.narrow(2, 0, height - 1);
  const Tensor along = x.narrow(3, 1, width - 1) - x.narrow(3, 0, width - 1);
  const Tensor sum = down.square().sum() / pair_count(x, 2) + along.square().sum() / pair_count(x, 3);
  return 2 * weight * sum / static_cast<double>(x.size(0));
}

Tensor masked_variation(const Tensor& x, const Tensor& mask) {
  const Tensor down = (mask * circular_difference(x, 2).square()).sum() / pair_count(x, 2);
  const Tensor along = (mask * circular_difference(x, 3).square()).sum() / pair_count(x, 3);
  return (down + along) / static_cast<double>(x.size(0));
}

Tensor edge_loss(const Tensor& logits, const Tensor& label, const EdgeRule& rule) {
  constexpr double kPublishedPixels = 8.0 * 128 * 128;
  const Tensor z = logits.to(torch::kFloat32), t = label.to(torch::kFloat32).trunc();
  const Tensor is_edge = t != 0;
  const auto all = static_cast<double>(t.numel());
  const Tensor edges = is_edge.sum().to(torch::kFloat32), others = all - edges;
  Tensor edge_weight = others / all, other_weight = edges / all;
  if (!rule.balances_edges_only) edge_weight = torch::where(others == 0, torch::ones_like(edge_weight), edge_weight);
  const Tensor weight = torch::where(is_edge, edge_weight, other_weight);
  const Tensor sum = torch::binary_cross_entropy_with_logits(z, t, weight, {}, at::Reduction::Sum);
  return rule.is_mean ? sum * (kPublishedPixels / all) : sum;
}

Tensor channel_mean_distance(const Tensor& x, const Tensor& y) {
  return (x.mean(1) - y.mean(1)).abs().mean();
}

Tensor hinge(const Tensor& to_positive, const Tensor& to_negative, double margin) {
  return torch::relu(to_positive - to_negative + margin);
}

Tensor gram(const Tensor& features) {
  return own_product(features) / static_cast<double>(features.size(1) * features.size(2) * features.size(3));
}

Tensor gram_distance(std::span<const Tensor> grams_x, std::span<const Tensor> grams_y) {
  Tensor sum;
  for (std::size_t i = 0; i < grams_x.size(); ++i) {
    const Tensor layer = (grams_x[i] - grams_y[i]).square().sum();
    sum = sum.defined() ? sum + layer : layer;
  }
  return sum;
}

Tensor contrast_ratio(const Features& anchor, const Features& positive, const Features* negative) {
  constexpr std::array kWeights{1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0};
  constexpr double kTiny = 1e-7;
  Tensor sum;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    Tensor layer = absolute_difference(anchor[i], positive[i].detach());
    if (negative != nullptr) layer = layer / (absolute_difference(anchor[i], (*negative)[i].detach()) + kTiny);
    sum = sum.defined() ? sum + kWeights[i] * layer : kWeights[i] * layer;
  }
  return sum;
}

Tensor segmentation_loss(const Tensor& logits, const Tensor& label) {
  if ((label == kVoidLabel).all().item<bool>()) return 0 * logits.sum();  // the mean of nothing is no number
  return F::cross_entropy(logits, label.to(torch::kInt64), F::CrossEntropyFuncOptions().ignore_index(kVoidLabel));
}

}  // namespace csgis::nets
