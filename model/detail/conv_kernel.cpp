#include "model/detail/conv_kernel.h"

#include <ATen/Context.h>

#include <algorithm>

namespace csgis::nets {
namespace {

/// LibTorch's operators, on any device.
class OperatorKernel : public ConvKernel {
 public:
  OperatorKernel(const ConvSpec& spec, const Target& target)
      : weight_(spec.weight.to(target.options()).contiguous(torch::MemoryFormat::ChannelsLast)),
        bias_(spec.bias.to(target.options())),
        dilation_(spec.dilation),
        padding_(spec.dilation * (spec.weight.size(2) - 1) / 2),
        relu_(spec.relu),
        sum_(spec.sum),
        is_cudnn_(target.device.is_cuda() && at::globalContext().hasCuDNN()) {}

  torch::Tensor run(const torch::Tensor& x, torch::Tensor sum, BufferPool& /*pool*/) override {
    if (is_cudnn_ && relu_ && sum_ != ConvSpec::Sum::after) return run_fused(x, sum);
    torch::Tensor y = torch::conv2d(x, weight_, bias_, 1, padding_, dilation_);
    if (sum_ == ConvSpec::Sum::inside) y.add_(sum);
    if (relu_) y.relu_();
    return sum_ == ConvSpec::Sum::after ? sum.add_(y) : y;
  }

 private:
  torch::Tensor run_fused(const torch::Tensor& x, const torch::Tensor& sum) const {
    const std::vector<std::int64_t> stride{1, 1}, padding{padding_, padding_}, dilation{dilation_, dilation_};
    if (sum_ == ConvSpec::Sum::none) {
      return at::cudnn_convolution_relu(x, weight_, bias_, stride, padding, dilation, 1);
    }
    return at::cudnn_convolution_add_relu(x, weight_, sum, 1.0, bias_, stride, padding, dilation, 1);
  }

  torch::Tensor weight_, bias_;
  std::int64_t dilation_, padding_;
  bool relu_;
  ConvSpec::Sum sum_;
  bool is_cudnn_;
};

}  // namespace

torch::Tensor BufferPool::take(std::int64_t channels, std::int64_t height, std::int64_t width) {
  const std::int64_t count = channels * height * width;
  Block* best = nullptr;
  for (Block& block : blocks_) {
    if (!block.is_free || block.memory.numel() < count) continue;
    if (best == nullptr || block.memory.numel() < best->memory.numel()) best = &block;
  }
  if (best == nullptr) {
    // In place of a free one: regions of many sizes would otherwise leave blocks behind that nobody can use.
    const auto free = std::ranges::find_if(blocks_, &Block::is_free);
    if (free != blocks_.end()) blocks_.erase(free);
    blocks_.push_back({torch::empty({count}, options_), true});
    best = &blocks_.back();
  }
  best->is_free = false;
  return best->memory.as_strided({1, channels, height, width}, {count, 1, width * channels, channels});
}

void BufferPool::give(torch::Tensor image) {
  for (Block& block : blocks_) {
    if (block.memory.data_ptr() == image.data_ptr()) block.is_free = true;
  }
}

void BufferPool::trim() {
  std::erase_if(blocks_, [](const Block& block) { return block.is_free; });
}

std::unique_ptr<ConvKernel> make_conv_kernel(const ConvSpec& spec, const Target& target) {
  if (auto kernel = make_onednn_kernel(spec, target)) return kernel;
  return std::make_unique<OperatorKernel>(spec, target);
}

}  // namespace csgis::nets
