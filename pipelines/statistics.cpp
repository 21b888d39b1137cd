#include "pipelines/statistics.h"

#include "metrics/metric_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace csgis {
namespace {

/// Finite values of a metric over a method's good rows; the infinite ones are counted.
std::vector<double> finite_values(const Results& results, MetricSummary& summary) {
  std::vector<double> values;
  for (const ResultRow& row : results.rows) {
    if (row.method != summary.method) continue;
    const std::optional<double> value = value_of(row.metrics, summary.metric);
    if (!value) continue;
    if (std::isinf(*value)) {
      ++summary.infinite;
    } else {
      values.push_back(*value);
    }
  }
  return values;
}

double mean_of(const std::vector<double>& values, std::size_t count) {
  return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

MetricSummary summary_of(const Results& results, const std::string& method, const MetricInfo& metric) {
  MetricSummary summary;
  summary.metric = metric.name;
  summary.method = method;
  std::vector<double> values = finite_values(results, summary);
  summary.count = values.size();
  if (values.empty()) return summary;
  std::ranges::sort(values);
  if (metric.better == Better::lower) std::ranges::reverse(values);  // the worst first
  const std::size_t middle = values.size() / 2;
  summary.mean = mean_of(values, values.size());
  summary.median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  summary.worst = mean_of(values, std::max<std::size_t>(1, (values.size() + 10) / 20));
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  if (values.size() > 1) summary.deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return summary;
}

}  // namespace

void summarise(Results& results) {
  results.summary.clear();
  for (const std::string& name : results.metrics) {
    for (const std::string& method : results.methods) {
      results.summary.push_back(summary_of(results, method, find_metric(name)));
    }
  }
}

}  // namespace csgis
