#pragma once
/// Batches and options that tests of trainers share. Needs torch before it.

#include "model/trainer.h"

#include <torch/torch.h>

namespace csgis::nets {

/// Small and without normalisation.
inline TrainerOptions lite_options() {
  TrainerOptions options;
  options.network = "lite";
  options.sizes = {.width = 16, .blocks = 2};
  options.mode = TrainingMode::baseline;
  options.threads = 1;  // nothing here is large enough for more
  return options;
}

/// Two-toned squares with noise, edges at the squares' outlines, labels inside.
inline TrainingBatch scene_batch(std::int64_t count, std::int64_t size, std::uint64_t seed) {
  torch::manual_seed(seed);
  TrainingBatch batch{count, size, size, {}, {}, {}, {}, {}};
  const torch::Tensor inside = torch::zeros({count, 1, size, size});
  for (std::int64_t i = 0; i < count; ++i) {
    inside.select(0, i).narrow(1, 1 + i % 3, size / 2).narrow(2, 2 + i % 2, size / 2).fill_(1);
  }
  const torch::Tensor truth = 0.3 + 0.4 * inside * torch::rand({count, 3, 1, 1});
  const torch::Tensor input = (truth + 0.2 * torch::rand({count, 3, size, size})).clamp(0, 1);
  const torch::Tensor wide = torch::max_pool2d(inside, 3, 1, 1), edge = wide - inside;
  const auto bytes = [](const torch::Tensor& image) {
    const torch::Tensor stored = image.mul(255).round().to(torch::kUInt8).contiguous();
    const auto* data = stored.data_ptr<std::uint8_t>();
    return std::vector<std::uint8_t>(data, data + stored.numel());
  };
  batch.input = bytes(input);
  batch.truth = bytes(truth);
  batch.over = bytes(truth.mean({2, 3}, true).expand_as(truth));
  batch.edge = bytes(edge);
  batch.label = bytes(inside / 255);
  return batch;
}

}  // namespace csgis::nets
