#include "pipelines/train_output.h"

#include "core/error.h"
#include "core/version.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"
#include "model/checkpoint.h"
#include "model/safetensors.h"
#include "pipelines/model_module.h"
#include "pipelines/run_identity.h"
#include "pipelines/train_page.h"
#include "pipelines/train_pictures.h"
#include "pipelines/weights.h"

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

#include <chrono>
#include <cmath>
#include <ctime>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kErrorsFile = "errors.jsonl";
constexpr const char* kSamples = "samples";
constexpr const char* kEvents = "tensorboard";
constexpr int kPublishedEpochs = 30;  ///< The published program keeps every thirtieth epoch.

std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32] = "";
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

bool is_there(const fs::path& path) {
  boost::system::error_code ignored;
  return fs::exists(path, ignored);
}

std::vector<std::pair<std::string, double>> tagged(const std::string& group, const StepMeans& means) {
  std::vector<std::pair<std::string, double>> values;
  for (const auto& [name, value] : means.means()) values.emplace_back(group + "/" + name, value);
  return values;
}

/// The files of ours in a folder whose names begin with `prefix`.
void remove_with_prefix(const fs::path& folder, const std::string& prefix) {
  boost::system::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(prefix)) found.push_back(entry->path());
  }
  for (const fs::path& path : found) fs::remove(path, error);
}

}  // namespace

bool published_rule_saves(std::int64_t epoch, double score, double best) {
  return score > best || epoch % kPublishedEpochs == 0;
}

std::string published_checkpoint_name(std::int64_t epoch, double ssim, double psnr) {
  return fmt::format("epoch {}_ssim {:.6f}_psnr {:.6f} ", epoch, ssim, psnr);
}

std::optional<SavedTraining> find_saved(const TrainPlan& plan) {
  const fs::path path = fs::path(plan.options.out) / kStateFile;
  if (!plan.options.resume || !is_there(path)) return std::nullopt;
  std::optional<SavedTraining> saved;
  try {
    saved = load_train_state(path);
  } catch (const Error& error) {
    fail<OutputError>("{}; --overwrite without --resume starts anew", error.what());
  }
  require<OutputError>(saved->state.identity == plan.identity_hash(), "{} is of another training than {}",
                       path.string(), kRunFile);
  require<UsageError>(saved->state.step <= plan.steps, "{} steps are done already, more than the {} asked for",
                      saved->state.step, plan.steps);
  return saved;
}

TrainOutput::TrainOutput(const TrainPlan& plan, const RunContext& context)
    : plan_(plan), context_(context), folder_(plan.options.out, Shard{}, context.log) {
  if (!is_there(folder_.path(kRunFile)) && !is_there(folder_.path(kStateFile))) return;
  if (context.options.overwrite && !plan.options.resume) {
    remove_old();
    return;
  }
  check_is_ours();
  require<OutputError>(plan.options.resume, "{} holds this training already; --resume goes on, --overwrite starts anew",
                       plan.options.out);
}

void TrainOutput::check_is_ours() {
  Json before;
  try {
    const auto bytes = read_file_bytes(folder_.path(kRunFile));
    run_ = Json::parse(bytes.begin(), bytes.end());
    before = run_.at("identity");
    require<DataError>(run_.at("runs").is_array(), "no list of runs");
  } catch (const std::exception& error) {
    fail<OutputError>("{} is no record of a training ({}); --overwrite starts anew", folder_.path(kRunFile).string(),
                      error.what());
  }
  require<OutputError>(before == plan_.identity,
                       "{} belongs to another training ({}); choose another folder, or --overwrite to start anew",
                       plan_.options.out, first_difference(plan_.identity, before));
}

void TrainOutput::remove_old() {
  for (const char* file : {kStateFile, kRunFile, kMetricsFile, kBestFile, kWeightsFile, kErrorsFile, kTrainPageFile}) {
    folder_.remove(file);
  }
  remove_with_prefix(folder_.path(kEvents), "events.out.tfevents.");
  remove_with_prefix(folder_.path(kSamples), "epoch-");
  remove_with_prefix(folder_.root(), "epoch ");  // published_checkpoint_name()
}

void TrainOutput::begin(const TrainState& state, const Json& network) {
  const ModelRuntime runtime = model_module().runtime();
  Json runs = run_.contains("runs") ? run_["runs"] : Json::array();
  const bool is_first = runs.empty();
  if (!is_first && runs.back().value("threads", 0) != context_.options.threads) {
    context_.log.warning("the earlier part ran on {} threads: not bit for bit what one run would give",
                         runs.back().value("threads", 0));
  }
  runs.push_back({{"from_step", state.step},
                  {"steps", plan_.steps},
                  {"started", time_text()},
                  {"device", plan_.options.device},
                  {"threads", context_.options.threads},
                  {"processes", plan_.process.count},
                  {"torch", runtime.torch_version}});
  run_ = {{"schema", 1},
          {"toolkit", kVersion},
          {"network", network},
          {"batches_per_epoch", plan_.batches},
          {"score", plan_.score()},
          {"identity", plan_.identity},
          {"runs", std::move(runs)}};
  folder_.write_synced(kRunFile, run_.dump(1) + '\n');
  folder_.remove(kErrorsFile);
  folder_.make_folder(kEvents);
  log_.emplace(folder_, state.step, state.epoch);
  events_.emplace(folder_.path(kEvents), is_first ? std::nullopt : std::optional(state.step));
}

void TrainOutput::log_steps(const TrainState& state, std::int64_t steps, double seconds) {
  const double images =
      static_cast<double>(steps * plan_.options.samples.batch * plan_.process.count) / std::max(seconds, 1e-9);
  Json line{{"step", state.step}, {"epoch", state.epoch}, {"rate", state.rate}};
  for (const auto& [name, value] : state.logged_means.means()) line[name] = number_json(value);
  line["time"] = {{"seconds", state.seconds}, {"images_per_second", images}};
  log_->write(line);
  auto values = tagged("train", state.logged_means);
  values.emplace_back("rate", state.rate);
  values.emplace_back("images_per_second", images);
  events_->scalars(state.step, values);
}

void TrainOutput::log_epoch(const TrainState& state, const StepMeans& validation, bool is_end) {
  Json line{{"step", state.step}, {"epoch", state.epoch}, {"rate", state.rate}};
  if (is_end) line["end"] = true;
  line["train"] = state.epoch_means.json();
  line["val"] = validation.json();
  line["time"] = {{"seconds", state.seconds}};
  log_->write(line);
  log_->sync();
  auto values = tagged("epoch", state.epoch_means);
  for (auto& value : tagged("val", validation)) values.push_back(std::move(value));
  events_->scalars(state.step, values);
}

void TrainOutput::save_pictures(const TrainState& state, const std::vector<SamplePicture>& pictures) {
  if (pictures.empty()) return;
  const Image8 grid = picture_grid(pictures);
  PngWriter png;
  folder_.make_folder(kSamples);
  folder_.write(fmt::format("{}/epoch-{:04}.png", kSamples, state.epoch), png.encode(grid));
  events_->picture(state.step, "val/samples", grid);
}

void TrainOutput::save_state(const Trainer& trainer, const TrainState& state) {
  save_train_state(folder_.path(kStateFile), trainer.state(), state);
}

void TrainOutput::keep_best(const Trainer& trainer, const TrainState& state, const StepMeans& validation) {
  const double score = validation.mean(plan_.score());
  if (plan_.options.recipe == RecipeName::corrected) {
    if (score > state.best) save_weights(kBestFile, trainer, state, validation);
    return;
  }
  if (!published_rule_saves(state.epoch, score, state.best)) return;
  Checkpoint checkpoint = trainer.state();
  checkpoint.part = "net";
  checkpoint.epoch = state.epoch + 1;
  const std::string name = published_checkpoint_name(state.epoch, score, validation.mean("psnr"));
  write_torch_file(folder_.path(name).string(), checkpoint, true);
}

SeenTruths TrainOutput::seen(const std::string& file) {
  const std::string& init = plan_.options.init;
  if (!seen_) {
    seen_.emplace();
    if (!init.empty()) {
      const auto& notes = read_checkpoint(init).state.metadata;
      const auto note = notes.find("training");
      const auto before = note == notes.end() ? std::nullopt : seen_truths_from(note->second);
      seen_ = before.value_or(SeenTruths{{}, {}, false});
    }
    seen_->trained_on.add(TruthList::of(plan_.source->truth_hashes(true, context_)));
    held_out_ = TruthList::of(plan_.source->truth_hashes(false, context_));
  }
  SeenTruths seen = *seen_;
  if (file == kBestFile) seen.chosen_on.add(held_out_);
  return seen;
}

void TrainOutput::save_weights(const std::string& file, const Trainer& trainer, const TrainState& state,
                               const StepMeans& validation) {
  const TrainOptions& o = plan_.options;
  TensorFile weights = trainer.weights();
  Json training{{"toolkit", kVersion}, {"epoch", state.epoch}, {"steps", state.step}, {"identity", plan_.identity}};
  if (has_contrast(o)) training["margins"] = {state.margin, state.margin_features};
  if (o.vgg_weights.starts_with("random:")) training["vgg"] = o.vgg_weights + ": random weights, no published setting";
  training["val"] = validation.json();
  if (o.task == TrainingTask::smooth) training["truths"] = to_json(seen(file));
  weights.metadata["kind"] = o.network;
  if (o.task == TrainingTask::smooth) {
    weights.metadata["width"] = std::to_string(o.width);
    weights.metadata["blocks"] = std::to_string(o.blocks);
  } else {
    weights.metadata["output_stride"] = std::to_string(o.output_stride);
  }
  weights.metadata["colour"] = to_name(plan_.is_bgr() ? ChannelOrder::bgr : ChannelOrder::rgb);
  weights.metadata["recipe"] = plan_.recipe.text();
  weights.metadata["training"] = training.dump();
  write_safetensors(folder_.path(file).string(), weights, true);
}

void TrainOutput::write_page() {
  folder_.write_synced(kTrainPageFile, train_page(folder_.root()));
}

void TrainOutput::note_failure(const TrainState& state, const std::string& samples, const std::string& reason) {
  const Json line{
      {"item", fmt::format("step {}", state.step + 1)}, {"file", samples}, {"stage", "train"}, {"reason", reason}};
  folder_.write_synced(kErrorsFile, line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

}  // namespace csgis
