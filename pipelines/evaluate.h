#pragma once
/// `csgis evaluate`: scores of results that are there already.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/image_smoother.h"
#include "pipelines/pairing.h"
#include "pipelines/results.h"
#include "pipelines/scoring.h"

#include <string>
#include <vector>

namespace csgis {

enum class ResultFormat { full, csgis_txt };
constexpr std::array<EnumName<ResultFormat>, 2> enum_names(ResultFormat) {
  return {{{ResultFormat::full, "full"}, {ResultFormat::csgis_txt, "csgis-txt"}}};
}

struct EvaluateOptions {
  std::string pred, gt, gt_weights, photos, labels, out;
  std::vector<std::string> methods;
  Device device = Device::cpu;
  int strengths = 7;
  Pairing pairing = Pairing::name;
  std::uint64_t voc_modulus = 150;
  std::vector<std::string> metrics;
  bool crop_right = false;
  Score score = Score::rounded;
  ResultFormat format = ResultFormat::full;
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, EvaluateOptions& o) {
  v("pred", o.pred, folder(), "the images to score");
  v("gt", o.gt, folder(), "their ground truths; with --pairing dataset, a dataset");
  v("pairing", o.pairing, any_value(),
    "which ground truth: the same name, the text before the first underscore, the number before the first dot modulo "
    "--voc-modulus, the sample of that key, or several ground truths NAME_1, NAME_2, ...");
  v("gt-weights", o.gt_weights, file(),
    "for --pairing multi: a line per image, a weight per ground truth, tabs between");
  v("photos", o.photos, folder(), "without ground truth: the images before smoothing; needs --labels");
  v("labels", o.labels, folder(), "label maps of the ground truths, or of the photos");
  v("method", o.methods, any_value("METHOD"),
    "with --photos and without --pred: smooth the photos, each method at --strengths settings from weak to strong; all "
    "methods when not given");
  v("device", o.device, any_value(), "where networks run");
  v("strengths", o.strengths, between(2, 100), "settings of each method, over the range of its strength");
  v("voc-modulus", o.voc_modulus, at_least(1), "for --pairing voc");
  v("metrics", o.metrics, any_value("LIST"),
    "metrics, separated by commas; psnr,ssim:csgis when not given, detail-removed,boundary-kept,colour-shift with "
    "--photos");
  v("out", o.out, folder(), "where results.json, results.csv and results.md go");
  v("crop-right", o.crop_right, any_value(), "score the right half of pair images alone");
  v("score", o.score, any_value(), "score float images clipped and rounded to 8 bit, or as they are");
  v("format", o.format, any_value().execution(), "what is written; csgis-txt: the published program's line");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

struct EvaluateReport {
  Results results;
  std::uint64_t errors = 0;  ///< Failed rows.
};

/// With --gt: scores each image of --pred against its ground truth, in parallel; a row fails alone. The method of the
/// rows is the name of the prediction folder. Memory: the images in flight, and the rows. Figures of metrics that are
/// pooled over a set (wmae, wrmse) are in the summary's mean. With --photos: pipelines/trade_off.h. Writes
/// results.json, results.csv, results.md and, if rows failed, errors.jsonl, when --out is given.
/// @throws UsageError, NothingUsable (also when no row is good), OutputError, Cancelled, ItemFailed (on_error = stop)
EvaluateReport evaluate(const EvaluateOptions& options, const RunContext& context);

}  // namespace csgis
