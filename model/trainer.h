#pragma once
/// Training a network step by step, without torch types: batches in, losses out. Epochs, files and schedules are the
/// caller's (pipelines/train.h).

#include "core/enum_names.h"
#include "core/error.h"
#include "core/net_precision.h"
#include "model/checkpoint.h"
#include "model/network_state.h"
#include "model/recipe.h"
#include "model/training_batch.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace csgis {

/// Which terms the loss has. L: absolute differences, S: four-fold SSIM, E: edges, C: contrast, G: segmentation.
enum class TrainingMode {
  baseline,     ///< L + S + E
  contrastive,  ///< L + S + E + C
  semantic,     ///< L + S + E + G
  full,         ///< L + S + E + C + G
};
constexpr std::array<EnumName<TrainingMode>, 4> enum_names(TrainingMode) {
  return {{{TrainingMode::baseline, "baseline"},
           {TrainingMode::contrastive, "contrastive"},
           {TrainingMode::semantic, "semantic"},
           {TrainingMode::full, "full"}}};
}

enum class TrainingTask {
  smooth,   ///< A smoother.
  segment,  ///< DeepLabV3+ on the images and labels: cross-entropy.
};
constexpr std::array<EnumName<TrainingTask>, 2> enum_names(TrainingTask) {
  return {{{TrainingTask::smooth, "smooth"}, {TrainingTask::segment, "segment"}}};
}

enum class ContrastKind {
  triplet,  ///< Hinges on the distances to the ground truth and to the negative.
  ratio,    ///< Ratio of both distances on VGG features ("Contrastive Learning for Compact Single Image Dehazing").
};
constexpr std::array<EnumName<ContrastKind>, 2> enum_names(ContrastKind) {
  return {{{ContrastKind::triplet, "triplet"}, {ContrastKind::ratio, "ratio"}}};
}

enum class OptimizerKind { adam, sgd };
constexpr std::array<EnumName<OptimizerKind>, 2> enum_names(OptimizerKind) {
  return {{{OptimizerKind::adam, "adam"}, {OptimizerKind::sgd, "sgd"}}};
}

/// Which image the contrast pushes away from.
enum class Negative {
  input,  ///< The unsmoothed image.
  over,   ///< The over-smoothed one.
};

struct TrainerOptions {
  TrainingTask task = TrainingTask::smooth;
  std::string network = "HDC_edge_refine";  ///< One of network_kinds(); for segmentation DeepLabV3Plus_MobileNetV2.
  NetworkSizes sizes{};                     ///< default_sizes() of the network, or others.
  TrainingMode mode = TrainingMode::full;
  Recipe recipe = Recipe::corrected();
  ContrastKind contrast = ContrastKind::triplet;
  double margin = 0.3;            ///< k1, of the hinge on channel means.
  double margin_features = 0.04;  ///< k2, of the hinge on Gram matrices.
  double contrast_weight = 1, segment_weight = 1;
  double edge_weight = 1;  ///< Of the edge term, on top of its published 0.001.
  OptimizerKind optimizer = OptimizerKind::adam;
  NetPrecision precision = NetPrecision::fp32;  ///< bf16: autocast of the forward pass; losses stay fp32.
  bool channels_last = true;
  double ema = 0;           ///< Decay of the averaged weights, 0: none. 0.999 and the like.
  int accumulate = 1;       ///< Batches per step of the optimiser.
  int output_stride = 16;   ///< Of the segmentation network.
  std::uint64_t seed = 0;   ///< Of the initial weights.
  bool random_vgg = false;  ///< Features from random weights, said so in records.
  std::uint64_t vgg_seed = 0;
  std::string device = "cpu";
  int threads = 0;
  /// Several processes, one for each device, that train one network: each sees batches of its own, gradients,
  /// statistics of normalisations and reports of steps are averaged. All make the same calls of step().
  int rank = 0, world = 1;
  std::string store;  ///< Where they meet: HOST:PORT, served by rank 0, or a path that all see and nobody has used.
};

/// Networks that only guide the training. Absent ones are not needed by the mode.
struct GuideWeights {
  const TensorFile* segmenter = nullptr;  ///< DeepLabV3+
  const TensorFile* vgg = nullptr;        ///< VGG16 up to relu4_3
};

/// What a step found, in the order in which it is logged.
struct StepReport {
  /// "total", "L1", "mSSIM", "DTV", "edge", "contrast", "segmentation", and for the hinges "con_pos", "con_neg",
  /// "active_con", "gram_pos", "gram_neg", "active_gram"; of segmentation "total".
  std::vector<std::pair<std::string, double>> values;
  double ssim = 0, psnr = 0;  ///< Of the whole batch, not clamped.
  /// Of segmentation: pixels by class of the truth (rows) and found class, see mean_intersection(). A mean of what
  /// batches score is not what their pixels score.
  std::vector<double> confusion;
  bool is_finite = true;      ///< Else nothing was changed: the weights are those before the step.

  /// @throws InvalidArgument  no value of that name
  double find(const std::string& name) const {
    for (const auto& [known, value] : values) {
      if (known == name) return value;
    }
    fail<InvalidArgument>("a step of this training has no value '{}'", name);
  }
};

/// Images of one sample as the trainer sees them, for logs: 3 x height x width bytes each.
struct SamplePicture {
  std::int64_t height = 0, width = 0;
  std::vector<std::uint8_t> input, output, truth, edge;  ///< edge: one plane.
};

/// A network in training. Not thread-safe.
class Trainer {
 public:
  virtual ~Trainer() = default;

  /// Forward, losses, backward, and a step of the optimiser at this rate (every `accumulate` calls).
  /// Same bytes afterwards for same calls, threads and machine on the CPU.
  /// @throws InvalidArgument  a layer that the mode needs is missing from the batch
  virtual StepReport step(const TrainingBatch& batch, Negative negative, double learning_rate) = 0;

  /// The same losses without gradients, network in evaluation mode (averaged weights if there are any).
  virtual StepReport evaluate(const TrainingBatch& batch, Negative negative) = 0;

  /// con(negative, truth) and the Gram distance of one batch; `margin auto` is half the medians over the training set.
  virtual std::array<double, 2> negative_distances(const TrainingBatch& batch, Negative negative) = 0;
  virtual void set_margins(double con, double gram) = 0;

  virtual SamplePicture picture(const TrainingBatch& batch, std::int64_t which) = 0;

  /// Weights, statistics, optimiser, and under names that begin with "ema.", "grad.", "guide." averaged weights,
  /// gradients that wait for their step, and statistics of a guide that drifts: all that the next step depends on,
  /// apart from options and margins. Owned by the caller; bit for bit what restore() takes.
  virtual Checkpoint state() const = 0;
  /// The weights to be used: averaged ones if there are any.
  virtual TensorFile weights() const = 0;
  /// @throws DataError  another network, or an optimiser of another kind
  virtual void restore(const Checkpoint& checkpoint) = 0;
};

}  // namespace csgis
