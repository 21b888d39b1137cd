#include "pipelines/rerun.h"

#include "core/error.h"
#include "pipelines/benchmark.h"
#include "pipelines/report.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Key = std::pair<std::string, std::string>;  // method, image

std::string text_at(const nlohmann::ordered_json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

BenchmarkOptions options_of(const nlohmann::ordered_json& run, const std::string& file) {
  require<DataError>(run.is_object() && text_at(run, "command") == "benchmark" && run.contains("options") &&
                         run.contains("inputs") && run.at("inputs").is_object(),
                     "{}: not the record of a benchmark", file);
  BenchmarkOptions options;
  read_json_record(nlohmann::json(run.at("options")), options);
  const auto& inputs = run.at("inputs");
  options.data = text_at(inputs, "data");
  options.pairs = text_at(inputs, "pairs");
  options.in = text_at(inputs, "in");
  options.gt = text_at(inputs, "gt");
  options.groups = text_at(inputs, "groups");
  return options;
}

std::uint64_t seed_of(const nlohmann::ordered_json& run, const std::string& file) {
  const auto found = run.find("seed");
  require<DataError>(found != run.end() && found->is_number_unsigned(), "{}: run.seed is no whole number", file);
  return found->get<std::uint64_t>();
}

std::map<Key, const ResultRow*> rows_of(const Results& results) {
  std::map<Key, const ResultRow*> rows;
  for (const ResultRow& row : results.rows) rows[{row.method, row.image}] = &row;
  return rows;
}

double distance(double a, double b) {
  if (a == b) return 0;  // infinities too
  return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) : std::numeric_limits<double>::infinity();
}

void compare(const ResultRow& before, const ResultRow& now, double tolerance, MetricDifference& difference) {
  const auto a = value_of(before.metrics, difference.metric), b = value_of(now.metrics, difference.metric);
  if (!a && !b) return;
  ++difference.compared;
  const double d = a && b ? distance(*a, *b) : std::numeric_limits<double>::infinity();
  if (d > tolerance) ++difference.differing;
  if (d <= difference.largest) return;
  difference.largest = d;
  difference.where = before.method + ", " + before.image;
}

RerunReport compared(const Results& before, const Results& now, double tolerance) {
  RerunReport report;
  const auto old_rows = rows_of(before), new_rows = rows_of(now);
  for (const std::string& metric : before.metrics) report.metrics.push_back({metric, 0, 0, 0, {}});
  for (const auto& [key, row] : old_rows) {
    const std::string name = key.first + ", " + key.second;
    const auto found = new_rows.find(key);
    if (found == new_rows.end()) {
      report.changes.push_back(name + ": not there any more");
    } else if (row->error.empty() != found->second->error.empty()) {
      report.changes.push_back(name + (row->error.empty() ? ": fails now: " + found->second->error : ": works now"));
    } else {
      for (MetricDifference& metric : report.metrics) compare(*row, *found->second, tolerance, metric);
    }
  }
  for (const auto& [key, row] : new_rows) {
    if (!old_rows.contains(key)) report.changes.push_back(key.first + ", " + key.second + ": was not there");
  }
  const auto files = before.run.find("files");
  if (files != before.run.end() && files->is_object()) {
    for (const auto& [method, hash] : files->items()) {
      const auto now_files = now.run.find("files");
      const bool is_same = now_files != now.run.end() && now_files->value(method, nlohmann::ordered_json()) == hash;
      if (!is_same) report.changes.push_back(method + ": other weights");
    }
  }
  for (const char* what : {"toolkit", "simd"}) {
    const std::string was = text_at(before.run, what), is = text_at(now.run, what);
    if (was != is) report.changes.push_back(fmt::format("{}: {} now, {} before", what, is, was));
  }
  return report;
}

/// Cells that are there would be taken over.
void check_new(const fs::path& out) {
  boost::system::error_code ignored;
  if (!fs::is_directory(out, ignored)) return;
  for (const auto& entry : fs::directory_iterator(out)) {
    const std::string name = entry.path().filename().string();
    require<OutputError>(!name.starts_with("cells.") && name != "results.json",
                         "{} holds a benchmark; --out must be another folder, in which all is computed again",
                         out.string());
  }
}

/// Inputs are named as they were when the benchmark was made.
void check_inputs(const BenchmarkOptions& wanted, const std::string& folder) {
  for (const std::string& input : {wanted.data, wanted.pairs, wanted.in, wanted.gt}) {
    boost::system::error_code ignored;
    require<NothingUsable>(input.empty() || fs::exists(input, ignored), "{}: not there; the benchmark was made in {}",
                           input, folder.empty() ? "another folder" : folder);
  }
}

}  // namespace

bool RerunReport::is_equal() const {
  return changes.empty() &&
         std::ranges::all_of(metrics, [](const MetricDifference& metric) { return metric.differing == 0; });
}

RerunReport rerun(const std::string& results_file, const RerunOptions& options, const RunContext& context) {
  validate(options);
  const Results before = read_results(results_file);
  BenchmarkOptions wanted = options_of(before.run, results_file);
  wanted.out = options.out;
  boost::system::error_code ignored;
  require<UsageError>(!fs::equivalent(fs::absolute(results_file).parent_path(), options.out, ignored),
                      "--out is the folder of {}: its cells would be taken over, not computed again", results_file);
  RunContext again{context.log, context.progress, context.cancel, context.options};
  again.options.seed = seed_of(before.run, results_file);
  check_new(options.out);
  check_inputs(wanted, text_at(before.run, "folder"));
  const BenchmarkReport now = benchmark(wanted, again);
  RerunReport report = compared(before, now.results, options.tolerance);
  report.errors = now.errors;
  return report;
}

}  // namespace csgis
