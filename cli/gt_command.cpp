#include "cli/command_line.h"
#include "cli/session.h"
#include "pipelines/gt.h"

#include <nlohmann/json.hpp>

namespace csgis::cli {
namespace {

std::string default_candidates_text(std::size_t width) {
  std::string list;
  for (const std::string& method : default_gt_candidates()) list += (list.empty() ? "" : " ") + method;
  return fmt::format("\nWithout --candidate:\n  {}\n", wrapped(list, 2, width));
}

void print_report(const GtReport& report, const GtOptions& options, bool as_json) {
  const GtCounts& counts = report.counts;
  if (as_json) {
    print_json({{"out", options.out},
                {"photos", counts.photos},
                {"not_selected", counts.unselected},
                {"rejected", counts.rejected},
                {"chosen", counts.chosen},
                {"by_person", counts.by_person},
                {"resumed", report.resumed},
                {"errors", report.errors}});
    return;
  }
  fmt::print("{}: {} ground truths of {} photos", options.out, counts.chosen, counts.photos);
  if (counts.unselected > 0) fmt::print(", {} not selected", counts.unselected);
  if (counts.rejected > 0) fmt::print(", {} rejected", counts.rejected);
  if (counts.by_person > 0) fmt::print(", {} decided by a person", counts.by_person);
  if (report.resumed > 0) fmt::print("; candidates of {} from an earlier run", report.resumed);
  fmt::print("\n");
}

}  // namespace

int run_gt(const Command& self, Arguments arguments) {
  GtOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.append_to_help(default_candidates_text);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const GtReport report = make_ground_truths(options, session.context());
  print_report(report, options, common.json);
  return items_failed(report.errors, options.out);
}

}  // namespace csgis::cli
