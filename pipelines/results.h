#pragma once
/// The one model behind every table, file and page of scores: rows of methods and images. The writers below render it
/// and compute nothing of their own, so that they cannot disagree.

#include "metrics/metric_table.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace csgis {

/// One method on one image.
struct ResultRow {
  std::string method, image;
  std::optional<double> seconds;
  std::vector<std::pair<std::string, double>> metrics;  ///< Name and value, in the order asked for; may be infinite.
  std::vector<std::pair<std::string, std::string>> skipped;  ///< Metrics that do not apply to this image, and why.
  std::string error;                                         ///< Why there are no values; empty for a good row.
};

struct Results {
  nlohmann::ordered_json run;        ///< What was run, where and how: the only part that may differ between equal runs.
  std::vector<std::string> metrics;  ///< In the order asked for.
  std::vector<std::string> methods;  ///< In the order asked for.
  std::vector<std::string> images;   ///< Sorted.
  std::vector<std::string> unmatched;  ///< Ground truths that nothing was scored against.
  std::vector<ResultRow> rows;         ///< By method, then image.
};

/// One metric of one method over its good rows.
struct MetricSummary {
  std::size_t count = 0;  ///< Finite values: those that the figures below are of.
  std::size_t infinite =
      0;  ///< Images equal to their ground truth under psnr: counted apart, as they make means infinite.
  double mean = 0, median = 0;
  double deviation = 0;  ///< Of the sample (n - 1); 0 for one value.
  double worst = 0;      ///< Mean of the worst 5 %, at least one value.
};

MetricSummary summarise(const Results& results, const std::string& method, const MetricInfo& metric);

/// results.json: docs/formats.md. Infinity is the string "inf"; doubles as short as they read back equal.
std::string to_json_text(const Results& results);

/// results.csv: a header, then a row per method and image; empty fields for what is missing.
std::string to_csv_text(const Results& results);

/// A Markdown table: methods down, means of the metrics across, the best in bold.
std::string to_markdown_text(const Results& results);

}  // namespace csgis
