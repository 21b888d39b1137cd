#include "cli/command_line.h"
#include "cli/dry_run.h"
#include "cli/session.h"
#include "metrics/metric_table.h"
#include "pipelines/benchmark.h"
#include "pipelines/shard.h"

#include <nlohmann/json.hpp>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

/// What a METHOD may be, as the end of the help.
std::string method_forms(std::size_t width) {
  constexpr std::size_t kColumn = 26;
  constexpr std::pair<const char*, const char*> kForms[] = {
      {"NAME", "a method of csgis smooth in its published setting; if there is a training split, also tuned on it"},
      {"NAME:KEY=VALUE,...", "in that setting alone"},
      {"files:dir=DIR,name=X", "results that are there already; seconds from DIR/times.csv (columns image,seconds)"},
      {"external:name=X,cmd=\"prog {in} {out}\"",
       "a program run for each image, which reads and writes PNG; no shell; timeout=SECONDS, 600 when not given"}};
  std::string text = "\nMethods:\n";
  for (const auto& [form, words] : kForms) {
    const std::string head = fmt::format("  {}", form);
    text += head.size() < kColumn ? fmt::format("{:<{}}", head, kColumn) : head + '\n' + std::string(kColumn, ' ');
    text += wrapped(words, kColumn, width) + '\n';
  }
  return text;
}

std::string name_column(const Results& results) {
  std::size_t width = 0;
  for (const std::string& method : results.methods) width = std::max(width, method.size());
  return fmt::format("{{:<{}}}", std::min<std::size_t>(width, 72));
}

std::string cell_of(const Results& results, const MetricSummary* summary) {
  if (summary == nullptr || summary->count == 0) return "-";
  if (!is_complete(results, *summary)) {
    return fmt::format("{:.4g} ({} of {})", summary->mean, summary->count + summary->infinite,
                       most_values(results, summary->metric));
  }
  if (!summary->interval) return fmt::format("{:.4g}", summary->mean);
  return fmt::format("{:.4g} [{:.4g}, {:.4g}]", summary->mean, summary->interval->low, summary->interval->high);
}

void print_table(const Results& results) {
  const std::string column = name_column(results);
  fmt::print(fmt::runtime(column), "");
  for (const std::string& metric : results.metrics) fmt::print("  {:>22}", metric);
  fmt::print("\n");
  for (const std::string& method : results.methods) {
    fmt::print(fmt::runtime(column), method);
    for (const std::string& metric : results.metrics) {
      fmt::print("  {:>22}", cell_of(results, find_summary(results, metric, method)));
    }
    fmt::print("\n");
  }
  for (const SeedMean& mean : results.seed_means) {
    fmt::print("{} over {} seeds: {} {:.4g}, sd {:.2g}\n", mean.group, mean.seeds, mean.metric, mean.mean,
               mean.deviation);
  }
  for (const MethodRecord& record : results.method_records) {
    for (const std::string& flag : record.flags) fmt::print("{}: {}\n", record.name, flag);
  }
  for (const std::string& note : results.notes) fmt::print("{}\n", note);
}

Json to_json(const BenchmarkReport& report, const std::string& out) {
  Json methods = Json::object();
  for (const std::string& method : report.results.methods) {
    for (const std::string& metric : report.results.metrics) {
      const MetricSummary* const summary = find_summary(report.results, metric, method);
      if (summary != nullptr && summary->count > 0) methods[method][metric] = summary->mean;
    }
  }
  return {{"images", report.results.images.size()}, {"errors", report.errors}, {"methods", methods}, {"out", out}};
}

}  // namespace

int run_benchmark(const Command& self, Arguments arguments) {
  BenchmarkOptions options;
  DryRun dry;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(dry);
  line.bind(common);
  line.append_to_help(method_forms);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  if (dry.dry_run) {
    return show_forecast(forecast_benchmark(options, session.context()), options.out, session.context().options);
  }
  const BenchmarkReport report = benchmark(options, session.context());
  if (const Shard shard = Shard::from_option(options.shard); !shard.is_whole()) {
    if (common.json) {
      print_json({{"shard", shard.text()}, {"cells", report.cells}, {"errors", report.errors}, {"out", options.out}});
    } else {
      fmt::print("{}: {} scores of shard {}; a run without --shard ends it\n", options.out, report.cells, shard.text());
    }
  } else if (common.json) {
    print_json(to_json(report, options.out));
  } else {
    print_table(report.results);
    fmt::print("{}/report.html\n", options.out);
  }
  return items_failed(report.errors, options.out);
}

}  // namespace csgis::cli
