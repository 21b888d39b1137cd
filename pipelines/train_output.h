#pragma once
/// The files of a training.
///
///   run.json             what the training is, and when it was started where
///   last.ckpt            everything needed to go on; replaced as a whole (train_state.h)
///   metrics.jsonl        losses and scores (train_log.h)
///   tensorboard/         the same and pictures, for TensorBoard
///   samples/             pictures of validation samples, epoch by epoch
///   best.safetensors     weights of the epoch with the best validation
///   weights.safetensors  weights at the end
///   train.html           curves and pictures
/// In the recipe `reference` the published program's checkpoints stand in place of best.safetensors: a file for every
/// epoch that is better than all before, and for every thirtieth.

#include "core/run_context.h"
#include "pipelines/event_file.h"
#include "pipelines/output_folder.h"
#include "pipelines/seen_truths.h"
#include "pipelines/train_log.h"
#include "pipelines/train_setup.h"
#include "pipelines/train_state.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

inline constexpr const char* kRunFile = "run.json";
inline constexpr const char* kBestFile = "best.safetensors";
inline constexpr const char* kWeightsFile = "weights.safetensors";

/// Whether the published program saves a checkpoint: better than all before, else every thirtieth epoch.
bool published_rule_saves(std::int64_t epoch, double score, double best);
/// The name that it gives, with the blank at the end.
std::string published_checkpoint_name(std::int64_t epoch, double ssim, double psnr);

/// What the folder holds of a training to go on with; nothing where there is none.
/// @throws OutputError  it is damaged, or of another training
std::optional<SavedTraining> find_saved(const TrainPlan& plan);

/// Writes the files of one training. @throws OutputError everywhere
class TrainOutput {
 public:
  /// Takes the folder: locks it and looks at what lies there.
  /// @throws OutputError  without --overwrite: another training lies there, or this one and --resume is not given
  TrainOutput(const TrainPlan& plan, const RunContext& context);

  /// Writes run.json, and opens the logs behind the state.
  void begin(const TrainState& state, const nlohmann::ordered_json& network);

  /// A line of means. `steps` of them took `seconds`.
  void log_steps(const TrainState& state, std::int64_t steps, double seconds);
  /// A line of an epoch; is_end: of the end of a training in the middle of one.
  void log_epoch(const TrainState& state, const StepMeans& validation, bool is_end);
  void save_pictures(const TrainState& state, const std::vector<SamplePicture>& pictures);
  void save_state(const Trainer& trainer, const TrainState& state);
  /// best.safetensors, or a checkpoint by the published rule. `state` still holds the best score before.
  void keep_best(const Trainer& trainer, const TrainState& state, const StepMeans& validation);
  void save_weights(const std::string& file, const Trainer& trainer, const TrainState& state,
                    const StepMeans& validation);
  void write_page();
  /// Names a step that could not be done in errors.jsonl.
  void note_failure(const TrainState& state, const std::string& samples, const std::string& reason);

  OutputFolder& folder() { return folder_; }

 private:
  void check_is_ours();
  void remove_old();

  /// The ground truths that decided the weights in that file. They are looked at once.
  SeenTruths seen(const std::string& file);

  const TrainPlan& plan_;
  const RunContext& context_;
  OutputFolder folder_;
  std::optional<SeenTruths> seen_;  ///< By training and by initial weights.
  TruthList held_out_;
  nlohmann::ordered_json run_;
  std::optional<TrainLog> log_;
  std::optional<EventFile> events_;
};

}  // namespace csgis
