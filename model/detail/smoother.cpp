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
  Tensor non_local(EdgeNonLocal& module, const Tensor& x, const Tensor& edge) { return module->forward(x, edge); }
};

}  // namespace

DescriptorImpl::DescriptorImpl(Trunk trunk, const NetworkSizes& size) : conv_in(same_conv(size.in, size.width)) {
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
    }
  }
  register_module("conv_in", conv_in);
  register_module(trunk == Trunk::detailed ? "des" : "res16", body);
}

Tensor DescriptorImpl::forward(Tensor x) {
  x = conv_in(x);
  return body->is_empty() ? x : body->forward(x);
}

SmootherImpl::SmootherImpl(const SmootherPlan& plan_, const NetworkSizes& size_)
    : plan(plan_), size(size_), descriptor(plan.trunk, size) {
  register_module("descriptor", descriptor);
  add_heads();
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
  return trace(run, x, edge);
}

Tensor smoothed(const SmootherOutputs<Tensor>& outputs) {
  return outputs.out2.defined() ? outputs.out1 + outputs.out2 : outputs.out1;
}

}  // namespace csgis::nets
