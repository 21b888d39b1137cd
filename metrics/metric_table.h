#pragma once
/// The one list of metrics. A new one joins with its header and one row; `csgis help evaluate`, results.json and the
/// reports read this table and nothing else.

#include "metrics/scored_image.h"

#include <span>
#include <string>

namespace csgis {

enum class Better { higher, lower };

struct MetricInfo {
  const char* name;  ///< As in --metrics and in results: the variant is part of it.
  Better better;
  const char* unit;     ///< Empty for shares and indices.
  const char* summary;  ///< One line for help and glossaries.
  double (*score)(const ScoredImage& pred, const ScoredImage& gt);
};

std::span<const MetricInfo> metric_list();

/// @throws UsageError  no such metric, naming the nearest
const MetricInfo& find_metric(const std::string& name);

}  // namespace csgis
