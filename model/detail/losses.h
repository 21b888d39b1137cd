#pragma once
/// The terms that trainings are made of, as scalars with gradients. Images are N x C x H x W, nominally in [0,1].
/// Source: the published programs of CSGIS-Net and JESS-Net; where they part from their papers is said at each.

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <span>

namespace csgis::nets {

/// Mean of |p - g|.
torch::Tensor absolute_difference(const torch::Tensor& p, const torch::Tensor& g);
/// The sum of it at full size and after one, two, three 2x2 maximum poolings.
torch::Tensor multi_scale_difference(torch::Tensor p, torch::Tensor g);

/// 2 weight / N times the sum of squared differences of neighbours, each direction over its number of pairs.
torch::Tensor total_variation(const torch::Tensor& x, double weight);

/// Distinctive total variation: squared differences of neighbours where the mask (N x 1 x H x W) is set. The last row
/// and column look around to the first, the divisors count neither these nor the mask (as published).
torch::Tensor masked_variation(const torch::Tensor& x, const torch::Tensor& mask);

struct EdgeRule {
  bool balances_edges_only = false;  ///< A batch of edges alone has weight 0 (R-7), else 1.
  bool is_mean = false;              ///< A mean times the published batch of 8 x 128 x 128 (R-30), else a sum.
};
/// Cross-entropy of edge logits, edges and the rest weighted by the share of the other in the whole batch. In float32.
/// @param label  of any number type: truncated, and an edge where that is not 0
torch::Tensor edge_loss(const torch::Tensor& logits, const torch::Tensor& label, const EdgeRule& rule);

/// Mean of |mean over channels of x - that of y|.
torch::Tensor channel_mean_distance(const torch::Tensor& x, const torch::Tensor& y);

/// max(to_positive - to_negative + margin, 0); not a number where an input is none.
torch::Tensor hinge(const torch::Tensor& to_positive, const torch::Tensor& to_negative, double margin);

/// F F^T / (C H W) of each image: N x C x C.
torch::Tensor gram(const torch::Tensor& features);
/// Sum of squared differences of Gram matrices over layers and images.
torch::Tensor gram_distance(std::span<const torch::Tensor> grams_x, std::span<const torch::Tensor> grams_y);

/// The features of relu1_2, relu2_2, relu3_3, relu4_3, as far as they are needed.
using Features = std::array<torch::Tensor, 4>;
/// "Contrastive Learning for Compact Single Image Dehazing": weighted sum of |a - p| over |a - n| per layer.
/// @param negative  null: the ablation, without the divisor
torch::Tensor contrast_ratio(const Features& anchor, const Features& positive, const Features* negative);

inline constexpr std::int64_t kVoidLabel = 255;  ///< No class: left out everywhere.

/// Softmax cross-entropy, N x classes x H x W against N x H x W. Not a number if nothing
/// remains.
torch::Tensor segmentation_loss(const torch::Tensor& logits, const torch::Tensor& label);

}  // namespace csgis::nets
