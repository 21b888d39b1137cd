#pragma once
/// `csgis negatives`: over- and under-smoothed versions of the images of a folder.

#include "core/run_context.h"
#include "pipelines/forecast.h"
#include "pipelines/journal.h"
#include "pipelines/negative_options.h"
#include "pipelines/output_folder.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace csgis {

struct NegativesFolderOptions {
  std::string in, out;
  NegativeOptions negatives;
  std::string shard = "0/1";
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, NegativesFolderOptions& o) {
  v("in", o.in, folder().required(), "images: ground truths for --over, blends for --under");
  v("out", o.out, folder().required(), "where over/, under/ and negatives.jsonl go");
  describe(v, o.negatives);
  v("shard", o.shard, any_value("I/N|auto").execution(),
    "only this part of the images, I from 0; `csgis data merge` joins");
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
/// are read as 8-bit R,G,B. Bad ones are left out and named in errors.jsonl; an interrupted run goes on. A shard leaves
/// the two lists to `csgis data merge`.
/// @throws UsageError, NothingUsable, OutputError, Cancelled, ItemFailed (with on_error = stop).
NegativesFolderReport make_negatives_folder(const NegativesFolderOptions& options, const RunContext& context);

inline constexpr const char* kNegativesLayout = "negatives";  ///< In the head, where datasets name theirs.

/// Writes negatives.jsonl and negatives.json of a whole run: `dataset` is its head, `entries` the journal's, in any
/// order. @return their records
std::vector<FileRecord> write_negative_lists(OutputFolder& out, const nlohmann::ordered_json& dataset,
                                             std::span<const JournalEntry* const> entries);

/// What make_negatives_folder() would do and cost. Writes nothing into the output folder. Checks all images; its own
/// cost is that and about kCalibrationSeconds. Counts: images. @throws as make_negatives_folder() does.
Forecast forecast_negatives(const NegativesFolderOptions& options, const RunContext& context);

}  // namespace csgis
