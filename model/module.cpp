#include "model/module.h"

#include "model/default_network.h"

#include "model/detail/load_predictor.h"
#include "model/detail/torch_trainer.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <fmt/format.h>

namespace csgis {
namespace {

class TorchModule : public ModelModule {
 public:
  ModelRuntime runtime() const override {
    ModelRuntime runtime;
    runtime.torch_version = TORCH_VERSION;
    runtime.threads = at::get_num_threads();
    if (torch::cuda::is_available()) {
      for (std::size_t i = 0; i < torch::cuda::device_count(); ++i) {
        runtime.cuda_devices.push_back(fmt::format("cuda:{}", i));
      }
    }
    runtime.onednn_version = nets::onednn_version();
    return runtime;
  }

  std::span<const std::byte> default_network() const override { return csgis::default_network(); }

  std::unique_ptr<Predictor> load(const TensorFile& weights, const PredictorOptions& options) const override {
    return nets::load_predictor(weights, options);
  }

  std::unique_ptr<Trainer> trainer(const TrainerOptions& options, const GuideWeights& guides) const override {
    return nets::make_trainer(options, guides);
  }
};

}  // namespace
}  // namespace csgis

extern "C" __attribute__((visibility("default"))) csgis::ModelModule* csgis_model_module() {
  static csgis::TorchModule module;
  return &module;
}
