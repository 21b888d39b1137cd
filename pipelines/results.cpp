#include "pipelines/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

Json json_number(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json to_json(const ResultRow& row) {
  Json out{{"method", row.method}, {"image", row.image}, {"status", row.error.empty() ? "ok" : "failed"}};
  if (!row.error.empty()) {
    out["error"] = row.error;
    return out;
  }
  out["seconds"] = row.seconds ? Json(*row.seconds) : Json(nullptr);
  Json metrics = Json::object();
  for (const auto& [name, value] : row.metrics) metrics[name] = json_number(value);
  out["metrics"] = metrics;
  for (const auto& [name, reason] : row.skipped) out["skipped"][name] = reason;
  return out;
}

Json to_json(const MetricSummary& summary, const MetricInfo& metric) {
  Json out{{"metric", metric.name}, {"count", summary.count}, {"infinite", summary.infinite}};
  if (summary.count == 0) return out;
  out["mean"] = summary.mean;
  out["median"] = summary.median;
  out["sd"] = summary.deviation;
  out["worst5"] = summary.worst;
  return out;
}

/// Quoted where a comma, quote or line break asks for it (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string csv_number(double value) {
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : Json(value).dump();
}

std::string markdown_text(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

/// Figures a reader needs to tell methods apart, no more.
std::string figure(double value, const MetricInfo& metric) {
  return fmt::format("{:.{}f}", value, *metric.unit != '\0' ? 2 : 4);
}

}  // namespace

MetricSummary summarise(const Results& results, const std::string& method, const MetricInfo& metric) {
  MetricSummary summary;
  std::vector<double> values;
  for (const ResultRow& row : results.rows) {
    if (row.method != method) continue;
    for (const auto& [name, value] : row.metrics) {
      if (name != metric.name) continue;
      if (std::isinf(value)) {
        ++summary.infinite;
      } else {
        values.push_back(value);
      }
    }
  }
  summary.count = values.size();
  if (values.empty()) return summary;
  std::ranges::sort(values);
  if (metric.better == Better::lower) std::ranges::reverse(values);  // the worst first
  const auto count = static_cast<double>(values.size());
  const std::size_t middle = values.size() / 2, worst = std::max<std::size_t>(1, (values.size() + 10) / 20);
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  summary.median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.deviation = values.size() > 1 ? std::sqrt(squares / (count - 1)) : 0;
  summary.worst = std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(worst), 0.0) /
                  static_cast<double>(worst);
  return summary;
}

std::string to_json_text(const Results& results) {
  Json metrics = Json::array(), summaries = Json::array(), rows = Json::array();
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    metrics.push_back({{"name", name},
                       {"better", metric.better == Better::higher ? "higher" : "lower"},
                       {"unit", metric.unit},
                       {"definition", metric.summary}});
    for (const std::string& method : results.methods) {
      Json summary{{"method", method}};
      summary.update(to_json(summarise(results, method, metric), metric));
      summaries.push_back(summary);
    }
  }
  for (const ResultRow& row : results.rows) rows.push_back(to_json(row));
  const Json all{{"schema", 1},
                 {"run", results.run},
                 {"metrics", metrics},
                 {"methods", results.methods},
                 {"images", results.images},
                 {"unmatched", results.unmatched},
                 {"summary", summaries},
                 {"rows", rows}};
  return all.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string to_csv_text(const Results& results) {
  std::string text = "method,image,status,seconds";
  for (const std::string& name : results.metrics) text += ',' + csv_field(name);
  text += ",error\n";
  for (const ResultRow& row : results.rows) {
    text += fmt::format("{},{},{},{}", csv_field(row.method), csv_field(row.image), row.error.empty() ? "ok" : "failed",
                        row.seconds ? csv_number(*row.seconds) : "");
    for (const std::string& name : results.metrics) {
      text += ',';
      const auto found = std::ranges::find(row.metrics, name, &std::pair<std::string, double>::first);
      if (found != row.metrics.end()) text += csv_number(found->second);
    }
    text += ',' + csv_field(row.error) + '\n';
  }
  return text;
}

std::string to_markdown_text(const Results& results) {
  std::string head = "| method |", line = "|---|";
  std::vector<std::vector<std::string>> cells(results.methods.size());
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    head += fmt::format(" {}{}{} |", name, *metric.unit != '\0' ? ", " : "", metric.unit);
    line += "---:|";
    std::vector<MetricSummary> summaries;
    for (const std::string& method : results.methods) summaries.push_back(summarise(results, method, metric));
    std::optional<double> best;
    for (const MetricSummary& summary : summaries) {
      if (summary.count == 0) continue;
      const bool better = !best || (metric.better == Better::higher ? summary.mean > *best : summary.mean < *best);
      if (better) best = summary.mean;
    }
    for (std::size_t m = 0; m < summaries.size(); ++m) {
      std::string cell = summaries[m].count > 0 ? figure(summaries[m].mean, metric) : "";
      if (summaries.size() > 1 && summaries[m].count > 0 && summaries[m].mean == *best) cell = "**" + cell + "**";
      if (summaries[m].infinite > 0) cell += fmt::format(" ({} inf)", summaries[m].infinite);
      cells[m].push_back(cell);
    }
  }
  std::string text = head + '\n' + line + '\n';
  for (std::size_t m = 0; m < cells.size(); ++m) {
    text += "| " + markdown_text(results.methods[m]) + " |";
    for (const std::string& cell : cells[m]) text += ' ' + cell + " |";
    text += '\n';
  }
  return text;
}

}  // namespace csgis
