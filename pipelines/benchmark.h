#pragma once
/// `csgis benchmark`: methods on images with ground truth, scored, compared and timed.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/benchmark_items.h"
#include "pipelines/forecast.h"
#include "pipelines/image_smoother.h"
#include "pipelines/results.h"

#include <string>
#include <vector>

namespace csgis {

enum class Keep { images, nothing };
constexpr std::array<EnumName<Keep>, 2> enum_names(Keep) {
  return {{{Keep::images, "images"}, {Keep::nothing, "nothing"}}};
}

enum class Timing { all, none };
constexpr std::array<EnumName<Timing>, 2> enum_names(Timing) {
  return {{{Timing::all, "all"}, {Timing::none, "none"}}};
}

struct BenchmarkOptions {
  std::string data, pairs, in, gt, groups, out;
  std::string split = "val,val-gt";
  Pairing pairing = Pairing::name;
  std::uint64_t voc_modulus = 150;
  std::vector<std::string> method, metrics;
  Score score = Score::rounded;
  int tune_budget = 40;
  int tune_images = 12;
  std::string tune_metric = "ssim:csgis";
  bool oracle = false;
  Device device = Device::cpu;
  Timing timing = Timing::all;
  Keep keep = Keep::images;
  std::string shard = "0/1";
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, BenchmarkOptions& o) {
  v("data", o.data, folder(), "a dataset: its blends are smoothed, its ground truths are the goal");
  v("split", o.split, any_value("LIST"), "which splits of the dataset are scored: names as in samples.jsonl, or all");
  v("pairs", o.pairs, folder(), "instead of --data: pair images, ground truth left, input right");
  v("in", o.in, folder(), "instead of --data: inputs, with --gt");
  v("gt", o.gt, folder(), "their ground truths");
  v("pairing", o.pairing, any_value(), "which ground truth belongs to an input of --in; see csgis help evaluate");
  v("voc-modulus", o.voc_modulus, at_least(1), "for --pairing voc");
  v("groups", o.groups, file(),
    "CSV with the columns id,group: scores are also given for each group of ground truths, as their structure source");
  v("method", o.method, any_value("METHOD"),
    "what is compared, see below; all classical methods when not given. A name without options is also tuned");
  v("metrics", o.metrics, any_value("LIST"), "metrics, separated by commas; psnr,ssim:csgis when not given");
  v("out", o.out, folder().required(), "where results.json, tables, scores of single images and results go");
  v("score", o.score, any_value(), "score results clipped and rounded to 8 bit, or as they are");
  v("tune-budget", o.tune_budget, between(0, 100000), "settings that tuning may try for each method; 0: no tuning");
  v("tune-images", o.tune_images, at_least(1), "training images that tuning looks at");
  v("tune-metric", o.tune_metric, any_value("METRIC"), "what tuning makes best");
  v("oracle", o.oracle, any_value(), "also the best of the tried settings for each image: an upper bound");
  v("device", o.device, any_value(), "where networks run; the other methods run on the CPU");
  v("timing", o.timing, any_value(), "a timing pass after the scoring, on one thread and on all");
  v("keep", o.keep, any_value().execution(), "what is kept for galleries and for scoring again");
  v("shard", o.shard, any_value("I/N|auto").execution(),
    "only this part of the scores, I from 0, into the folder all parts share; a run without --shard ends it");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

struct BenchmarkReport {
  Results results;           ///< Of a shard, nothing but the errors.
  std::uint64_t cells = 0;   ///< Of a shard: its scores, there now.
  std::uint64_t errors = 0;  ///< Failed cells and images that could not be read.
};

/// Scores every method on every image; cells that an earlier run in the folder computed are taken over. Then, as asked
/// for: settings chosen on training images, best settings per image, a timing pass. Writes results.json, the files of
/// a report (report.h), cells.jsonl, images/ and, if something failed, errors.jsonl into the folder.
/// A shard scores its images with the methods as they are given, and tunes its share of the methods and scores those on
/// all images; it writes cells.I-of-N.jsonl and images/. The run without --shard takes over what they computed.
/// Memory: the images in flight, and the rows.
/// @throws UsageError, NothingUsable (also when no cell is good), OutputError, Cancelled, ItemFailed (on_error = stop)
BenchmarkReport benchmark(const BenchmarkOptions& options, const RunContext& context);

/// What benchmark() would do and cost. Writes nothing into the output folder. Reads all images; its own cost is that
/// and about kCalibrationSeconds, in which one thread works on some. Methods that would be tuned are taken to need
/// their whole budget, and as long for each setting as for the published one. Counts: images, methods (rows, tuned and
/// oracle ones among them), tuning_images, tuning_runs, cells.
/// @throws as benchmark() does
Forecast forecast_benchmark(const BenchmarkOptions& options, const RunContext& context);

}  // namespace csgis
