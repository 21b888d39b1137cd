#include "pipelines/train_options.h"

#include "model/network_state.h"

#include <charconv>

namespace csgis {
namespace {

constexpr double kPublishedMargin = 0.3, kPublishedMarginFeatures = 0.04;

std::optional<double> margin_of(const std::string& name, const std::string& text, RecipeName recipe, double published) {
  if (text.empty()) return recipe == RecipeName::reference ? std::optional(published) : std::nullopt;
  if (text == "auto") return std::nullopt;
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require<UsageError>(error == std::errc() && stop == text.data() + text.size() && value >= 0 && value <= 1e6,
                      "--{} is '{}', must be auto or a number of at least 0", name, text);
  return value;
}

void check_network(const TrainOptions& o) {
  if (o.network.empty()) return;
  const bool smooths = is_smoother(o.network);
  require<UsageError>(smooths == (o.task == TrainingTask::smooth), "--network {} does not fit --task {}", o.network,
                      to_name(o.task));
}

/// Names the option that a term of the loss cannot do without, and refuses those that nothing would read.
void check_guides(const TrainOptions& o) {
  require<UsageError>(!has_contrast(o) || !o.vgg_weights.empty(),
                      "--mode {} contrasts features of VGG16: --vgg-weights FILE is needed, or random:SEED",
                      to_name(o.mode));
  require<UsageError>(!has_segmentation(o) || !o.seg_weights.empty(),
                      "--mode {} segments images: --seg-weights FILE is needed", to_name(o.mode));
  require<UsageError>(has_contrast(o) || o.vgg_weights.empty(), "--vgg-weights is of no use without contrast: --mode");
  require<UsageError>(has_segmentation(o) || o.seg_weights.empty(),
                      "--seg-weights is of no use without segmentation: --mode");
}

}  // namespace

bool has_contrast(const TrainOptions& o) {
  return o.task == TrainingTask::smooth && (o.mode == TrainingMode::contrastive || o.mode == TrainingMode::full);
}

bool has_segmentation(const TrainOptions& o) {
  return o.task == TrainingTask::smooth && (o.mode == TrainingMode::semantic || o.mode == TrainingMode::full);
}

LayerSet needed_layers(const TrainOptions& o) {
  LayerSet needed;
  needed.edge = o.task == TrainingTask::smooth;
  needed.label = o.task == TrainingTask::segment || has_segmentation(o);
  needed.over = has_contrast(o) && o.negative != NegativeChoice::input;
  return needed;
}

Recipe recipe_of(const TrainOptions& o) {
  Recipe recipe = o.recipe == RecipeName::reference ? Recipe::reference() : Recipe::corrected();
  for (const std::string& setting : o.fix) recipe.apply(setting);
  return recipe;
}

Margins margins_of(const TrainOptions& o) {
  return {margin_of("margin", o.margin, o.recipe, kPublishedMargin),
          margin_of("margin-features", o.margin_features, o.recipe, kPublishedMarginFeatures)};
}

void check_device(const std::string& device) {
  const std::string prefix = "cuda:";
  const bool is_numbered = device.starts_with(prefix) && device.size() > prefix.size() &&
                           device.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
  require<UsageError>(device == "cpu" || device == "cuda" || is_numbered,
                      "--device is '{}', must be cpu, cuda or cuda:N", device);
}

void check(const TrainOptions& o) {
  validate(o);
  recipe_of(o);
  margins_of(o);
  parse_milestones(o.milestones);
  check_device(o.device);
  check_network(o);
  check_guides(o);
  require<UsageError>(o.samples.val_crop == 0 || o.samples.val_crop >= 8, "--val-crop is {}, must be 0 or at least 8",
                      o.samples.val_crop);
  require<UsageError>(o.task != TrainingTask::segment || o.samples.batch >= 2,
                      "--task segment needs a --batch of 2 or more: its normalisation of pooled features");
  require<UsageError>(o.output_stride == 8 || o.output_stride == 16, "--output-stride is {}, must be 8 or 16",
                      o.output_stride);
}

}  // namespace csgis
