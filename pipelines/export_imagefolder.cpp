#include "core/error.h"
#include "pipelines/export_run.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <set>

namespace csgis {
namespace {

namespace fs = boost::filesystem;
using Json = nlohmann::ordered_json;

/// Splits have the names there that the community uses, and letters, digits and '_' alone.
std::string hub_name(const std::string& split) {
  if (split == "val") return "validation";
  std::string name = split;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class ImageFolderExport : public ExportRun {
 public:
  using ExportRun::ExportRun;

 protected:
  std::vector<std::string> parts() const override {
    std::vector<std::string> parts{"README.md"};
    for (const auto& [split, places] : samples_by_split(source())) parts.push_back(split + '/');
    return parts;
  }

  std::vector<std::string> lists() const override {
    std::vector<std::string> lists{"README.md"};
    for (const auto& [split, places] : samples_by_split(source())) lists.push_back(split + "/metadata.jsonl");
    return lists;
  }

  void write() override {
    const auto splits = samples_by_split(source());
    ProgressTask progress(context().progress, "linking", source().samples.size());
    for (const auto& [split, places] : splits) {
      std::set<std::string> linked;
      auto next = places.begin();
      out().write_lines_synced(split + "/metadata.jsonl", [&](std::string& line) {
        while (next != places.end()) {
          if (context().cancel.requested()) throw Cancelled();
          const SampleRecord& sample = source().samples[*next++];
          progress.advance();
          if (!link_files(split, sample, linked)) continue;
          line = metadata(sample).dump();
          ++report().samples;
          return true;
        }
        return false;
      });
      report().files += linked.size();
    }
    out().write_synced("README.md", readme(splits));
  }

 private:
  /// Samples share ground truths: a file is linked once for each split.
  bool link_files(const std::string& split, const SampleRecord& sample, std::set<std::string>& linked) {
    for (const std::string& file : sample.files()) {
      if (!linked.insert(file).second) continue;
      const fs::path from = source().root / file;
      const bool is_good = errors().try_item(sample.key, from, "export", [&] {
        boost::system::error_code error;
        require<IoError>(fs::is_regular_file(from, error), "is not there");
        report().bytes += fs::file_size(from);
        const std::string to = split + '/' + file;
        out().make_folder(fs::path(to).parent_path().string());
        out().link_or_copy(from, to);
      });
      if (!is_good) return false;
    }
    return true;
  }

  /// The loader opens file_name, and, in newer versions, every column that ends in _file_name.
  static Json metadata(const SampleRecord& sample) {
    Json line{{"file_name", sample.blend},
              {"gt_file_name", sample.gt},
              {"edge_file_name", sample.edge},
              {"label_file_name", sample.label ? Json(*sample.label) : Json(nullptr)}};
    if (sample.instance) line["instance_file_name"] = *sample.instance;
    const Json whole = Json::parse(to_json_line(sample));
    line["key"] = sample.key;
    line["gt_id"] = sample.gt_id;
    line["texture_id"] = sample.texture_id;
    line["over"] = whole.at("over");
    line["under"] = whole.at("under");
    return line;
  }

  std::string readme(const std::map<std::string, std::vector<std::size_t>>& splits) const {
    std::string text = "---\n";
    text += fmt::format("license: {}\n", Json(licence_of(source(), options())).dump());
    text += "configs:\n- config_name: default\n  drop_labels: true\n  data_files:\n";
    for (const auto& [split, places] : splits) {
      text += fmt::format("  - split: {}\n    path: \"{}/**\"\n", hub_name(split), split);
    }
    text += fmt::format("---\n\n# {}\n\n", options().name);
    if (!options().description.empty()) text += options().description + "\n\n";
    text += fmt::format("Images with texture and their structure, {} samples, made by {}.\n\n", source().samples.size(),
                        source().head.value("toolkit", "csgis"));
    text +=
        "Each folder has metadata.jsonl, one line a sample: `file_name` is the image with texture, `gt_file_name`\n"
        "its ground truth, `edge_file_name` the edges, `label_file_name` the label map (or null), `over` and\n"
        "`under` the negatives.\n";
    return text;
  }
};

}  // namespace

std::unique_ptr<ExportRun> export_imagefolder(const SourceDataset& source, const ExportOptions& options,
                                              const RunContext& context) {
  return std::make_unique<ImageFolderExport>(source, options, context);
}

}  // namespace csgis
