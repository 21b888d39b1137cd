#pragma once
/// Everything a training needs to go on, in one file.

#include "model/checkpoint.h"
#include "pipelines/step_means.h"

#include <boost/filesystem/path.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace csgis {

inline constexpr const char* kStateFile = "last.ckpt";

/// Where a training stands, besides what its trainer holds.
struct TrainState {
  std::int64_t epoch = 0;  ///< The one at work, from 0.
  std::int64_t batch = 0;  ///< Batches of it that are done.
  std::int64_t step = 0;   ///< Batches of all epochs that are done.
  double rate = 0;         ///< Learning rate of the last step.
  double best = 0;         ///< Best mean SSIM of a validation so far; 0 before the first, as published.
  std::optional<std::int64_t> best_epoch;
  double margin = 0, margin_features = 0;
  double seconds = 0;      ///< Time at work so far, of all runs.
  StepMeans epoch_means;   ///< Of the epoch at work.
  StepMeans logged_means;  ///< Since the last line of metrics.jsonl.
  StepMeans validation;    ///< Of the last whole epoch.
  std::string identity;    ///< Of the run (train_setup.h).
};

/// Writes trainer and state as one checkpoint, which torch.load reads too: the state as JSON in its notes. The file is
/// replaced as a whole. @throws OutputError
void save_train_state(const boost::filesystem::path& path, Checkpoint trainer, const TrainState& state);

struct SavedTraining {
  Checkpoint trainer;
  TrainState state;
};

/// @throws IoError, DataError  naming the file
SavedTraining load_train_state(const boost::filesystem::path& path);

}  // namespace csgis
