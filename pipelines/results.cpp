#include "pipelines/results.h"

#include <algorithm>

namespace csgis {

std::optional<double> value_of(const MetricValues& values, const std::string& metric) {
  const auto found = std::ranges::find(values, metric, &MetricValues::value_type::first);
  if (found == values.end()) return std::nullopt;
  return found->second;
}

std::size_t most_values(const Results& results, const std::string& metric) {
  std::size_t most = 0;
  for (const MetricSummary& summary : results.summary) {
    if (summary.metric == metric) most = std::max(most, summary.count + summary.infinite);
  }
  return most;
}

bool is_complete(const Results& results, const MetricSummary& summary) {
  return summary.count + summary.infinite == most_values(results, summary.metric);
}

const MetricSummary* find_summary(const Results& results, const std::string& metric, const std::string& method) {
  const auto found = std::ranges::find_if(results.summary, [&](const MetricSummary& summary) {
    return summary.metric == metric && summary.method == method;
  });
  return found == results.summary.end() ? nullptr : &*found;
}

}  // namespace csgis
