#pragma once
/// Errors against several ground truths, as the EPS benchmark has them: people smoothed each image, and others chose
/// among the results. Source: Zhu, Liang, Jia, Zhang, Yu, "A Benchmark for Edge-Preserving Image Smoothing", IEEE TIP
/// 28(7), 2019, and its program compute_WMAE_WRMSE.py.
///
/// With ground truths G_k of weights w_k, on 8-bit levels, over the N = height x width x channels values of an image,
///   AE = sum_k w_k sum |pred - G_k|,  SE = sum_k w_k sum (pred - G_k)^2.
/// Weights are used as they are: whether they sum to 1 is the caller's choice. A single ground truth has weight 1.
/// The figure of a set is pooled, not a mean over images: WMAE = sum AE / sum N, WRMSE = sqrt(sum SE / sum N). 0 up,
/// lower is nearer.
/// @throws InvalidArgument  no ground truth; one of another size or channels than pred; a weight that is negative or
///                          not finite; images without pixels, with NaN
/// Cost: one pass per ground truth.

#include "metrics/scored_pair.h"

namespace csgis {

/// `wmae` of one image: AE / N, in levels.
double weighted_mae(const ScoredPair& pair);

/// `wrmse` of one image: sqrt(SE / N), in levels.
double weighted_rmse(const ScoredPair& pair);

}  // namespace csgis
