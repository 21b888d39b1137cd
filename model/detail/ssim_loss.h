#pragma once
/// Structural similarity as a loss, N x C x H x W in [0,1], any size: an 11-tap Gaussian of sigma 1.5 on each channel,
/// zeros beyond the border, C1 = 0.01^2, C2 = 0.03^2.

#include <torch/types.h>

namespace csgis::nets {

/// Mean of the map over everything; gradients flow into `p`, `g` must not want any.
torch::Tensor ssim(const torch::Tensor& p, const torch::Tensor& g);

/// The same from plain tensor operations, on any device and in any type; the fused one, for single precision on the
/// CPU, is checked against it.
torch::Tensor plain_ssim(const torch::Tensor& p, const torch::Tensor& g);

struct MultiScaleSsim {
  torch::Tensor sum;   ///< Over four scales, 4 at most.
  torch::Tensor full;  ///< That of the full size.
};

/// At full size and after one, two, three 2x2 maximum poolings of both images. H, W >= 8.
MultiScaleSsim multi_scale_ssim(torch::Tensor p, torch::Tensor g);

}  // namespace csgis::nets
