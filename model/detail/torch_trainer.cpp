#include "model/detail/torch_trainer.h"

#include "core/error.h"
#include "model/detail/device.h"
#include "model/detail/smoother_trainer.h"

namespace csgis::nets {

std::unique_ptr<Trainer> make_trainer(const TrainerOptions& options, const GuideWeights& guides) {
  require<UsageError>(options.precision != NetPrecision::fp16, "training: precision fp16; valid: fp32, bf16");
  require<UsageError>(options.task == TrainingTask::smooth, "training a segmenter is not there yet");
  require<UsageError>(is_smoother(options.network), "network {} does not smooth images", options.network);
  return std::make_unique<SmootherTrainer>(options, load_guides(options, guides));
}

}  // namespace csgis::nets
