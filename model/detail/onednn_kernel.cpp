/// The one file that knows oneDNN. LibTorch's own operators call the same library, but cannot fuse a sum and a ReLU
/// into a convolution, nor choose where its result goes.

#include "model/detail/conv_kernel.h"
#include "model/detail/load_predictor.h"

#ifdef CSGIS_HAS_ONEDNN
#include <fmt/format.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <map>
#include <utility>

namespace csgis::nets {
namespace {

using dnnl::memory;

const dnnl::engine& cpu_engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// Stream and working space, shared by all kernels of a thread.
struct Runtime {
  const dnnl::engine& engine = cpu_engine();
  dnnl::stream stream{engine};
  torch::Tensor scratch = torch::empty({0}, torch::kUInt8);

  static Runtime& of_thread() {
    thread_local Runtime runtime;
    return runtime;
  }

  memory scratchpad(const memory::desc& desc) {
    const auto bytes = static_cast<std::int64_t>(desc.get_size());
    if (scratch.numel() < bytes) scratch = torch::empty({bytes}, torch::kUInt8);
    return memory(desc, engine, scratch.data_ptr());
  }
};

class OnednnKernel : public ConvKernel {
 public:
  OnednnKernel(const ConvSpec& spec, torch::ScalarType type)
      : spec_(spec), type_(type == torch::kFloat32 ? memory::data_type::f32 : memory::data_type::bf16) {
    spec_.weight = spec.weight.contiguous();
    spec_.bias = spec.bias.contiguous();
  }

  torch::Tensor run(const torch::Tensor& x, torch::Tensor sum, BufferPool& pool) override {
    const std::int64_t height = x.size(2), width = x.size(3);
    Prepared& prepared = prepared_for(height, width);
    torch::Tensor y = sum.defined() ? sum : pool.take(spec_.weight.size(0), height, width);
    Runtime& runtime = Runtime::of_thread();
    const auto& desc = prepared.desc;
    const auto at = [&](const memory::desc& d, void* data) { return memory(d, runtime.engine, data); };
    prepared.conv.execute(runtime.stream, {{DNNL_ARG_SRC, at(desc.src_desc(), x.data_ptr())},
                                           {DNNL_ARG_WEIGHTS, prepared.weights},
                                           {DNNL_ARG_BIAS, at(desc.bias_desc(), spec_.bias.data_ptr())},
                                           {DNNL_ARG_DST, at(desc.dst_desc(), y.data_ptr())},
                                           {DNNL_ARG_SCRATCHPAD, runtime.scratchpad(desc.scratchpad_desc())}});
    runtime.stream.wait();
    return y;
  }

 private:
  struct Prepared {
    dnnl::convolution_forward::primitive_desc desc;
    dnnl::convolution_forward conv;
    memory weights;  ///< In the layout that this size's kernel wants.
  };

  Prepared& prepared_for(std::int64_t height, std::int64_t width) {
    const auto found = prepared_.find({height, width});
    if (found != prepared_.end()) return found->second;
    constexpr std::size_t kMaxSizes = 32;  // a folder of images may have any number of sizes
    if (prepared_.size() >= kMaxSizes) prepared_.clear();
    return prepared_.emplace(std::pair(height, width), prepare(height, width)).first->second;
  }

  Prepared prepare(std::int64_t height, std::int64_t width) {
    const memory::dim out = spec_.weight.size(0), in = spec_.weight.size(1), kernel = spec_.weight.size(2);
    const memory::dim dilation = spec_.dilation - 1, padding = spec_.dilation * (kernel - 1) / 2;
    const auto image = [&](memory::dim channels) {
      return memory::desc({1, channels, height, width}, type_, memory::format_tag::nhwc);
    };
    const dnnl::convolution_forward::desc conv(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, image(in),
        memory::desc({out, in, kernel, kernel}, type_, memory::format_tag::any),
        memory::desc({out}, memory::data_type::f32, memory::format_tag::x), image(out), {1, 1}, {dilation, dilation},
        {padding, padding}, {padding, padding});
    const dnnl::convolution_forward::primitive_desc desc(conv, attributes(), Runtime::of_thread().engine);
    return {desc, dnnl::convolution_forward(desc), packed(desc.weights_desc())};
  }

  dnnl::primitive_attr attributes() const {
    dnnl::post_ops ops;
    if (spec_.sum == ConvSpec::Sum::inside) ops.append_sum(1);
    if (spec_.relu) ops.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
    if (spec_.sum == ConvSpec::Sum::after) ops.append_sum(1);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(ops);
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
  }

  /// The weights in a layout; sizes that want the same share them.
  memory packed(const memory::desc& layout) {
    for (const memory& weights : packed_) {
      if (weights.get_desc() == layout) return weights;
    }
    Runtime& runtime = Runtime::of_thread();
    const auto sizes = spec_.weight.sizes().vec();
    memory plain({sizes, memory::data_type::f32, memory::format_tag::oihw}, runtime.engine, spec_.weight.data_ptr());
    memory weights(layout, runtime.engine);
    dnnl::reorder(plain, weights).execute(runtime.stream, plain, weights);
    runtime.stream.wait();
    packed_.push_back(weights);
    return weights;
  }

  ConvSpec spec_;
  memory::data_type type_;
  std::vector<memory> packed_;
  std::map<std::pair<std::int64_t, std::int64_t>, Prepared> prepared_;
};

}  // namespace

std::unique_ptr<ConvKernel> make_onednn_kernel(const ConvSpec& spec, const Target& target) {
  const bool fits = target.device.is_cpu() && !target.plain_operators &&
                    (target.type == torch::kFloat32 || target.type == torch::kBFloat16);
  return fits ? std::make_unique<OnednnKernel>(spec, target.type) : nullptr;
}

std::string onednn_version() {
  const dnnl_version_t* version = dnnl_version();
  return fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
}

}  // namespace csgis::nets

#else

namespace csgis::nets {

std::unique_ptr<ConvKernel> make_onednn_kernel(const ConvSpec& /*spec*/, const Target& /*target*/) {
  return nullptr;
}

std::string onednn_version() {
  return {};
}

}  // namespace csgis::nets

#endif
