#pragma once
/// `csgis negatives`: over- and under-smoothed versions of the images of a folder.

#include "core/run_context.h"
#include "pipelines/forecast.h"
#include "pipelines/negative_options.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace csgis {

struct NegativesFolderOptions {
  std::string in, out;
  NegativeOptions negatives;
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, NegativesFolderOptions& o) {
  v("in", o.in, folder().required(), "images: ground truths for --over, blends for --under");
  v("out", o.out, folder().required(), "where over/, under/ and negatives.jsonl go");
  describe(v, o.negatives);
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

/// @throws UsageError  bounds, no method, or one that cannot be meant
void check_options(const NegativesFolderOptions& options);

struct NegativesFolderReport {
  std::uint64_t images = 0;
  std::uint64_t resumed = 0;
  std::uint64_t errors = 0;
  nlohmann::ordered_json summary = nullptr;  ///< negative_summary()
};

/// Writes over/ID__NAME.png, under/ID__NAME.png, negatives.jsonl (a line per image: id, file, over, under, with file,
/// method and source of each) and negatives.json (options, inputs, difficulty). Over-smoothed ones nearer than
/// kNearestNegative to their image are rejected and counted; under-smoothed ones that change nothing likewise. Images
/// are read as 8-bit R,G,B. Bad ones are left out and named in errors.jsonl; an interrupted run goes on.
/// @throws UsageError, NothingUsable, OutputError, Cancelled, ItemFailed (with on_error = stop).
NegativesFolderReport make_negatives_folder(const NegativesFolderOptions& options, const RunContext& context);

/// What make_negatives_folder() would do and cost. Writes nothing into the output folder. Checks all images; its own
/// cost is that and about kCalibrationSeconds. Counts: images. @throws as make_negatives_folder() does.
Forecast forecast_negatives(const NegativesFolderOptions& options, const RunContext& context);

}  // namespace csgis
