#include "model/detail/smoother.h"

#include "core/error.h"

namespace csgis::nets {
namespace nn = torch::nn;
namespace {

void push_conv_norm_relu(nn::Sequential& head, std::int64_t in, std::int64_t out) {
  head->push_back(same_conv(in, out));
  head->push_back(nn::BatchNorm2d(out));
  head->push_back(nn::ReLU());
}

void push_cores(nn::Sequential& head, Core core, std::int64_t width, int count) {
  switch (core) {
    case Core::residual:
      for (int i = 0; i < count; ++i) head->push_back(ResBlock(width));
      return;
    case Core::dilated:
      for (int i = 0; i < count; ++i) head->push_back(DilatedBlock(width));
      return;
    case Core::pyramid:
      head->push_back(DensePyramid(width));
      return;
    case Core::plain:
      for (int i = 0; i < count; ++i) head->push_back(PlainBlock(width, 1));
      return;
  }
}

/// Two convolutions with BN and ReLU, one without.
nn::Sequential short_head(std::int64_t width, std::int64_t out) {
  nn::Sequential head;
  push_conv_norm_relu(head, width, width);
  push_conv_norm_relu(head, width, width);
  head->push_back(same_conv(width, out));
  return head;
}

/// A convolution with BN and ReLU, then blocks.
nn::Sequential feature_head(Core core, std::int64_t in, std::int64_t width) {
  nn::Sequential head;
  push_conv_norm_relu(head, in, width);
  push_cores(head, core, width, 3);
  return head;
}

/// The calls of SmootherImpl::trace, carried out at once.
struct Eager {
  using Value = Tensor;
  template <class Module>
  Tensor apply(Module& module, const Tensor& x) {
    return module->forward(x);
  }
  Tensor concat(const Tensor& a, const Tensor& b) { return torch::cat({a, b}, 1); }
  Tensor add(const Tensor& a, const Tensor& b) { return a + b; }
  Tensor non_local(EdgeNonLocal& module, const Tensor& x, const Tensor& edge) { return module->forward(x, edge); }
};

}  // namespace

DescriptorImpl::DescriptorImpl(Trunk trunk, std::int64_t in, const NetworkSizes& size)
    : conv_in(same_conv(in, size.width)) {
  for (std::int64_t i = 0; i < size.blocks; ++i) {
    switch (trunk) {
      case Trunk::residual:
        body->push_back(ResBlock(size.width));
        break;
      case Trunk::dilated:
        body->push_back(DilatedBlock(size.width));
        break;
      case Trunk::detailed:
        body->push_back(DetailedBlock(size.width));
        break;
      case Trunk::plain: {
        constexpr std::array kDilations{1, 2, 3, 1, 2, 4};
        body->push_back(PlainBlock(size.width, kDilations[static_cast<std::size_t>(i) % kDilations.size()]));
        break;
      }
    }
  }
  register_module("conv_in", conv_in);
  register_module(trunk == Trunk::detailed ? "des" : trunk == Trunk::plain ? "body" : "res16", body);
}

Tensor DescriptorImpl::forward(Tensor x) {
  x = conv_in(x);
  return body->is_empty() ? x : body->forward(x);
}

SmootherImpl::SmootherImpl(const SmootherPlan& plan_, const NetworkSizes& size_)
    : plan(plan_), size(size_), descriptor(plan.trunk, folded_channels(size_.in), size) {
  register_module("descriptor", descriptor);
  if (plan.core == Core::plain) {
    add_lite_heads();
  } else {
    add_heads();
  }
  add_gates();
}

void SmootherImpl::add_heads() {
  const std::int64_t width = size.width;
  if (!plan.has_edge) {
    if (plan.core == Core::residual) {
      interpreter = feature_head(plan.core, width, width);
      push_conv_norm_relu(interpreter, width, width);
      interpreter->push_back(same_conv(width, size.out));
    } else {
      interpreter = short_head(width, size.out);
    }
    register_module("interpreter", interpreter);
    return;
  }
  interpreter1 = register_module("interpreter1", short_head(width, 1));
  interpreter2 = feature_head(plan.core, width + 1, width);
  if (plan.is_non_local) {
    interpreter2->push_back(same_conv(width, width));
  } else {
    push_conv_norm_relu(interpreter2, width, width);
    interpreter2->push_back(same_conv(width, size.out));
  }
  register_module("interpreter2", interpreter2);
  if (!plan.has_refine) return;
  refine = nn::Sequential();
  push_conv_norm_relu(refine, width + 1 + size.out, width);
  push_cores(refine, plan.core, width, 6);
  refine->push_back(same_conv(width, size.out));
  register_module("refine", refine);
}

/// Short ones; where the image is added, the first estimate starts as the image, the correction as 0.
void SmootherImpl::add_lite_heads() {
  const std::int64_t width = size.width, edge = folded_channels(1), image = folded_channels(size.out);
  interpreter1 = nn::Sequential(same_conv(width, width), nn::ReLU(), same_conv(width, edge));
  interpreter2 = nn::Sequential(same_conv(width + edge, width), nn::ReLU(), same_conv(width, image));
  refine = nn::Sequential(same_conv(width + edge + image, width), nn::ReLU());
  push_cores(refine, plan.core, width, 2);
  refine->push_back(same_conv(width, image));
  for (const auto& head : {interpreter2, refine}) {
    auto* const last = head->ptr(head->size() - 1)->as<nn::Conv2d>();
    nn::init::zeros_(last->weight);
    nn::init::zeros_(last->bias);
  }
  register_module("interpreter1", interpreter1);
  register_module("interpreter2", interpreter2);
  register_module("refine", refine);
}

void SmootherImpl::add_gates() {
  const std::array<std::int64_t, 2> channels{size.width + 1, size.width + 1 + size.out};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    if (plan.gate == Gate::cbam) cbam[i] = register_module("cbam" + number, Cbam(channels[i]));
    if (plan.gate == Gate::filter) filter[i] = register_module("eca" + number, ChannelFilter(channels[i]));
  }
  if (!plan.is_non_local) return;
  egnl = register_module("egnl", EdgeNonLocal(size.width));
  tail = nn::Sequential(same_conv(size.width, size.width, 3, 1, false), nn::BatchNorm2d(size.width), nn::ReLU(),
                        same_conv(size.width, size.out, 1, 1, false));
  register_module("tail", tail);
}

SmootherOutputs<Tensor> SmootherImpl::forward(const Tensor& x, const Tensor& edge) {
  require(!plan.edge_is_given || edge.defined(), "this network needs an edge map beside the image");
  Eager run;
  if (plan.fold == 1) return trace(run, x, edge);
  const auto unfold = [&](const Tensor& y) { return y.defined() ? unfolded(y, plan.fold, x.size(2), x.size(3)) : y; };
  const auto out = trace(run, folded(x, plan.fold), Tensor());
  return {unfold(out.edge), unfold(out.out1), unfold(out.out2)};
}

Tensor folded(const Tensor& image, std::int64_t fold) {
  const auto missing = [&](std::int64_t size) { return (fold - size % fold) % fold; };
  const std::int64_t below = missing(image.size(2)), right = missing(image.size(3));
  const bool is_whole = below == 0 && right == 0;
  return torch::pixel_unshuffle(is_whole ? image : torch::replication_pad2d(image, {0, right, 0, below}), fold);
}

Tensor unfolded(const Tensor& image, std::int64_t fold, std::int64_t height, std::int64_t width) {
  return torch::pixel_shuffle(image, fold).narrow(2, 0, height).narrow(3, 0, width);
}

Tensor smoothed(const SmootherOutputs<Tensor>& outputs) {
  return outputs.out2.defined() ? outputs.out1 + outputs.out2 : outputs.out1;
}

}  // namespace csgis::nets
