#pragma once
/// One training with several seeds, and what differs between them.

#include "pipelines/train.h"

#include <string>
#include <utility>
#include <vector>

namespace csgis {

/// Mean and standard deviation (of a sample, n - 1; 0 for one) over seeds.
struct SeedSpread {
  std::string name;
  double mean = 0, sd = 0;
};

struct SeedsReport {
  std::vector<TrainReport> runs;
  std::vector<SeedSpread> spread;  ///< Of every value of the last validation, and "best": of the best score.
};

/// Trains with the seeds --seed, --seed + 1, ... into OUT/seed-N, one after another, and writes OUT/seeds.json. With
/// --resume those that are done are taken as they are. @throws as train(), and OutputError
SeedsReport train_seeds(const TrainOptions& options, const RunContext& context);

}  // namespace csgis
