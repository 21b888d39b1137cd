#pragma once
/// From options to a training that is ready to begin: data, networks, schedule, and the record of what it is.

#include "core/run_context.h"
#include "pipelines/train_options.h"
#include "pipelines/train_process.h"
#include "pipelines/training_samples.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace csgis {

/// What is known without the network module: enough to see whether the run is allowed.
struct TrainPlan {
  TrainOptions options;  ///< As given, with the network and its sizes.
  TrainProcess process;
  std::uint64_t seed = 0;
  Recipe recipe;
  std::shared_ptr<const SampleSource> source;
  std::unique_ptr<SampleStream> train;       ///< The part of this process.
  std::unique_ptr<SampleStream> validation;  ///< Null: the set holds nothing out, or another process validates.
  LearningRate rate;
  std::int64_t batches = 0;         ///< Of an epoch.
  std::int64_t steps = 0;           ///< Of the whole training.
  nlohmann::ordered_json identity;  ///< All that decides the weights: options, recipe, seed, hashes of data and files.

  bool is_bgr() const { return train->is_bgr(); }
  /// SHA-256 of the identity.
  std::string identity_hash() const;
  /// The name of the value by which validations are compared: "ssim", or "miou" of segmentation.
  const char* score() const { return options.task == TrainingTask::segment ? "miou" : "ssim"; }
};

/// @throws UsageError  options that contradict each other, or a set that lacks what the mode needs: names the option
/// @throws NothingUsable, DataError, IoError  see open_samples(); weights that cannot be read
TrainPlan plan_training(const TrainOptions& options, const RunContext& context);

/// The training stream as one process alone sees it.
std::unique_ptr<SampleStream> whole_stream(const TrainPlan& plan);

/// The trainer of a plan, with its initial weights and guides. Opens the network module.
/// @throws UsageError, DataError, IoError  see ModelModule::trainer()
std::unique_ptr<Trainer> make_trainer(const TrainPlan& plan, const RunContext& context);

}  // namespace csgis
