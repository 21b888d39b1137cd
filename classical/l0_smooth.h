#pragma once
/// L0 gradient minimisation.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Defaults: the values of the comparison; the authors' own default is lambda 0.02.
struct L0Options {
  double lambda = 0.01;  ///< Weight of the count, for values in [0,1].
  double kappa = 2;      ///< Growth of the coupling beta per pass; smaller is slower and nearer to the optimum.
};

template <class V>
void describe(V& v, L0Options& o) {
  v("lambda", o.lambda, between(1e-9, 1e3).strength(0.001, 0.4),
    "weight of the gradient count, for values in [0,1]; larger is flatter");
  v("kappa", o.kappa, between(1.01, 1e3), "growth of the coupling per pass; smaller is slower and more exact");
}

/// Removes low-contrast detail, keeps the strongest edges, by reducing
///   sum over pixels and channels (S - I)^2 + lambda #{ pixels with a gradient in any channel }
/// with half-quadratic splitting: passes with coupling beta = 2 lambda kappa^n < 1e5 alternate between setting weak
/// gradients (sum over channels of dx^2 + dy^2 below lambda / beta) to zero and solving for S.
/// Source: Xu, Lu, Xu, Jia, "Image Smoothing via L0 Gradient Minimization", ACM TOG 30(6), 2011, algorithm 1.
///
/// Differences are circular, channels are thresholded together, the mean of each channel is kept. Grey or colour,
/// any size from 1x1; values outside [0,1] are filtered as they are, but the thresholds mean fractions of 1. The result
/// may leave [0,1] by a few percent.
/// The threshold makes the filter discontinuous: a change of the input in the last digit can move single pixels by
/// 1e-3.
///
/// exact: double, the steps as published with 2-D transforms of the image's own size. fast: float32; against exact on
/// 20 photos of 481x321 PSNR 96 dB, 0.0006 % of the values beyond 0.5/255 (gradients at the threshold), worst 4.6/255.
/// Cost: passes (23 with the defaults, fewer with a larger lambda or kappa) times pixels times their logarithm. Memory
/// for 24 megapixels in colour, input and result included: 1.3 GB fast, 2.7 GB exact.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  no pixels, not 1 or 3 channels, a value that is not finite
ImageF l0_smooth(const ImageF& src, const L0Options& options = {}, const Execution& run = {});

}  // namespace csgis
