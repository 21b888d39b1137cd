#include "cli/command_line.h"
#include "cli/session.h"
#include "core/error.h"
#include "pipelines/references.h"
#include "pipelines/report.h"

#include <nlohmann/json.hpp>

#include <boost/filesystem/operations.hpp>

namespace csgis::cli {
namespace {

namespace fs = boost::filesystem;
using Json = nlohmann::ordered_json;

struct ReportCommandOptions {
  std::string results, out;
  bool cite = false;
};
template <class V>
void describe(V& v, ReportCommandOptions& o) {
  v("results", o.results, file().required(), "results.json of a benchmark or an evaluation");
  v("out", o.out, folder(), "where the report, or the figure, goes");
  v("cite", o.cite, any_value(), "print the BibTeX of all methods and metrics");
}

/// Below the report's options, when no figure is asked for.
PictureCount render(const ReportCommandOptions& command, const Results& results, const ReportOptions& options,
                    const RunContext& context) {
  OutputFolder folder(command.out, Shard{}, context.log);
  check_not_there(folder, kReportFiles, context);
  const PictureCount count = write_report(results, fs::path(command.results).parent_path(), folder, options, context);
  if (count.outside > 0) {
    context.log.warning("{} pictures lie outside the folder of {}; --data DIR names the folder to read them from",
                        count.outside, command.results);
  }
  if (count.missing > 0) context.log.warning("{} pictures are missing or unreadable", count.missing);
  return count;
}

}  // namespace

int run_report(const Command& self, Arguments arguments) {
  ReportCommandOptions command;
  ReportOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(command);
  line.bind(options);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;
  require<UsageError>(command.cite || !command.out.empty(), "--out is required");
  require<UsageError>(!(command.cite && common.json), "--cite prints BibTeX, not JSON");

  const Session session(common);
  const Results results = read_results(command.results);
  if (command.cite) fmt::print("{}", bibliography(results));
  if (command.out.empty()) return kDone;
  const PictureCount count = render(command, results, options, session.context());
  if (common.json) {
    print_json(Json{{"out", command.out}, {"images_shown", count.shown}, {"images_kept", count.kept}});
  } else if (!command.cite) {
    fmt::print("{}/report.html\n", command.out);
  }
  return kDone;
}

}  // namespace csgis::cli
