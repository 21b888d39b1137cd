#pragma once
/// A smoothing network as a list of steps for inference: BN folded into the convolutions, ReLU and residual sums into
/// the step of the convolution before them. Made by recording what SmootherImpl::trace does; carried out by Engine.

#include "model/detail/smoother.h"

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace csgis::nets {

/// A value that flows between steps, by number. -1: none.
using ValueId = int;
inline constexpr ValueId kNoValue = -1;

/// Values are stored with their channels rounded up to a multiple of this, the rest zero: the vector kernels of every
/// backend then have no remainders.
inline constexpr std::int64_t kChannelBlock = 16;
constexpr std::int64_t padded_channels(std::int64_t channels) {
  return (channels + kChannelBlock - 1) / kChannelBlock * kChannelBlock;
}

/// out = after + relu(inside + conv(in)); the sums and the ReLU where they are set. Stride 1, zero padding, same size.
struct ConvStep {
  ValueId in, out;
  torch::Tensor weight;  ///< out x in x k x k, float32, channels padded
  torch::Tensor bias;    ///< float32
  std::int64_t dilation;
  bool relu = false;
  ValueId inside = kNoValue, after = kNoValue;

  /// How far the result looks beyond a pixel.
  std::int64_t reach() const { return dilation * (weight.size(2) - 1) / 2; }
};

/// The channels of several values side by side, without their padding.
struct ConcatStep {
  std::vector<ValueId> in;
  ValueId out;
};

/// A block that sees the whole image; runs in float32 as it stands.
struct ModuleStep {
  std::vector<ValueId> in;
  ValueId out;
  std::shared_ptr<torch::nn::Module> module;
  std::function<torch::Tensor(torch::nn::Module&, const std::vector<torch::Tensor>&)> call;
  /// Working memory for an image of these channels, height and width; an estimate.
  double (*bytes)(std::int64_t, std::int64_t, std::int64_t);
};

using Step = std::variant<ConvStep, ConcatStep, ModuleStep>;

std::vector<ValueId> inputs_of(const Step& step);
ValueId output_of(const Step& step);

struct Program {
  struct Value {
    std::int64_t channels;     ///< Without padding.
    std::int64_t margin = 0;   ///< How far beyond a region of the result it must be known.
    std::size_t last_use = 0;  ///< Number of the last step that reads it; the result outlives all.
  };
  ValueId image = 0, edge = kNoValue, result = kNoValue;  ///< edge: an input where the network needs a map.
  std::vector<Value> values;
  std::vector<Step> steps;
  bool is_local = true;  ///< No step looks at the whole image: regions can be computed alone.
  /// The image is folded (smoother.h) before the first step and the result unfolded after the last: all sizes and
  /// margins within the program count squares of so many pixels a side.
  std::int64_t fold = 1;

  Value& value(ValueId id) { return values[static_cast<std::size_t>(id)]; }
  const Value& value(ValueId id) const { return values[static_cast<std::size_t>(id)]; }

  /// Pixels around a region of the result that decide it.
  std::int64_t halo() const { return value(image).margin * fold; }
  /// Channels, padding included, of all values alive at once when it is most, working space of convolutions included;
  /// of folded pixels.
  std::int64_t peak_channels() const;
  /// Multiplications and additions of the convolutions, padding of channels not counted.
  std::int64_t operations_per_pixel() const;
};

/// Records a network in evaluation mode. Convolutions are copied, blocks that see the whole image are shared.
Program record(SmootherImpl& network);

}  // namespace csgis::nets
