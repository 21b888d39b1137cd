#include "cli/command_line.h"
#include "cli/session.h"
#include "core/error.h"
#include "pipelines/figure.h"
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
    context.log.warning("pictures outside the folder of {} were not read: {}; --data DIR allows a folder",
                        command.results, count.outside);
  }
  if (count.missing > 0) context.log.warning("pictures missing or unreadable: {}", count.missing);
  return count;
}

void draw(const ReportCommandOptions& command, const Results& results, const ReportOptions& options,
          const FigureOptions& figure, const RunContext& context) {
  const ResultImages images(results, fs::path(command.results).parent_path(), options.data, options.max_pixels);
  OutputFolder folder(command.out, Shard{}, context.log);
  check_not_there(folder, kFigureFiles, context);
  write_figure(results, images, figure, folder);
}

/// Nothing is said about the figure.
bool is_plain(const FigureOptions& figure) {
  return to_json_record(figure) == to_json_record(FigureOptions());
}

}  // namespace

int run_report(const Command& self, Arguments arguments) {
  ReportCommandOptions command;
  ReportOptions options;
  FigureOptions figure;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(command);
  line.bind(options);
  line.bind(figure);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;
  require<UsageError>(command.cite || !command.out.empty(), "--out is required");
  require<UsageError>(!(command.cite && common.json), "--cite prints BibTeX, not JSON");
  require<UsageError>(figure.figure.empty() || !command.out.empty(), "--figure needs --out");
  require<UsageError>(!figure.figure.empty() || is_plain(figure),
                      "--crop, --panel, --caption, --layout, --difference, --scan-line, --width-cm and --dpi are for "
                      "--figure");

  const Session session(common);
  const Results results = read_results(command.results);
  if (command.cite) fmt::print("{}", bibliography(results));
  if (command.out.empty()) return kDone;
  if (!figure.figure.empty()) {
    draw(command, results, options, figure, session.context());
    if (common.json) {
      print_json(Json{{"out", command.out}, {"figure", "figure.pdf"}});
    } else if (!command.cite) {
      fmt::print("{}/figure.pdf\n", command.out);
    }
    return kDone;
  }
  const PictureCount count = render(command, results, options, session.context());
  if (common.json) {
    print_json(Json{{"out", command.out}, {"images_shown", count.shown}, {"images_kept", count.kept}});
  } else if (!command.cite) {
    fmt::print("{}/report.html\n", command.out);
  }
  return kDone;
}

}  // namespace csgis::cli
