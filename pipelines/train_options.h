#pragma once
/// Options of `csgis train`.

#include "core/options.h"
#include "model/trainer.h"
#include "pipelines/learning_rate.h"
#include "pipelines/sample_source.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

enum class RecipeName { reference, corrected };
constexpr std::array<EnumName<RecipeName>, 2> enum_names(RecipeName) {
  return {{{RecipeName::reference, "reference"}, {RecipeName::corrected, "corrected"}}};
}

/// Which images the contrast pushes away from.
enum class NegativeChoice {
  both,   ///< The over-smoothed or the input, drawn anew for every batch.
  over,   ///< The over-smoothed.
  input,  ///< The input.
};
constexpr std::array<EnumName<NegativeChoice>, 3> enum_names(NegativeChoice) {
  return {{{NegativeChoice::both, "both"}, {NegativeChoice::over, "over"}, {NegativeChoice::input, "input"}}};
}

struct TrainOptions {
  SampleOptions samples;
  std::string out;
  TrainingTask task = TrainingTask::smooth;
  TrainingMode mode = TrainingMode::baseline;
  RecipeName recipe = RecipeName::corrected;
  std::vector<std::string> fix;

  std::string network;
  int width = 0;
  int blocks = 0;
  std::string init;

  int epochs = 150;
  std::int64_t steps = 0;
  OptimizerKind optimizer = OptimizerKind::adam;
  double lr = 1e-3;
  std::optional<RateCurve> schedule;
  std::string milestones = "40,80,120,150,190";
  double lr_factor = 0.5;
  double last_lr = 1e-5;
  std::int64_t warmup = 0;
  int accumulate = 1;
  double ema = 0;
  NetPrecision precision = NetPrecision::fp32;

  ContrastKind contrast = ContrastKind::triplet;
  NegativeChoice negative = NegativeChoice::both;
  std::string margin, margin_features;
  double contrast_weight = 1, segment_weight = 1, edge_weight = 1;
  std::string vgg_weights, seg_weights;
  int output_stride = 16;

  int seeds = 1;
  bool resume = false;
  std::string device = "cpu";
  int workers = 0;
  double minutes = 0;
  std::int64_t save_steps = 1000;
  double save_seconds = 120;
  std::int64_t log_steps = 10;
  int pictures = 4;
};

/// Those that decide the weights have the role of results. How long a training is does not belong to them: a longer one
/// may go on from a shorter one, except where the schedule depends on the end (train_setup.h).
template <class V>
void describe(V& v, TrainOptions& o) {
  describe(v, o.samples);
  v("out", o.out, folder().required(), "where weights, records, pictures and the report go");
  v("task", o.task, any_value(), "what is trained: a smoother, or a network that segments images");
  v("mode", o.mode, any_value(), "terms of the loss: baseline, with contrast, with segmentation, with both");
  v("recipe", o.recipe, any_value(), "as published, or with what was wrong there corrected");
  v("fix", o.fix, any_value("R-N=on|off"), "one correction on or off, see below");
  v("network", o.network, any_value("KIND"),
    "network; HDC_edge_refine when not given, DeepLabV3Plus_MobileNetV2 to segment");
  v("width", o.width, between(0, 1024), "channels inside a smoother; 0: as the network is usually trained");
  v("blocks", o.blocks, between(0, 256), "blocks of a smoother; 0: likewise");
  v("init", o.init, file(), "weights to begin with, of the same network");
  v("epochs", o.epochs, between(1, 1e6).execution(), "length of the training");
  v("steps", o.steps, between(0, 1e12).execution(), "instead of --epochs: length in batches; 0: by epochs");
  v("optimizer", o.optimizer, any_value(), "optimiser");
  v("lr", o.lr, greater_than(0), "learning rate at the start");
  v("schedule", o.schedule, any_value(), "how the learning rate falls; steps when not given, poly to segment");
  v("milestones", o.milestones, any_value("LIST"), "steps: epochs after which the rate falls");
  v("lr-factor", o.lr_factor, between(0, 1), "steps: factor of each milestone");
  v("last-lr", o.last_lr, at_least(0), "cosine: rate at the end");
  v("warmup", o.warmup, between(0, 1e12), "batches over which the rate rises");
  v("accumulate", o.accumulate, between(1, 4096), "batches per step of the optimiser");
  v("ema", o.ema, between(0, 0.999999), "decay of averaged weights, 0.999 for example; 0: none");
  v("precision", o.precision, any_value(), "number type of the network's forward pass");
  v("contrast", o.contrast, any_value(), "form of the contrast");
  v("negative", o.negative, any_value(),
    "what the contrast pushes away from: over-smoothed images, the input, or both");
  v("margin", o.margin, any_value("auto|X"),
    "of the contrast of colours: auto is half the median distance of negatives; corrected: auto, reference: 0.3");
  v("margin-features", o.margin_features, any_value("auto|X"),
    "of the contrast of features; corrected: auto, reference: 0.04");
  v("edge-weight", o.edge_weight, at_least(0), "weight of the edges, on top of the published 0.001");
  v("contrast-weight", o.contrast_weight, at_least(0), "weight of the contrast");
  v("segment-weight", o.segment_weight, at_least(0), "weight of the segmentation");
  v("vgg-weights", o.vgg_weights, any_value("FILE|random:SEED").location(),
    "VGG16 for the contrast of features; random weights are no published setting");
  v("seg-weights", o.seg_weights, file(),
    "DeepLabV3+ for modes with segmentation; csgis train --task segment makes one");
  v("output-stride", o.output_stride, between(8, 16), "of DeepLabV3+: 8 or 16");
  v("seeds", o.seeds, between(1, 1000).execution(), "trainings, with seeds from --seed on, each in OUT/seed-N");
  v("resume", o.resume, any_value().execution(), "go on with what lies in --out; begin where nothing does");
  v("device", o.device, any_value("cpu|cuda|cuda:N").execution(), "where to train");
  v("workers", o.workers, between(0, 1024).execution(), "threads that prepare batches; 0: as suits the device");
  v("minutes", o.minutes, at_least(0).execution(), "stop after so many minutes, to be resumed; 0: no limit");
  v("save-steps", o.save_steps, between(0, 1e12).execution(),
    "save the state every so many batches; 0: never for this");
  v("save-seconds", o.save_seconds, at_least(0).execution(), "and every so many seconds; 0: never for this");
  v("log-steps", o.log_steps, between(1, 1e9), "batches per line of metrics.jsonl");
  v("pictures", o.pictures, between(0, 64).execution(), "validation samples whose pictures are kept per epoch");
}

/// The recipe with its single fixes. @throws UsageError
Recipe recipe_of(const TrainOptions& options);

/// Everything about the options that needs no file. @throws UsageError
void check(const TrainOptions& options);

/// Which layers batches need besides input and truth.
LayerSet needed_layers(const TrainOptions& options);

bool has_contrast(const TrainOptions& options);
bool has_segmentation(const TrainOptions& options);

/// A margin as asked for; nothing for auto.
struct Margins {
  std::optional<double> colours, features;
};
/// @throws UsageError
Margins margins_of(const TrainOptions& options);

/// "cpu", "cuda", "cuda:1" @throws UsageError
void check_device(const std::string& device);

}  // namespace csgis
