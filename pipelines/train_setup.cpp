#include "pipelines/train_setup.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "model/checkpoint.h"
#include "model/network_state.h"
#include "pipelines/hashing.h"
#include "pipelines/model_module.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRandom = "random:";

std::string default_network(TrainingTask task) {
  return task == TrainingTask::segment ? "DeepLabV3Plus_MobileNetV2" : "HDC_edge_refine";
}

/// Puts the network that is trained when nobody says otherwise, and its sizes, in place of none.
void name_network(TrainOptions& o) {
  if (o.network.empty()) o.network = default_network(o.task);
  const NetworkSizes sizes = default_sizes(o.network);
  if (o.width == 0) o.width = static_cast<int>(sizes.width);
  if (o.blocks == 0) o.blocks = static_cast<int>(sizes.blocks);
}

/// The seed of "random:SEED"; nothing for a file. @throws UsageError
std::optional<std::uint64_t> random_seed(const std::string& weights) {
  if (!weights.starts_with(kRandom)) return std::nullopt;
  std::uint64_t seed = 0;
  const char* const end = weights.data() + weights.size();
  const auto [stop, error] = std::from_chars(weights.data() + kRandom.size(), end, seed);
  require<UsageError>(error == std::errc() && stop == end, "--vgg-weights is '{}', must be a file or random:SEED",
                      weights);
  return seed;
}

/// What stands for a weight file in the identity: its hash, or what it says itself; null without one.
Json weights_identity(const std::string& weights) {
  if (weights.empty()) return nullptr;
  if (weights.starts_with(kRandom)) return weights;
  return sha256_hex(read_file_bytes(weights));
}

void check_process(const TrainPlan& plan) {
  if (plan.process.is_alone()) return;
  require<UsageError>(plan.options.minutes == 0, "--minutes is for one process, here are {}", plan.process.count);
  require<UsageError>(plan.options.seeds == 1, "--seeds is for one process, here are {}", plan.process.count);
}

void check_layers(const TrainPlan& plan) {
  const TrainOptions& o = plan.options;
  const LayerSet needed = needed_layers(o), there = plan.source->layers();
  const std::string name = plan.source->name();
  require<UsageError>(!needed.edge || there.edge, "--data {}: there are no edge maps", name);
  require<UsageError>(
      !needed.over || there.over,
      "--mode {} needs over-smoothed images, which {} lacks: csgis build --over METHOD makes them; --negative input "
      "does without",
      to_name(o.mode), name);
  if (!needed.label) return;
  const std::string why = o.task == TrainingTask::segment ? "--task segment" : "--mode " + to_name(o.mode);
  require<UsageError>(there.label && plan.source->label_kind() != SampleLabels::none,
                      "{} needs label maps, which {} lacks: csgis build --labels DIR adds them", why, name);
  require<UsageError>(plan.source->label_kind() == SampleLabels::classes,
                      "{} needs label maps of classes; those of {} are of instances", why, name);
}

/// Threads that prepare batches: with a GPU all but one, else few, since the network wants the cores.
int workers_for(const TrainOptions& o, int threads) {
  if (o.workers > 0) return o.workers;
  return std::max(1, o.device == "cpu" ? threads / 4 : threads - 1);
}

StreamSetup stream_setup(const TrainPlan& plan, int workers) {
  StreamSetup setup;
  setup.seed = plan.seed;
  setup.needed = needed_layers(plan.options);
  setup.recipe = plan.recipe;
  setup.workers = workers;
  return setup;
}

void open_streams(TrainPlan& plan, const RunContext& context) {
  StreamSetup mine = stream_setup(plan, workers_for(plan.options, context.options.threads));
  mine.rank = static_cast<std::uint64_t>(plan.process.rank);
  mine.ranks = static_cast<std::uint64_t>(plan.process.count);
  plan.train = std::make_unique<SampleStream>(plan.source, StreamUse::train, plan.options.samples, mine);
  if (!plan.process.is_first()) return;
  const bool holds_out = plan.source->size(false) > 0 || !plan.recipe.fixes(16);
  if (!holds_out) {
    context.log.warning("{}: nothing is held out, so that no weights can be called the best", plan.source->name());
    return;
  }
  plan.validation =
      std::make_unique<SampleStream>(plan.source, StreamUse::validation, plan.options.samples, stream_setup(plan, 1));
}

void set_length(TrainPlan& plan) {
  const TrainOptions& o = plan.options;
  plan.batches = static_cast<std::int64_t>(plan.train->batches_per_epoch());
  plan.steps = o.steps > 0 ? o.steps : plan.batches * o.epochs;
}

LearningRate rate_of(const TrainOptions& o, std::int64_t steps) {
  LearningRate rate;
  rate.curve = o.schedule.value_or(o.task == TrainingTask::segment ? RateCurve::poly : RateCurve::steps);
  rate.base = o.lr;
  rate.factor = o.lr_factor;
  rate.milestones = parse_milestones(o.milestones);
  rate.last = std::min(o.last_lr, o.lr);
  rate.steps = steps;
  rate.warmup = o.warmup;
  return rate;
}

Json identity_of(const TrainPlan& plan) {
  const TrainOptions& o = plan.options;
  Json options = Json(to_json_record(o));
  options.erase("fix");  // the recipe says it
  // What options mean, not how they were said; none that change nothing.
  options["schedule"] = to_name(plan.rate.curve);
  if (o.samples.val_crop == 0) options["val-crop"] = o.samples.patch;
  if (!has_contrast(o)) {
    for (const char* name : {"contrast", "contrast-weight", "margin", "margin-features", "negative"})
      options.erase(name);
  }
  if (o.samples.data != kSynthData) {
    for (const char* name : {"synth-epoch", "synth-val"}) options.erase(name);
  }
  return {{"options", std::move(options)},
          {"recipe", plan.recipe.text()},
          {"seed", plan.seed},
          {"processes", plan.process.count},
          {"data", plan.source->identity()},
          {"init", weights_identity(o.init)},
          {"vgg-weights", weights_identity(o.vgg_weights)},
          {"seg-weights", weights_identity(o.seg_weights)},
          // Only a schedule that looks at the end makes a longer training another one.
          {"length", plan.rate.curve == RateCurve::steps ? Json(nullptr) : Json(plan.steps)}};
}

}  // namespace

std::string TrainPlan::identity_hash() const {
  return sha256_hex(identity.dump());
}

TrainPlan plan_training(const TrainOptions& options, const RunContext& context) {
  check(options);
  random_seed(options.vgg_weights);
  TrainPlan plan;
  plan.options = options;
  name_network(plan.options);
  plan.process = TrainProcess::from_environment(options.out);
  check_process(plan);
  plan.seed = context.options.seed;
  plan.recipe = recipe_of(options);
  plan.source = open_samples(options.samples, plan.seed);
  check_layers(plan);
  open_streams(plan, context);
  set_length(plan);
  plan.rate = rate_of(plan.options, plan.steps);
  plan.identity = identity_of(plan);
  return plan;
}

std::unique_ptr<SampleStream> whole_stream(const TrainPlan& plan) {
  return std::make_unique<SampleStream>(plan.source, StreamUse::train, plan.options.samples, stream_setup(plan, 0));
}

std::unique_ptr<Trainer> make_trainer(const TrainPlan& plan, const RunContext& context) {
  const TrainOptions& o = plan.options;
  TrainerOptions how;
  how.task = o.task;
  how.network = o.network;
  how.sizes = default_sizes(o.network);
  how.sizes.width = o.width;
  how.sizes.blocks = o.blocks;
  how.mode = o.mode;
  how.recipe = plan.recipe;
  how.contrast = o.contrast;
  how.contrast_weight = o.contrast_weight;
  how.edge_weight = o.edge_weight;
  how.segment_weight = o.segment_weight;
  how.optimizer = o.optimizer;
  how.precision = o.precision;
  how.ema = o.ema;
  how.accumulate = o.accumulate;
  how.output_stride = o.output_stride;
  how.seed = plan.seed;
  const auto vgg_seed = random_seed(o.vgg_weights);
  how.random_vgg = vgg_seed.has_value();
  how.vgg_seed = vgg_seed.value_or(0);
  const bool shares_machine = o.device == "cuda" && !plan.process.is_alone();
  how.device = shares_machine ? fmt::format("cuda:{}", plan.process.local_rank) : o.device;
  how.rank = plan.process.rank;
  how.world = plan.process.count;
  how.store = plan.process.meeting;
  how.threads = context.options.threads;

  std::optional<Checkpoint> segmenter, vgg;
  if (!o.seg_weights.empty()) segmenter = read_checkpoint(o.seg_weights);
  if (!o.vgg_weights.empty() && !how.random_vgg) vgg = read_checkpoint(o.vgg_weights);
  GuideWeights guides;
  if (segmenter) guides.segmenter = &segmenter->state;
  if (vgg) guides.vgg = &vgg->state;
  std::unique_ptr<Trainer> trainer = model_module().trainer(how, guides);
  if (!o.init.empty()) {
    Checkpoint weights;
    weights.state = read_checkpoint(o.init).state;
    trainer->restore(weights);
  }
  return trainer;
}

}  // namespace csgis
