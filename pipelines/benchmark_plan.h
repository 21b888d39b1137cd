#pragma once
/// What a benchmark works on, for its forecast.

#include "pipelines/benchmark.h"
#include "pipelines/item_errors.h"

#include <vector>

namespace csgis {

struct BenchmarkPlan {
  std::vector<BenchmarkItem> items;      ///< That are scored.
  std::vector<BenchmarkItem> training;   ///< That settings are chosen on; empty without tuning.
  std::vector<MethodRecord> contenders;  ///< Before tuning adds its own.
  std::vector<ItemError> errors;         ///< Inputs without a ground truth.
};

/// Lists everything and reads no image. @throws as benchmark() does
BenchmarkPlan plan_benchmark(const BenchmarkOptions& options, const RunContext& context);

/// The benchmark of some of the items of its plan, by their places.
BenchmarkReport benchmark_part(const BenchmarkOptions& options, const std::vector<std::size_t>& places,
                               const RunContext& context);

}  // namespace csgis
