#include "pipelines/results_text.h"

#include "metrics/metric_table.h"

#include <fmt/format.h>

#include <cmath>

namespace csgis {
namespace {

/// Quoted where a comma, quote or line break asks for it (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string csv_number(double value) {
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : nlohmann::json(value).dump();
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

/// Of the methods with a finite value; none if no method has one.
std::optional<double> best_mean(const Results& results, const MetricInfo& metric) {
  std::optional<double> best;
  for (const MetricSummary& summary : results.summary) {
    if (summary.metric != metric.name || summary.count == 0) continue;
    const bool better = !best || (metric.better == Better::higher ? summary.mean > *best : summary.mean < *best);
    if (better) best = summary.mean;
  }
  return best;
}

std::string markdown_cell(const MetricSummary* summary, const MetricInfo& metric, bool is_best) {
  if (summary == nullptr) return {};
  std::string cell = summary->count > 0 ? figure(summary->mean, metric) : "";
  if (is_best) cell = "**" + cell + "**";
  if (summary->infinite > 0) cell += fmt::format(" ({} inf)", summary->infinite);
  return cell;
}

}  // namespace

std::string to_csv_text(const Results& results) {
  std::string text = "method,image,status,seconds";
  for (const std::string& name : results.metrics) text += ',' + csv_field(name);
  text += ",error\n";
  for (const ResultRow& row : results.rows) {
    text += fmt::format("{},{},{},{}", csv_field(row.method), csv_field(row.image), row.error.empty() ? "ok" : "failed",
                        row.seconds ? csv_number(*row.seconds) : "");
    for (const std::string& name : results.metrics) {
      const std::optional<double> value = value_of(row.metrics, name);
      text += ',' + (value ? csv_number(*value) : "");
    }
    text += ',' + csv_field(row.error) + '\n';
  }
  return text;
}

std::string to_markdown_text(const Results& results) {
  std::string head = "| method |", line = "|---|";
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    head += fmt::format(" {}{}{} |", name, *metric.unit != '\0' ? ", " : "", metric.unit);
    line += "---:|";
  }
  std::string text = head + '\n' + line + '\n';
  for (const std::string& method : results.methods) {
    text += "| " + markdown_text(method) + " |";
    for (const std::string& name : results.metrics) {
      const MetricInfo& metric = find_metric(name);
      const MetricSummary* const summary = find_summary(results, name, method);
      const bool is_best = results.methods.size() > 1 && summary != nullptr && summary->count > 0 &&
                           summary->mean == best_mean(results, metric);
      text += ' ' + markdown_cell(summary, metric, is_best) + " |";
    }
    text += '\n';
  }
  return text;
}

std::string csgis_txt_line(const Results& results) {
  double psnr = 0, ssim = 0, count = 0;
  for (const ResultRow& row : results.rows) {
    if (!row.error.empty()) continue;
    psnr += row.metrics.at(0).second;
    ssim += row.metrics.at(1).second;
    ++count;
  }
  return fmt::format("{}   psnr:tensor({:.4f})    ssim:tensor({:.4f})\n", results.methods.front(), psnr / count,
                     ssim / count);
}

}  // namespace csgis
