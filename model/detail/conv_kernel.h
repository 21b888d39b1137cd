#pragma once
/// Convolutions prepared for one device and precision, with ReLU and a sum fused where the backend can. Images are
/// 1 x C x H x W, channels last, densely stored, C a multiple of kChannelBlock.

#include <torch/types.h>

#include <memory>
#include <vector>

namespace csgis::nets {

/// Memory that is used again. Not thread-safe.
class BufferPool {
 public:
  explicit BufferPool(torch::TensorOptions options) : options_(options) {}

  /// An image with undefined values.
  torch::Tensor take(std::int64_t channels, std::int64_t height, std::int64_t width);
  /// Says that nobody will look at the image any more. Images that did not come from here are just let go.
  void give(torch::Tensor image);
  /// Frees all that is not in use.
  void trim();

 private:
  struct Block {
    torch::Tensor memory;
    bool is_free;
  };
  torch::TensorOptions options_;
  std::vector<Block> blocks_;
};

struct ConvSpec {
  enum class Sum { none, inside, after };  ///< relu(conv + s), relu(conv) + s

  torch::Tensor weight;  ///< out x in x k x k, float32
  torch::Tensor bias;    ///< out, float32
  std::int64_t dilation = 1;
  bool relu = false;
  Sum sum = Sum::none;
};

/// Not thread-safe: a kernel has working space.
class ConvKernel {
 public:
  virtual ~ConvKernel() = default;
  /// @param sum  with a sum: the summand, of the result's size, which the kernel may overwrite and return
  virtual torch::Tensor run(const torch::Tensor& x, torch::Tensor sum, BufferPool& pool) = 0;
};

/// Where and how precisely a network runs.
struct Target {
  torch::Device device = torch::kCPU;
  torch::ScalarType type = torch::kFloat32;
  bool plain_operators = false;  ///< LibTorch's operators even where oneDNN could be called directly.

  torch::TensorOptions options() const { return torch::TensorOptions(type).device(device); }
};

/// oneDNN where it is there and the target is the CPU, else LibTorch.
std::unique_ptr<ConvKernel> make_conv_kernel(const ConvSpec& spec, const Target& target);

/// The kernels of oneDNN; null when it was not built in or cannot do this precision here.
std::unique_ptr<ConvKernel> make_onednn_kernel(const ConvSpec& spec, const Target& target);

}  // namespace csgis::nets
