#include "cli/command_line.h"
#include "cli/session.h"
#include "pipelines/rerun.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const RerunReport& report) {
  Json metrics = Json::object();
  for (const MetricDifference& metric : report.metrics) {
    metrics[metric.metric] = {{"compared", metric.compared},
                              {"differing", metric.differing},
                              {"largest", std::isfinite(metric.largest) ? Json(metric.largest) : Json("inf")},
                              {"where", metric.where}};
  }
  return {{"equal", report.is_equal()}, {"metrics", metrics}, {"changes", report.changes}};
}

void print(const RerunReport& report) {
  for (const MetricDifference& metric : report.metrics) {
    fmt::print("{}: {} of {} values differ", metric.metric, metric.differing, metric.compared);
    if (metric.largest > 0) fmt::print(", at most by {:.3g} ({})", metric.largest, metric.where);
    fmt::print("\n");
  }
  for (const std::string& change : report.changes) fmt::print("{}\n", change);
  fmt::print("{}\n", report.is_equal() ? "the same results" : "not the same results");
}

}  // namespace

int run_rerun(const Command& self, Arguments arguments) {
  RerunOptions options;
  CommonOptions common;
  std::vector<std::string> files;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.bind_positional("results.json", files, 1, 1);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const RerunReport report = rerun(files.front(), options, session.context());
  if (common.json) {
    print_json(to_json(report));
  } else {
    print(report);
  }
  const int failed = items_failed(report.errors, options.out);
  return report.is_equal() ? failed : kItemsFailed;
}

}  // namespace csgis::cli
