#pragma once
/// The sums under the structural similarity of "Image Quality Assessment: From Error Visibility to Structural
/// Similarity" with zeros beyond the border, and their gradient, of one plane in one pass: what a chain of tensor
/// operations would write to memory twenty times stays in registers. float or double.

#include <cstdint>

namespace csgis::nets {

constexpr int kSsimTaps = 11;

struct SsimPlanes {
  const float* p = nullptr;     ///< height x width, dense.
  const float* g = nullptr;     ///< As p.
  const float* taps = nullptr;  ///< kSsimTaps of the window, whose outer product weighs.
  std::int64_t height = 0, width = 0;
};

/// The sum of the map over the plane, for values of range 1.
/// @param slopes  null, or three planes: derivatives of each pixel's map by the filtered p, p^2 and p g there
double ssim_sum(const SsimPlanes& planes, float* slopes);

/// grad = scale * d(sum of the map) / dp, from the slopes.
void ssim_gradient(const SsimPlanes& planes, const float* slopes, float scale, float* grad);

}  // namespace csgis::nets
