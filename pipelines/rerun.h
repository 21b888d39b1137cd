#pragma once
/// `csgis rerun`: a benchmark once more, and whether it says the same.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/results.h"

#include <string>
#include <vector>

namespace csgis {

struct RerunOptions {
  std::string out;
  double tolerance = 1e-9;
};

template <class V>
void describe(V& v, RerunOptions& o) {
  v("out", o.out, folder().required(), "where the new results go; not the folder of the old ones");
  v("tolerance", o.tolerance, at_least(0), "largest difference that counts as equal");
}

/// Values of one metric, old against new.
struct MetricDifference {
  std::string metric;
  std::size_t compared = 0;
  std::size_t differing = 0;  ///< By more than the tolerance.
  double largest = 0;         ///< Infinite where only one of the two is.
  std::string where;          ///< Method and image of the largest.
};

struct RerunReport {
  std::vector<MetricDifference> metrics;
  std::vector<std::string>
      changes;               ///< What is not a number: rows that are missing, failed, or new; another vector path.
  std::uint64_t errors = 0;  ///< Of the new run.

  bool is_equal() const;
};

/// Repeats the benchmark that wrote a results.json, with its options, seed and inputs, and compares row by row. Times
/// are not compared.
/// @throws DataError  the file is not the record of a benchmark; and what benchmark() throws
RerunReport rerun(const std::string& results_file, const RerunOptions& options, const RunContext& context);

}  // namespace csgis
