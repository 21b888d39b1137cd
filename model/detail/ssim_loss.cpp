#include "model/detail/ssim_loss.h"

#include "core/error.h"
#include "model/detail/ssim_kernel.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace csgis::nets {
namespace {

using torch::Tensor;

/// As published: the taps and their outer product in float32, whatever the images are in. What that rounding does to
/// the sum of the window shows in double, so the taps of the separate passes are scaled to the same sum.
std::array<double, kSsimTaps> window() {
  constexpr double kSigma = 1.5;
  Tensor taps = torch::empty({kSsimTaps}, torch::kFloat32);
  for (int i = 0; i < kSsimTaps; ++i) {
    const int x = i - kSsimTaps / 2;
    taps[i] = static_cast<float>(std::exp(-x * x / (2 * kSigma * kSigma)));
  }
  taps = taps / taps.sum();
  const double sum = torch::outer(taps, taps).to(torch::kFloat64).sum().item<double>();
  const double own = taps.to(torch::kFloat64).sum().item<double>();
  std::array<double, kSsimTaps> out{};
  for (int i = 0; i < kSsimTaps; ++i) {
    out[static_cast<std::size_t>(i)] = taps[i].item<double>() * std::sqrt(sum) / own;
  }
  return out;
}

template <class T>
class PlaneKernel {
 public:
  PlaneKernel(const Tensor& p, const Tensor& g) : p_(p.data_ptr<T>()), g_(g.data_ptr<T>()) {
    static const auto taps = window();
    std::transform(taps.begin(), taps.end(), taps_.begin(), [](double tap) { return static_cast<T>(tap); });
    height_ = p.size(2);
    width_ = p.size(3);
    planes_ = p.size(0) * p.size(1);
  }

  double sum(T* slopes) const {
    std::vector<double> sums(static_cast<std::size_t>(planes_));
    at::parallel_for(0, planes_, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        sums[static_cast<std::size_t>(i)] = ssim_sum(plane(i), slopes == nullptr ? nullptr : slopes + 3 * i * size());
      }
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);  // in order: the same at any number of threads
  }

  void gradient(const T* slopes, T scale, T* grad) const {
    at::parallel_for(0, planes_, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        ssim_gradient(plane(i), slopes + 3 * i * size(), scale, grad + i * size());
      }
    });
  }

 private:
  std::int64_t size() const { return height_ * width_; }
  SsimPlanes<T> plane(std::int64_t i) const {
    return {p_ + i * size(), g_ + i * size(), taps_.data(), height_, width_};
  }

  const T* p_;
  const T* g_;
  std::array<T, kSsimTaps> taps_{};
  std::int64_t height_, width_, planes_;
};

struct FusedSsim : torch::autograd::Function<FusedSsim> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& p, const Tensor& g, bool has_slopes) {
    Tensor slopes;
    if (has_slopes) slopes = torch::empty({3 * p.numel()}, p.options());
    double sum = 0;
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "ssim", [&] {
      sum = PlaneKernel<scalar_t>(p, g).sum(has_slopes ? slopes.data_ptr<scalar_t>() : nullptr);
    });
    if (has_slopes) context->save_for_backward({p, g, slopes});
    return torch::full({}, sum / static_cast<double>(p.numel()), p.options());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &p = saved[0], &g = saved[1], &slopes = saved[2];
    Tensor grad = torch::empty_like(p);
    const double scale = gradients[0].item<double>() / static_cast<double>(p.numel());
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "ssim", [&] {
      PlaneKernel<scalar_t>(p, g).gradient(slopes.data_ptr<scalar_t>(), static_cast<scalar_t>(scale),
                                           grad.data_ptr<scalar_t>());
    });
    return {grad, Tensor(), Tensor()};
  }
};

/// One filter for all planes, down and along.
Tensor filtered(const Tensor& x) {
  const auto taps = window();
  const Tensor tap = torch::tensor(at::ArrayRef<double>(taps.data(), taps.size()), torch::kFloat64).to(x.options());
  const std::int64_t reach = kSsimTaps / 2;
  Tensor y = x.reshape({-1, 1, x.size(2), x.size(3)});
  y = torch::conv2d(y, tap.view({1, 1, kSsimTaps, 1}), {}, 1, at::IntArrayRef({reach, 0}));
  y = torch::conv2d(y, tap.view({1, 1, 1, kSsimTaps}), {}, 1, at::IntArrayRef({0, reach}));
  return y.view(x.sizes());
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
  if (!p.device().is_cpu()) return plain_ssim(p, g);
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
