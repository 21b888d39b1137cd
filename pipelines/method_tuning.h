#pragma once
/// Tuning a method of the table on training images.

#include "pipelines/score_cells.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace csgis {

struct TuningSetup {
  std::string metric;  ///< What is made best, in its mean.
  std::size_t budget;  ///< Settings that may be tried.
  Score score;
  std::uint64_t max_pixels;
};

struct MethodTuning {
  std::unique_ptr<Contender> contender;  ///< With the best setting; null if no setting could be scored.
  std::vector<SweepPoint> points;        ///< Every setting tried, in order: means of the metric, psnr, and what
                                         ///< trade-off curves show.
  std::string best_psnr;  ///< The setting with the best psnr and its value; empty if that is what was looked for.
};

/// Whether a method was named without options and has a shipped range.
bool is_tunable(const MethodRecord& record);

/// The setting of a tunable method that is best on the images. The scores are cells like any others: a killed search
/// goes on where it stopped. Progress
/// advances by budget x images.
/// @throws Cancelled, OutputError, ItemFailed
MethodTuning tune_method(const MethodRecord& record, const TuningSetup& setup, std::span<const BenchmarkItem> items,
                         const CellOutput& out, ProgressTask& progress, const RunContext& context);

}  // namespace csgis
