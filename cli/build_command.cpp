#include "cli/command_line.h"
#include "cli/dry_run.h"
#include "cli/session.h"
#include "pipelines/blend_record.h"
#include "pipelines/build.h"
#include "pipelines/negative_summary.h"

#include <nlohmann/json.hpp>

namespace csgis::cli {
namespace {

void print_report(const BuildReport& report, const BuildOptions& options, bool as_json) {
  if (as_json) {
    nlohmann::ordered_json object{{"out", options.out},          {"samples", report.samples},
                                  {"resumed", report.resumed},   {"gt", report.gts},
                                  {"textures", report.textures}, {"without_label", report.without_label},
                                  {"errors", report.errors}};
    if (!options.photos.empty()) object["without_photo"] = report.without_photo;
    if (!report.blends.is_null()) object["blends"] = report.blends;
    if (!report.negatives.is_null()) object["negatives"] = report.negatives;
    print_json(object);
    return;
  }
  fmt::print("{}: {} samples of {} GTs and {} textures", options.out, report.samples, report.gts, report.textures);
  if (report.resumed > 0) fmt::print(", {} of them from an earlier run", report.resumed);
  if (!options.labels.empty() && report.without_label > 0) fmt::print("; {} GTs without label", report.without_label);
  if (!options.photos.empty() && report.without_photo > 0) fmt::print("; {} GTs without photo", report.without_photo);
  fmt::print("\n{}{}", blend_summary_text(report.blends), negative_summary_text(report.negatives));
}

}  // namespace

int run_build(const Command& self, Arguments arguments) {
  BuildOptions options;
  DryRun dry;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(dry);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  if (dry.dry_run) {
    return show_forecast(forecast_build(options, session.context()), options.out, session.context().options);
  }
  const BuildReport report = build_dataset(options, session.context());
  print_report(report, options, common.json);
  return items_failed(report.errors, options.out);
}

}  // namespace csgis::cli
