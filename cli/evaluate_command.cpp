#include "cli/command_line.h"
#include "cli/session.h"
#include "metrics/metric_table.h"
#include "pipelines/evaluate.h"
#include "pipelines/results_text.h"

#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The metrics there are, as the end of the help.
std::string metrics_text(std::size_t width) {
  constexpr std::size_t kNameColumn = 22;
  std::string text = "\nMetrics:\n";
  for (const MetricInfo& metric : metric_list()) {
    std::string words = metric.summary;
    if (metric.better == Better::lower) words += "; lower is better";
    text +=
        fmt::format("{:<{}}{}\n", fmt::format("  {}", metric.name), kNameColumn, wrapped(words, kNameColumn, width));
  }
  return text;
}

void print_summary(const EvaluateReport& report) {
  const Results& results = report.results;
  const std::string& method = results.methods.front();
  fmt::print("{}: {} of {} images scored\n", method, results.rows.size() - report.errors, results.rows.size());
  fmt::print("  {:<20}  {:>10}  {:>10}  {:>10}  {:>10}\n", "", "mean", "median", "sd", "worst 5 %");
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    const MetricSummary& summary = *find_summary(results, name, method);
    if (summary.count == 0) {
      fmt::print("  {:<20}  no finite value", name);
    } else {
      fmt::print("  {:<20}  {:10.4f}  {:10.4f}  {:10.4f}  {:10.4f}", name, summary.mean, summary.median,
                 summary.deviation, summary.worst);
    }
    if (*metric.unit != '\0') fmt::print("  {}", metric.unit);
    if (summary.infinite > 0) fmt::print("  ({} infinite, not in the figures)", summary.infinite);
    const std::size_t missing = results.rows.size() - report.errors - summary.count - summary.infinite;
    if (missing > 0) fmt::print("  ({} images to which it does not apply)", missing);
    fmt::print("\n");
  }
}

/// Each method's settings from weak to strong, and what they keep at equal detail removed.
void print_trade_off(const EvaluateReport& report) {
  const Results& results = report.results;
  fmt::print("{} photos, {} settings\n  {:<40}", results.images.size(), results.methods.size(), "");
  for (const std::string& name : results.metrics) fmt::print("  {:>16}", name);
  for (const SweepPoint& point : results.sweeps) {
    fmt::print("\n  {:<40}", point.text);
    for (const std::string& name : results.metrics) {
      const std::optional<double> value = value_of(point.metrics, name);
      fmt::print("  {:>16}", value ? fmt::format("{:.4f}", *value) : "-");
    }
  }
  fmt::print("\n");
  if (!results.curve_values.empty()) fmt::print("Interpolated at equal {}:\n", results.curve_values.front().along);
  for (const CurveValue& value : results.curve_values) {
    fmt::print("  {:<32}  {:>6.2f}  {:<16}  {:10.4f}\n", value.family, value.at, value.metric, value.value);
  }
}

Json trade_off_json(const EvaluateReport& report, const std::string& out) {
  Json sweeps = Json::array(), values = Json::array();
  for (const SweepPoint& point : report.results.sweeps) {
    Json metrics = Json::object();
    for (const auto& [name, value] : point.metrics) metrics[name] = value;
    sweeps.push_back({{"family", point.family}, {"text", point.text}, {"metrics", metrics}});
  }
  for (const CurveValue& value : report.results.curve_values) {
    values.push_back({{"family", value.family},
                      {"along", value.along},
                      {"at", value.at},
                      {"metric", value.metric},
                      {"value", value.value}});
  }
  return {{"images", report.results.images.size()},
          {"errors", report.errors},
          {"sweeps", sweeps},
          {"curve_values", values},
          {"out", out.empty() ? Json(nullptr) : Json(out)}};
}

Json to_json(const EvaluateReport& report, const std::string& out) {
  const Results& results = report.results;
  Json metrics = Json::object();
  for (const std::string& name : results.metrics) {
    const MetricSummary& summary = *find_summary(results, name, results.methods.front());
    Json value{{"count", summary.count}, {"infinite", summary.infinite}};
    if (summary.count > 0) {
      value.update(Json{
          {"mean", summary.mean}, {"median", summary.median}, {"sd", summary.deviation}, {"worst5", summary.worst}});
    }
    metrics[name] = value;
  }
  return {{"method", results.methods.front()},
          {"images", results.rows.size() - report.errors},
          {"errors", report.errors},
          {"unmatched", results.unmatched.size()},
          {"metrics", metrics},
          {"out", out.empty() ? Json(nullptr) : Json(out)}};
}

}  // namespace

int run_evaluate(const Command& self, Arguments arguments) {
  EvaluateOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.append_to_help(metrics_text);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const EvaluateReport report = evaluate(options, session.context());
  if (!report.results.unmatched.empty()) {
    session.context().log.warning("{} without an image in {}: {}",
                                  options.pairing == Pairing::dataset ? "samples" : "ground truths", options.pred,
                                  report.results.unmatched.size());
  }
  const bool trade_off = !report.results.sweeps.empty();
  if (common.json) {
    print_json(trade_off ? trade_off_json(report, options.out) : to_json(report, options.out));
  } else if (trade_off) {
    print_trade_off(report);
  } else if (options.format == ResultFormat::csgis_txt) {
    if (options.out.empty()) fmt::print("{}", csgis_txt_line(report.results));
  } else {
    print_summary(report);
  }
  for (const ResultRow& row : report.results.rows) {
    if (!row.error.empty() && options.out.empty()) session.context().log.warning("{}: {}", row.image, row.error);
  }
  return options.out.empty() ? (report.errors > 0 ? kItemsFailed : kDone) : items_failed(report.errors, options.out);
}

}  // namespace csgis::cli
