#include "cli/command_line.h"
#include "cli/session.h"
#include "core/nearest_name.h"
#include "imaging/png_writer.h"
#include "pipelines/merge.h"
#include "pipelines/output_folder.h"
#include "pipelines/texture_report.h"
#include "pipelines/verify.h"

#include <nlohmann/json.hpp>

#include <array>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

struct MergeArguments {
  std::string out;
};
template <class V>
void describe(V& v, MergeArguments& o) {
  v("out", o.out, folder().required(), "where the whole dataset goes; may be one of the shards' folders");
}

int run_merge(const Command& self, Arguments arguments) {
  MergeArguments options;
  CommonOptions common;
  std::vector<std::string> folders;
  CommandLine line(fmt::format("data {}", self.name), self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.bind_positional("DIR...", folders, 1);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const MergeReport report = merge_dataset(folders, options.out, session.context());
  if (common.json) {
    print_json(
        {{"out", options.out}, {"shards", report.shards}, {"samples", report.samples}, {"errors", report.errors}});
  } else {
    fmt::print("{}: {} samples of {} shards\n", options.out, report.samples, report.shards);
  }
  if (report.errors == 0) return kDone;
  fmt::print(stderr, "csgis: {} items failed; see {}/errors.jsonl\n", report.errors, options.out);
  return kItemsFailed;
}

int run_verify(const Command& self, Arguments arguments) {
  CommonOptions common;
  std::vector<std::string> folders;
  CommandLine line(fmt::format("data {}", self.name), self.summary, self.example);
  line.bind(common);
  line.bind_positional("DIR", folders, 1, 1);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const VerifyReport report = verify_dataset(folders.front(), session.context());
  if (common.json) {
    Json findings = Json::array();
    for (const VerifyFinding& finding : report.findings) {
      findings.push_back({{"file", finding.file}, {"reason", finding.reason}});
    }
    print_json({{"files", report.files}, {"bytes", report.bytes}, {"samples", report.samples}, {"findings", findings}});
  } else {
    for (const VerifyFinding& finding : report.findings) fmt::print("{}: {}\n", finding.file, finding.reason);
    fmt::print("{}: {} samples, {} files, {:.1f} MB: {}\n", folders.front(), report.samples, report.files,
               static_cast<double>(report.bytes) / 1e6,
               report.findings.empty() ? "all as written" : fmt::format("{} wrong", report.findings.size()));
  }
  return report.findings.empty() ? kDone : kItemsFailed;
}

struct TexturesArguments {
  std::string out;
};
template <class V>
void describe(V& v, TexturesArguments& o) {
  v("out", o.out, file(), "write a sheet of the textures, each repeated, with their figures: a PNG file");
}

Json to_json(const TextureReport& report) {
  Json textures = Json::array();
  for (const TextureRow& row : report.textures) {
    const TextureMeasures& m = row.measures;
    textures.push_back({{"id", row.id},
                        {"group", row.group},
                        {"height", row.size.height},
                        {"width", row.size.width},
                        {"contrast", m.contrast},
                        {"period", m.period},
                        {"seam", m.seam},
                        {"colour", m.colour},
                        {"like", row.like.empty() ? Json(nullptr) : Json(row.like)}});
  }
  Json errors = Json::array();
  for (const ItemError& error : report.errors) errors.push_back({{"file", error.file}, {"reason", error.reason}});
  return {{"textures", textures}, {"errors", errors}};
}

int run_textures(const Command& self, Arguments arguments) {
  TexturesArguments options;
  CommonOptions common;
  std::vector<std::string> folders;
  CommandLine line(fmt::format("data {}", self.name), self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.bind_positional("DIR", folders, 1, 1);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const TextureReport report = measure_textures(folders.front(), session.context());
  if (!options.out.empty()) {
    PngWriter png;
    write_single_file(options.out, png.encode(texture_sheet(report)), common.overwrite);
  }
  if (common.json) {
    print_json(to_json(report));
  } else {
    fmt::print("{}", texture_table(report));
  }
  for (const ItemError& error : report.errors) fmt::print(stderr, "csgis: {}: {}\n", error.file, error.reason);
  return report.errors.empty() ? kDone : kItemsFailed;
}

constexpr std::array kDataCommands{
    Command{"merge", "join the shards of a build into one dataset", "csgis data merge part-0 part-1 --out dataset",
            run_merge},
    Command{"textures", "measure textures: contrast, period, seams, colour, near-duplicates",
            "csgis data textures textures --out sheet.png", run_textures},
    Command{"verify", "check every file of a dataset against its record", "csgis data verify dataset", run_verify},
};

int print_commands() {
  fmt::print("Usage: csgis data COMMAND [options]\n\nCommands:\n");
  for (const Command& command : kDataCommands) fmt::print("  {:<12}{}\n", command.name, command.summary);
  fmt::print("\n`csgis help data COMMAND` shows the options of one.\n");
  return kDone;
}

}  // namespace

int run_data(const Command&, Arguments arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    const int code = print_commands();
    return arguments.empty() ? kWrongUsage : code;
  }
  std::vector<std::string> names;
  for (const Command& command : kDataCommands) {
    if (arguments[0] == command.name) return command.run(command, arguments.subspan(1));
    names.emplace_back(command.name);
  }
  fail<UsageError>("unknown command 'data {}'; did you mean 'data {}'?", arguments[0],
                   nearest_name(arguments[0], names));
}

}  // namespace csgis::cli
