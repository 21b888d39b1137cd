#pragma once
/// The smoothing networks of "Contrastive Semantic-Guided Image Smoothing Network" and "Easy2Hard: Learning to Solve
/// the Intractables From a Synthetic Dataset for Structure-Preserving Image Smoothing" (JESS-Net), with their
/// ablations, and `lite`, a cheaper one for small machines. One class, since they differ in a few choices: a descriptor
/// makes features of the image, heads make of them the logits of an edge map, a first estimate and a correction; the
/// result is first estimate + correction. Any height and width >= 1
/// (>= 8 with the non-local block); outputs are not clamped.

#include "model/detail/attention.h"
#include "model/detail/blocks.h"
#include "model/network_state.h"

#include <array>

namespace csgis::nets {

enum class Trunk { residual, dilated, detailed, plain };  ///< Blocks of the descriptor.
enum class Core { residual, dilated, pyramid, plain };    ///< Blocks within the heads.
enum class Gate { none, cbam, filter };                   ///< What weighs the features before the last two heads.

/// What tells one network from another.
struct SmootherPlan {
  Trunk trunk = Trunk::dilated;
  Core core = Core::dilated;
  Gate gate = Gate::none;
  bool has_edge = true;        ///< Else one head "interpreter" makes the image from the features.
  bool edge_is_given = false;  ///< The caller gives the edge map; the edge head is there and unused (published files).
  bool has_refine = true;      ///< A correction follows the first estimate.
  bool is_non_local = false;   ///< The first estimate goes through EdgeNonLocal.
  /// Squares of so many pixels a side become one pixel with their values as channels (pixel-unshuffle); all layers run
  /// on these, and edge and estimates are unfolded again. Sizes that are no multiple are padded by repeating the
  /// border.
  std::int64_t fold = 1;
  bool adds_input = false;  ///< The first estimate is a change of the image, where as many channels come out as go in.
};

/// Absent ones are undefined tensors, or the recorder's empty value.
template <class Value>
struct SmootherOutputs {
  Value edge;  ///< N x 1 x H x W, logits
  Value out1;  ///< First estimate; the only output of networks with one.
  Value out2;  ///< Correction
};

/// First convolution, then residual blocks.
struct DescriptorImpl : torch::nn::Module {
  DescriptorImpl(Trunk trunk, std::int64_t in, const NetworkSizes& size);
  Tensor forward(Tensor x);

  torch::nn::Conv2d conv_in;
  torch::nn::Sequential body;
};
TORCH_MODULE(Descriptor);

struct SmootherImpl : torch::nn::Module {
  SmootherImpl(const SmootherPlan& plan, const NetworkSizes& size);

  /// @param edge  N x 1 x H x W; needed by a plan with edge_is_given, not looked at by others
  SmootherOutputs<Tensor> forward(const Tensor& x, const Tensor& edge = {});

  /// The flow of values, for whatever executes or records it: `run` has apply(module, x), concat(a, b),
  /// add(a, b) and non_local(module, x, edge) on values of its own type. Images are folded as the plan says.
  template <class Run, class Value = typename Run::Value>
  SmootherOutputs<Value> trace(Run& run, const Value& x, const Value& given_edge) {
    const Value features = run.apply(descriptor, x);
    if (!plan.has_edge) return {Value{}, run.apply(interpreter, features), Value{}};
    SmootherOutputs<Value> out;
    out.edge = plan.edge_is_given ? given_edge : run.apply(interpreter1, features);
    const Value first = gated(run, 0, run.concat(features, out.edge));
    out.out1 = run.apply(interpreter2, first);
    if (plan.adds_input && size.in == size.out) out.out1 = run.add(out.out1, x);
    if (plan.is_non_local) out.out1 = run.apply(tail, run.non_local(egnl, out.out1, out.edge));
    if (plan.has_refine) out.out2 = run.apply(refine, gated(run, 1, run.concat(first, out.out1)));
    return out;
  }

  const SmootherPlan plan;
  const NetworkSizes size;
  Descriptor descriptor;
  torch::nn::Sequential interpreter{nullptr}, interpreter1{nullptr}, interpreter2{nullptr}, refine{nullptr};
  torch::nn::Sequential tail{nullptr};
  std::array<Cbam, 2> cbam{Cbam{nullptr}, Cbam{nullptr}};
  std::array<ChannelFilter, 2> filter{ChannelFilter{nullptr}, ChannelFilter{nullptr}};
  EdgeNonLocal egnl{nullptr};

 private:
  template <class Run, class Value>
  Value gated(Run& run, std::size_t which, const Value& x) {
    if (plan.gate == Gate::cbam) return run.apply(cbam[which], x);
    if (plan.gate == Gate::filter) return run.apply(filter[which], x);
    return x;
  }
  void add_heads();
  void add_lite_heads();
  void add_gates();
  /// Values of one pixel, folded.
  std::int64_t folded_channels(std::int64_t channels) const { return channels * plan.fold * plan.fold; }
};
TORCH_MODULE(Smoother);

/// Squares of fold x fold pixels as channels, c * fold^2 + row * fold + column; the border is repeated up to whole
/// squares.
Tensor folded(const Tensor& image, std::int64_t fold);
/// The inverse, cut to height and width.
Tensor unfolded(const Tensor& image, std::int64_t fold, std::int64_t height, std::int64_t width);

/// The smoothed image: the sum of the estimates, or the only one.
Tensor smoothed(const SmootherOutputs<Tensor>& outputs);

}  // namespace csgis::nets
