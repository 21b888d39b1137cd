#include "model/detail/batch_tensors.h"

#include "core/error.h"
#include "model/detail/batch_augmentation.h"
#include "model/detail/losses.h"

#include <torch/torch.h>

namespace csgis::nets {
namespace {

using torch::Tensor;

class Layers {
 public:
  Layers(const TrainingBatch& batch, const torch::Device& device) : batch_(batch), device_(device) {}

  /// Bytes on the device.
  Tensor bytes(const std::vector<std::uint8_t>& layer, const char* name, std::int64_t channels) const {
    if (layer.empty()) return {};
    const auto expected = static_cast<std::size_t>(batch_.count * channels * batch_.height * batch_.width);
    require(layer.size() == expected, "training batch: the layer {} has {} bytes, {} x {} x {} x {} are {}", name,
            layer.size(), batch_.count, channels, batch_.height, batch_.width, expected);
    auto* const data = const_cast<std::uint8_t*>(layer.data());
    return torch::from_blob(data, {batch_.count, channels, batch_.height, batch_.width}, torch::kUInt8)
        .to(device_, torch::kUInt8, false, true);
  }

 private:
  const TrainingBatch& batch_;
  torch::Device device_;
};

}  // namespace

BatchTensors as_tensors(const TrainingBatch& batch, const torch::Device& device, bool augments_over) {
  const Layers layers(batch, device);
  Tensor input = layers.bytes(batch.input, "input", 3), truth = layers.bytes(batch.truth, "truth", 3);
  Tensor over = layers.bytes(batch.over, "over", 3), edge = layers.bytes(batch.edge, "edge", 1);
  Tensor label = layers.bytes(batch.label, "label", 1);
  if (!batch.draws.empty()) {
    require(batch.draws.size() == static_cast<std::size_t>(batch.count), "training batch: {} draws for {} samples",
            batch.draws.size(), batch.count);
    const BatchAugmentation change(batch.draws, batch.height, batch.width, device);
    for (Tensor* layer : {&input, &truth, &over, &edge, &label}) {
      if (!layer->defined() || (layer == &over && !augments_over)) continue;
      *layer = change.moved(*layer);
      if (layer != &edge && layer != &label) *layer = change.coloured(*layer);
    }
  }
  const auto image = [](const Tensor& stored) {
    return stored.defined() ? stored.to(torch::kFloat32).div_(255) : stored;
  };
  BatchTensors out{image(input), image(truth), image(over), {}, {}, {}};
  if (edge.defined()) {
    require(batch.edge_unit == 1 || batch.edge_unit == 255, "training batch: edge unit {}, must be 1 or 255",
            batch.edge_unit);
    out.edge = edge.to(torch::kFloat32).div_(batch.edge_unit);
    // The published older sets subtract in bytes, where 1 - 100 is 157.
    out.smooth = batch.edge_unit == 1 ? (1 - edge).to(torch::kFloat32) : 1 - out.edge;
  }
  if (label.defined()) out.label = label.squeeze(1);
  return out;
}

void check_labels(const torch::Tensor& label, std::int64_t classes, const std::vector<std::string>& keys) {
  const torch::Tensor wrong = ((label >= classes) & (label != kVoidLabel)).flatten(1).any(1);
  for (std::int64_t i = 0; i < wrong.size(0); ++i) {
    if (!wrong[i].item<bool>()) continue;
    const bool has_key = static_cast<std::size_t>(i) < keys.size();
    fail<InvalidArgument>("training: labels of {} are not below {} or 255",
                          has_key ? keys[static_cast<std::size_t>(i)] : "a sample", classes);
  }
}

}  // namespace csgis::nets
