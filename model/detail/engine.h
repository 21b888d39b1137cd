#pragma once
/// Carries out a Program: values are stored channels last in the target's precision, buffers are used again, and large
/// images are cut into regions, each with the surroundings that decide it.

#include "model/detail/conv_kernel.h"
#include "model/detail/program.h"

namespace csgis::nets {

/// Rows top .. bottom - 1, columns left .. right - 1.
struct Region {
  std::int64_t top, left, bottom, right;

  std::int64_t height() const { return bottom - top; }
  std::int64_t width() const { return right - left; }
  bool operator==(const Region&) const = default;
  /// Grown by `margin` on each side, within an image.
  Region grown(std::int64_t margin, std::int64_t image_height, std::int64_t image_width) const;
};

struct EngineRun {
  std::int64_t tile = 0;       ///< Largest height and width of a region of the result; 0 for the whole image at once.
  bool swap_channels = false;  ///< The first channel of image and result is the network's last, and so on.
};

/// Not thread-safe: one engine is used by one thread at a time.
class Engine {
 public:
  /// @throws InvalidArgument  a precision that the device cannot do
  Engine(Program program, const Target& target);

  /// Smooths an image. A pixel of the result does not depend on the tiles, up to rounding.
  /// @param image  1 x C x H x W float32 on the CPU, any strides
  /// @param edge   1 x 1 x H x W where the network wants an edge map, else ignored
  /// @param out    as `image`; overwritten
  /// @throws InvalidArgument  a missing map, or tiles for a network that sees the whole image
  void run(const torch::Tensor& image, const torch::Tensor& edge, const EngineRun& how, torch::Tensor& out);

  /// Working memory for a region of this size, surroundings included; not the image and the result themselves.
  double bytes(std::int64_t height, std::int64_t width) const;
  /// Frees all buffers.
  void forget();
  const Program& program() const { return program_; }

 private:
  struct Slot {
    torch::Tensor image;
    Region region;
  };

  void run_folded(const torch::Tensor& image, const EngineRun& how, torch::Tensor& out);
  void run_regions(const torch::Tensor& image, const torch::Tensor& edge, const EngineRun& how, torch::Tensor& out);
  Region needed(ValueId id, const Region& core) const;
  void load(ValueId id, const torch::Tensor& from, const Region& core, bool swap_channels);
  void run_steps(const Region& core);
  void carry_out(const ConvStep& step, std::size_t number, const Region& core);
  void carry_out(const ConcatStep& step, const Region& core);
  void carry_out(const ModuleStep& step);
  torch::Tensor summand(ValueId id, std::size_t number, const Region& region);
  torch::Tensor cropped(const Slot& slot, const Region& region);
  void release(ValueId id);
  Slot& slot(ValueId id) { return slots_[static_cast<std::size_t>(id)]; }

  Program program_;
  Target target_;
  BufferPool pool_;
  std::vector<std::unique_ptr<ConvKernel>> kernels_;  ///< By step; null for others than convolutions.
  std::vector<Slot> slots_;                           ///< By value.
  std::int64_t height_ = 0, width_ = 0;
};

}  // namespace csgis::nets
