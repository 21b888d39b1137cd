#pragma once
/// `csgis gt`: ground truths from photos, smoothed in several ways and screened.

#include "core/run_context.h"
#include "pipelines/gt_lists.h"
#include "pipelines/gt_options.h"

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

/// The method strings that are tried when none are given.
const std::vector<std::string>& default_gt_candidates();

struct GtReport {
  GtCounts counts;
  std::uint64_t resumed = 0;  ///< Photos whose candidates were found finished from an earlier run.
  std::uint64_t errors = 0;
};

/// Stages, per photo (8-bit R,G,B):
///   select    with --select N: the N photos of the greatest Screening::ease(); equal ones by name
///   try       each candidate method, rounded to 8 bits, written to candidates/, scored by metrics/screening.h
///   screen    the candidate of the best score; the photo is rejected if that is below --least-score
///   choose    what a person chose on the contact sheet overrules
/// The chosen candidate is copied to gt/ID.png. samples.jsonl says how each ground truth arose, rejected.jsonl why
/// there is none of a photo, gt.json what was asked for and read; contact.html shows all (pipelines/gt_sheet.h). Bad
/// photos and label maps are left out and named in errors.jsonl; an interrupted run goes on; candidates are never made
/// twice. With --choices and without --photos only the last stage is done again, on the finished run in --out. Memory:
/// per photo in flight what the methods state, one candidate and the planes of metrics/screening.h; the pages of the
/// contact sheet one by one.
/// @throws UsageError, NothingUsable, OutputError, DataError (choices), Cancelled, ItemFailed (on_error = stop)
GtReport make_ground_truths(const GtOptions& options, const RunContext& context);

}  // namespace csgis
