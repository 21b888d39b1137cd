#pragma once
/// `csgis train`: epochs of steps and validations, records, and going on after an interruption.

#include "core/run_context.h"
#include "pipelines/step_means.h"
#include "pipelines/train_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace csgis {

/// How a training ended.
struct TrainReport {
  std::string out;
  std::uint64_t seed = 0;
  bool is_first = true;                ///< Else another process of the training writes the files and reports.
  std::int64_t steps = 0, epochs = 0;  ///< Done, of all runs; epochs: whole ones.
  bool is_complete = false;            ///< Else --minutes stopped it, and --resume goes on.
  double seconds = 0;                  ///< Time at work, of all runs.
  std::string score;                   ///< What validations are compared by: "ssim", "miou".
  std::optional<std::int64_t> best_epoch;
  double best = 0;       ///< Score of that epoch.
  StepMeans validation;  ///< The last one; without steps if there was none.
};

/// Trains, or goes on training, alone or with other processes (train_process.h), until the asked-for steps are done;
/// writes the files that train_output.h lists. With equal threads on one machine, and on the CPU, a training that was
/// interrupted any number of times ends with the weights of one that was not, bit for bit. Memory: the network's, a few
/// batches and the kept images of the data.
/// @throws UsageError, NothingUsable, DataError, IoError  see plan_training() and make_trainer()
/// @throws OutputError  see TrainOutput
/// @throws Cancelled    after the state is saved
/// @throws ItemFailed   a loss that is not finite; the state before that step is saved
TrainReport train(const TrainOptions& options, const RunContext& context);

}  // namespace csgis
