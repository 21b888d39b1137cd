#include "model/detail/attention.h"

#include "core/error.h"

#include <cmath>

namespace csgis::nets {
namespace nn = torch::nn;
namespace F = torch::nn::functional;
namespace {

constexpr std::int64_t kReduction = 16;

/// LibTorch cannot initialise a layer without inputs: one is made with an input, which is then taken away.
nn::Linear linear(std::int64_t in, std::int64_t out) {
  nn::Linear layer(std::max<std::int64_t>(in, 1), out);
  if (in == 0) layer->weight.set_data(torch::empty({out, 0}));
  return layer;
}

/// Length of the filter of a channel gate: near half the binary logarithm of the channels, and odd.
std::int64_t filter_length(std::int64_t channels) {
  const auto t = static_cast<std::int64_t>(std::abs((std::log2(static_cast<double>(channels)) + 1) / 2));
  return t % 2 == 1 ? t : t + 1;
}

Tensor resized(const Tensor& x, std::int64_t height, std::int64_t width) {
  return F::interpolate(x, F::InterpolateFuncOptions()
                               .size(std::vector<std::int64_t>{height, width})
                               .mode(torch::kBilinear)
                               .align_corners(true));
}

/// Symmetric ratio of every edge logit of `queries` (N x p) to every one of `keys` (N x q). Logits may be negative or
/// near zero, and the ratio then large: this is how the published network is.
Tensor edge_ratio(const Tensor& queries, const Tensor& keys) {
  constexpr double kEps = 1e-6;
  const Tensor p = queries.unsqueeze(2), q = keys.unsqueeze(1);
  return torch::minimum(p / (q + kEps), q / (p + kEps));
}

}  // namespace

CbamImpl::CbamImpl(std::int64_t channels)
    : mlp(nn::Flatten(), linear(channels, channels / kReduction), nn::ReLU(), linear(channels / kReduction, channels)),
      conv(same_conv(2, 1, 7, 1, false)),
      norm(nn::BatchNorm2dOptions(1).momentum(0.01)) {
  auto channel_gate = std::make_shared<nn::Module>("ChannelGate");
  channel_gate->register_module("mlp", mlp.ptr());
  auto spatial = std::make_shared<nn::Module>("spatial");
  spatial->register_module("conv", conv.ptr());
  spatial->register_module("bn", norm.ptr());
  auto spatial_gate = std::make_shared<nn::Module>("SpatialGate");
  spatial_gate->register_module("spatial", spatial);
  register_module("ChannelGate", channel_gate);
  register_module("SpatialGate", spatial_gate);
}

Tensor CbamImpl::forward(Tensor x) {
  const Tensor channel = mlp->forward(torch::adaptive_avg_pool2d(x, {1, 1})) +
                         mlp->forward(std::get<0>(torch::adaptive_max_pool2d(x, {1, 1})));
  x = x * torch::sigmoid(channel).unsqueeze(2).unsqueeze(3);
  const Tensor summary = torch::cat({std::get<0>(x.max(1, true)), x.mean(1, true)}, 1);
  return x * torch::sigmoid(norm(conv(summary)));
}

ChannelFilterImpl::ChannelFilterImpl(std::int64_t channels) {
  const std::int64_t length = filter_length(channels);
  const double bound = 1 / std::sqrt(static_cast<double>(length));
  weight = register_parameter("weight", torch::empty({1, 1, length}).uniform_(-bound, bound));
}

Tensor ChannelFilterImpl::forward(Tensor x) {
  const Tensor means = x.mean(torch::IntArrayRef{2, 3}).unsqueeze(1);  // N x 1 x C
  return x * torch::conv1d(means, weight, {}, 1, weight.size(2) / 2).transpose(1, 2).unsqueeze(3);
}

PyramidImpl::PyramidImpl(std::int64_t in, std::int64_t out, int level)
    : branches{nn::Conv2d{nullptr}, nn::Conv2d{nullptr}, nn::Conv2d{nullptr}, nn::Conv2d{nullptr}},
      join1(same_conv(4 * out, out, 1)),
      join2(same_conv(3 * out, out, 1)),
      join3(same_conv(2 * out, out, 1)),
      join0(same_conv(4 * out, out, 1)),
      cbam(out) {
  for (int i = 0; i < 4; ++i) {
    const auto dilation = static_cast<int>(std::pow(i + 1, level - 1));
    branches[static_cast<std::size_t>(i)] =
        register_module("conv_3x3_" + std::to_string(i + 1), same_conv(in, out, 3, dilation));
  }
  register_module("conv_1x1_1", join1);
  register_module("conv_1x1_2", join2);
  register_module("conv_1x1_3", join3);
  register_module("conv_1x1_0", join0);
  register_module("cbam", cbam);
}

Tensor PyramidImpl::forward(Tensor x) {
  const Tensor y1 = branches[0](x), y2 = branches[1](x), y3 = branches[2](x), y4 = branches[3](x);
  const Tensor z1 = join1(torch::cat({y1, y2, y3, y4}, 1));
  const Tensor z2 = join2(torch::cat({y2, y3, y4}, 1));
  const Tensor z3 = join3(torch::cat({y3, y4}, 1));
  return cbam(join0(torch::cat({z1, z2, z3, y4}, 1)));
}

DensePyramidImpl::DensePyramidImpl(std::int64_t width)
    : levels{Pyramid(width, width, 1), Pyramid(2 * width, width, 2), Pyramid(3 * width, width, 3),
             Pyramid(4 * width, width, 4)} {
  for (std::size_t i = 0; i < levels.size(); ++i) register_module("PP" + std::to_string(i + 1), levels[i]);
}

Tensor DensePyramidImpl::forward(Tensor x) {
  std::vector<Tensor> seen{x};
  for (Pyramid& level : levels) seen.push_back(level(torch::cat(seen, 1)));
  return seen.back();
}

EdgeNonLocalImpl::EdgeNonLocalImpl(std::int64_t width)
    : theta(same_conv(width, width / 2, 1)),
      phi(same_conv(width, width / 2, 1)),
      g(same_conv(width, width / 2, 1)),
      down(nn::Conv2dOptions(width, width, 4).stride(4).groups(width).bias(false)),
      z(same_conv(width / 2, width, 1)) {
  register_module("theta", theta);
  register_module("phi", phi);
  register_module("g", g);
  register_module("down", down);
  register_module("z", z);
  nn::init::constant_(down->weight, 1.0 / 16);
}

Tensor EdgeNonLocalImpl::forward(Tensor x, Tensor edge) {
  const std::int64_t height = x.size(2), width = x.size(3);
  require(height >= 8 && width >= 8, "the image is {} x {}, this network needs at least 8 x 8", width, height);
  const Tensor small = down(x);
  const std::int64_t h4 = small.size(2), w4 = small.size(3);
  const Tensor values = torch::max_pool2d(g(small), 2), keys = torch::max_pool2d(phi(small), 2);
  const Tensor content = torch::softmax(theta(small).flatten(2).transpose(1, 2).matmul(keys.flatten(2)), -1);
  const Tensor edges = torch::softmax(
      edge_ratio(resized(edge, h4, w4).flatten(1), resized(edge, keys.size(2), keys.size(3)).flatten(1)), -1);
  const Tensor attention = torch::softmax(content * edges, -1);
  const Tensor y = attention.matmul(values.flatten(2).transpose(1, 2)).transpose(1, 2);
  return x + resized(z(y.reshape({x.size(0), -1, h4, w4})), height, width);
}

}  // namespace csgis::nets
