#include "model/detail/ssim_loss.h"

#include "core/error.h"
#include "model/detail/ssim_kernel.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <cmath>
#include <numeric>

namespace csgis::nets {
namespace {

using torch::Tensor;

/// As published: the taps and their outer product in float32, whatever the images are in.
Tensor taps() {
  constexpr double kSigma = 1.5;
  Tensor taps = torch::empty({kSsimTaps}, torch::kFloat32);
  for (int i = 0; i < kSsimTaps; ++i) {
    const int x = i - kSsimTaps / 2;
    taps[i] = static_cast<float>(std::exp(-x * x / (2 * kSigma * kSigma)));
  }
  return taps / taps.sum();
}

class PlaneKernel {
 public:
  PlaneKernel(const Tensor& p, const Tensor& g) : p_(p.data_ptr<float>()), g_(g.data_ptr<float>()) {
    static const Tensor window = taps();
    taps_ = window.data_ptr<float>();
    height_ = p.size(2);
    width_ = p.size(3);
    planes_ = p.size(0) * p.size(1);
  }

  double sum(float* slopes) const {
    std::vector<double> sums(static_cast<std::size_t>(planes_));
    at::parallel_for(0, planes_, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        sums[static_cast<std::size_t>(i)] = ssim_sum(plane(i), slopes == nullptr ? nullptr : slopes + 3 * i * size());
      }
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);  // in order: the same at any number of threads
  }

  void gradient(const float* slopes, float scale, float* grad) const {
    at::parallel_for(0, planes_, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        ssim_gradient(plane(i), slopes + 3 * i * size(), scale, grad + i * size());
      }
    });
  }

 private:
  std::int64_t size() const { return height_ * width_; }
  SsimPlanes plane(std::int64_t i) const { return {p_ + i * size(), g_ + i * size(), taps_, height_, width_}; }

  const float* p_;
  const float* g_;
  const float* taps_;
  std::int64_t height_, width_, planes_;
};

struct FusedSsim : torch::autograd::Function<FusedSsim> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& p, const Tensor& g, bool has_slopes) {
    Tensor slopes;
    if (has_slopes) slopes = torch::empty({3 * p.numel()}, p.options());
    const double sum = PlaneKernel(p, g).sum(has_slopes ? slopes.data_ptr<float>() : nullptr);
    if (has_slopes) context->save_for_backward({p, g, slopes});
    return torch::full({}, sum / static_cast<double>(p.numel()), p.options());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &p = saved[0], &g = saved[1], &slopes = saved[2];
    Tensor grad = torch::empty_like(p);
    const double scale = gradients[0].item<double>() / static_cast<double>(p.numel());
    PlaneKernel(p, g).gradient(slopes.data_ptr<float>(), static_cast<float>(scale), grad.data_ptr<float>());
    return {grad, Tensor(), Tensor()};
  }
};

/// Down, then along; in double with the published window as a whole, whose rounding shows there.
Tensor filtered(const Tensor& x) {
  constexpr std::int64_t kReach = kSsimTaps / 2;
  const Tensor planes = x.reshape({-1, 1, x.size(2), x.size(3)}), tap = taps();
  if (x.scalar_type() == torch::kFloat64) {
    const Tensor window = torch::outer(tap, tap).view({1, 1, kSsimTaps, kSsimTaps});
    return torch::conv2d(planes, window.to(x.options()), {}, 1, kReach).view(x.sizes());
  }
  const Tensor down = tap.to(x.options()).view({1, 1, kSsimTaps, 1}), along = down.view({1, 1, 1, kSsimTaps});
  const Tensor half = torch::conv2d(planes, down, {}, 1, at::IntArrayRef({kReach, 0}));
  return torch::conv2d(half, along, {}, 1, at::IntArrayRef({0, kReach})).view(x.sizes());
}

}  // namespace

Tensor plain_ssim(const Tensor& p, const Tensor& g) {
  constexpr double kC1 = 0.01 * 0.01, kC2 = 0.03 * 0.03;
  const Tensor mp = filtered(p), mg = filtered(g);
  const Tensor p2 = mp * mp, g2 = mg * mg, both = mp * mg;
  const Tensor spread = filtered(p * p) - p2 + filtered(g * g) - g2, shared = filtered(p * g) - both;
  return ((2 * both + kC1) * (2 * shared + kC2) / ((p2 + g2 + kC1) * (spread + kC2))).mean();
}

Tensor ssim(const Tensor& p, const Tensor& g) {
  require(p.sizes() == g.sizes() && p.dim() == 4, "ssim: the images differ in size");
  require(!g.requires_grad(), "ssim: the second image takes no gradient");
  if (!p.device().is_cpu() || p.scalar_type() != torch::kFloat32) return plain_ssim(p, g);
  const bool has_slopes = p.requires_grad() && torch::GradMode::is_enabled();
  return FusedSsim::apply(p.contiguous(), g.contiguous(), has_slopes);
}

MultiScaleSsim multi_scale_ssim(Tensor p, Tensor g) {
  constexpr int kScales = 4;
  MultiScaleSsim out;
  for (int scale = 0; scale < kScales; ++scale) {
    if (scale > 0) {
      p = torch::max_pool2d(p, 2);
      g = torch::max_pool2d(g, 2);
    }
    const Tensor value = ssim(p, g);
    out.sum = scale == 0 ? value : out.sum + value;
    if (scale == 0) out.full = value.detach();
  }
  return out;
}

}  // namespace csgis::nets
