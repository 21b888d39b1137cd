#include "cli/command_line.h"
#include "cli/session.h"
#include "imaging/png_writer.h"
#include "pipelines/data_source.h"
#include "pipelines/export.h"
#include "pipelines/fetch.h"
#include "pipelines/import_voc.h"
#include "pipelines/merge.h"
#include "pipelines/output_folder.h"
#include "pipelines/packed_samples.h"
#include "pipelines/texture_report.h"
#include "pipelines/verify.h"

#include <nlohmann/json.hpp>

#include <unistd.h>
#include <array>
#include <numeric>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<ItemError>& list) {
  Json errors = Json::array();
  for (const ItemError& error : list) errors.push_back({{"file", error.file}, {"reason", error.reason}});
  return errors;
}

/// Reads `csgis data NAME PLACE [options]`. False where help was asked for.
template <class Options>
bool parse(const Command& self, Arguments arguments, Options& options, CommonOptions& common, const char* place,
           std::string& value) {
  std::vector<std::string> values;
  CommandLine line(fmt::format("data {}", self.name), self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.bind_positional(place, values, 1, 1);
  if (!line.parse(arguments)) return false;
  value = values.front();
  return true;
}

struct MergeArguments {
  std::string out;
};
template <class V>
void describe(V& v, MergeArguments& o) {
  v("out", o.out, folder().required(), "where the whole goes; may be one of the shards' folders");
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
    fmt::print("{}: {} {} of {} shards\n", options.out, report.samples, report.unit, report.shards);
  }
  if (report.errors == 0) return kDone;
  fmt::print(stderr, "csgis: {} items failed; see {}/errors.jsonl\n", report.errors, options.out);
  return kItemsFailed;
}

int run_verify(const Command& self, Arguments arguments) {
  VerifyOptions options;
  CommonOptions common;
  std::string folder;
  if (!parse(self, arguments, options, common, "DIR", folder)) return kDone;

  const Session session(common);
  const VerifyReport report = verify_dataset(folder, options, session.context());
  if (common.json) {
    Json findings = Json::array();
    for (const VerifyFinding& finding : report.findings) {
      findings.push_back({{"file", finding.file}, {"reason", finding.reason}});
    }
    print_json({{"files", report.files}, {"bytes", report.bytes}, {"samples", report.samples}, {"findings", findings}});
  } else {
    for (const VerifyFinding& finding : report.findings) fmt::print("{}: {}\n", finding.file, finding.reason);
    fmt::print("{}: {} samples, {} files, {:.1f} MB: {}\n", folder, report.samples, report.files,
               static_cast<double>(report.bytes) / 1e6,
               report.findings.empty() ? "all as written" : fmt::format("{} wrong", report.findings.size()));
  }
  return report.findings.empty() ? kDone : kItemsFailed;
}

int run_list(const Command& self, Arguments arguments) {
  CommonOptions common;
  CommandLine line(fmt::format("data {}", self.name), self.summary, self.example);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  Json list = Json::array();
  for (const DataSource& source : data_sources()) {
    const std::uint64_t size =
        std::accumulate(source.files.begin(), source.files.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const SourceFile& file) { return sum + file.size; });
    list.push_back({{"name", source.name},
                    {"title", source.title},
                    {"used_for", source.used_for},
                    {"bytes", size},
                    {"licence", source.licence},
                    {"terms", source.terms},
                    {"homepage", source.homepage},
                    {"ids", source.ids}});
    if (common.json) continue;
    const std::size_t width = terminal_width(STDOUT_FILENO);
    fmt::print("{}: {}{}\n", source.name, wrapped(source.title, 2, width - source.name.size() - 2),
               size > 0 ? fmt::format(" ({:.0f} MB)", static_cast<double>(size) / 1e6) : "");
    fmt::print("  for      {}\n", wrapped(source.used_for, 11, width - 11));
    fmt::print("  licence  {}\n", wrapped(source.licence + ". " + source.terms, 11, width - 11));
    fmt::print("  see      {}\n\n", source.homepage);
  }
  if (common.json) print_json({{"sources", list}});
  return kDone;
}

int run_fetch(const Command& self, Arguments arguments) {
  FetchOptions options;
  CommonOptions common;
  std::string name;
  if (!parse(self, arguments, options, common, "NAME", name)) return kDone;

  const Session session(common);
  const DataSource source = source_to_fetch(name, options);
  const FetchReport report = fetch(source, options, session.context());
  if (common.json) {
    print_json({{"out", report.folder},
                {"files", report.files},
                {"was_there", report.was_there},
                {"missing", report.missing}});
  } else {
    fmt::print("{}: {}\n", report.folder,
               report.was_there ? "everything is there" : fmt::format("{} files", report.files));
    if (!common.quiet) fmt::print(stderr, "csgis: licence: {}. {}\n", source.licence, source.terms);
  }
  if (report.missing.empty()) return kDone;
  fmt::print(stderr, "csgis: {} should hold {}\n", source.name, fmt::join(report.missing, ", "));
  return kItemsFailed;
}

int run_export(const Command& self, Arguments arguments) {
  ExportOptions options;
  CommonOptions common;
  std::string dataset;
  if (!parse(self, arguments, options, common, "DATASET", dataset)) return kDone;

  const Session session(common);
  const ExportReport report = export_dataset(dataset, options, session.context());
  if (common.json) {
    print_json({{"out", options.out},
                {"samples", report.samples},
                {"files", report.files},
                {"bytes", report.bytes},
                {"errors", report.errors}});
  } else {
    fmt::print("{}: {} samples, {} files, {:.1f} MB\n", options.out, report.samples, report.files,
               static_cast<double>(report.bytes) / 1e6);
  }
  return items_failed(report.errors, options.out);
}

int run_import_voc(const Command& self, Arguments arguments) {
  ImportVocOptions options;
  CommonOptions common;
  std::string given;
  if (!parse(self, arguments, options, common, "VOCdevkit|FILE.tar", given)) return kDone;

  const Session session(common);
  const ImportVocReport report = import_voc(given, options, session.context());
  if (common.json) {
    print_json({{"out", options.out}, {"images", report.images}, {"sets", report.sets}, {"errors", report.errors}});
  } else {
    fmt::print("{}: {} photos with labels, lists {}\n", options.out, report.images, fmt::join(report.sets, ", "));
  }
  return items_failed(report.errors, options.out);
}

int run_pack(const Command& self, Arguments arguments) {
  PackOptions options;
  CommonOptions common;
  std::string folder;
  if (!parse(self, arguments, options, common, "DIR", folder)) return kDone;

  const Session session(common);
  const PackReport report = pack_dataset(folder, options, session.context());
  if (common.json) {
    print_json({{"out", options.out},
                {"train", report.train},
                {"held_out", report.held_out},
                {"images", report.images},
                {"bytes", report.bytes},
                {"errors", to_json(report.errors)}});
  } else {
    fmt::print("{}: {} samples for training, {} held out; {} images, {:.1f} MB\n", options.out, report.train,
               report.held_out, report.images, static_cast<double>(report.bytes) / 1e6);
  }
  for (const ItemError& error : report.errors) fmt::print(stderr, "csgis: {}: {}\n", error.item, error.reason);
  return report.errors.empty() ? kDone : kItemsFailed;
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
  return {{"textures", textures}, {"errors", to_json(report.errors)}};
}

int run_textures(const Command& self, Arguments arguments) {
  TexturesArguments options;
  CommonOptions common;
  std::string folder;
  if (!parse(self, arguments, options, common, "DIR", folder)) return kDone;

  const Session session(common);
  const TextureReport report = measure_textures(folder, session.context());
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
    Command{"export", "write a dataset as WebDataset, imagefolder or Croissant",
            "csgis data export dataset --format webdataset --out shards", run_export},
    Command{"fetch", "download public data or weights, check and unpack them", "csgis data fetch kodak --to photos",
            run_fetch},
    Command{"import-voc", "photos and labels of a VOC development kit, checked",
            "csgis data import-voc VOCdevkit --out voc", run_import_voc},
    Command{"list", "the public data and weights that are known, with their licences", "csgis data list", run_list},
    Command{"merge", "join the shards of build, gt, smooth or negatives", "csgis data merge part-0 part-1 --out whole",
            run_merge},
    Command{"pack", "all samples of a dataset decoded in one file, for training",
            "csgis data pack dataset --out dataset.pack", run_pack},
    Command{"textures", "measure textures: contrast, period, seams, colour, near-duplicates",
            "csgis data textures synth/textures --out sheet.png", run_textures},
    Command{"verify", "check every file of a dataset against its record", "csgis data verify dataset", run_verify},
};

}  // namespace

std::span<const Command> data_commands() {
  return kDataCommands;
}

}  // namespace csgis::cli
