#include "cli/command_line.h"
#include "cli/dry_run.h"
#include "cli/session.h"
#include "pipelines/negative_summary.h"
#include "pipelines/negatives_folder.h"

namespace csgis::cli {

int run_negatives(const Command& self, Arguments arguments) {
  NegativesFolderOptions options;
  DryRun dry;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(dry);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  if (dry.dry_run) {
    return show_forecast(forecast_negatives(options, session.context()), options.out, session.context().options);
  }
  const NegativesFolderReport report = make_negatives_folder(options, session.context());
  if (common.json) {
    const nlohmann::ordered_json object{{"out", options.out},
                                        {"images", report.images},
                                        {"resumed", report.resumed},
                                        {"errors", report.errors},
                                        {"negatives", report.summary}};
    print_json(object);
  } else {
    fmt::print("{}: negatives of {} images\n{}", options.out, report.images, negative_summary_text(report.summary));
  }
  return items_failed(report.errors, options.out);
}

}  // namespace csgis::cli
