#include "model/detail/torch_trainer.h"

#include "core/error.h"
#include "model/detail/device.h"
#include "model/detail/segment_trainer.h"
#include "model/detail/smoother_trainer.h"

namespace csgis::nets {

std::unique_ptr<Trainer> make_trainer(const TrainerOptions& options, const GuideWeights& guides) {
  require<UsageError>(options.precision != NetPrecision::fp16, "training: precision fp16; valid: fp32, bf16");
  if (device_named(options.device).is_cpu()) keep_memory();
  const std::shared_ptr<Peers> peers = join_peers(options.rank, options.world, options.store);
  if (options.task == TrainingTask::segment) return std::make_unique<SegmentTrainer>(options, peers);
  require<UsageError>(is_smoother(options.network), "network {} does not smooth images", options.network);
  return std::make_unique<SmootherTrainer>(options, load_guides(options, guides), peers);
}

}  // namespace csgis::nets
