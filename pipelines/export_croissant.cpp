#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/export_run.h"
#include "pipelines/hashing.h"

#include <set>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kCroissantFile = "croissant.json";
constexpr const char* kSamplesObject = "samples.jsonl";

/// The context of Croissant 1.0, as its specification prints it (docs.mlcommons.org/croissant, appendix 1).
Json croissant_context() {
  Json context{{"@language", "en"}, {"@vocab", "https://schema.org/"}};
  const auto to_json_type = [](const char* id) { return Json{{"@id", id}, {"@type", "@json"}}; };
  for (const char* name :
       {"citeAs",     "column",        "extract",  "field",   "fileProperty", "fileObject",  "fileSet",  "format",
        "includes",   "isLiveDataset", "jsonPath", "key",     "md5",          "parentField", "path",     "recordSet",
        "references", "regex",         "repeated", "replace", "separator",    "source",      "subField", "transform"}) {
    context[name] = fmt::format("cr:{}", name);
  }
  context["conformsTo"] = "dct:conformsTo";
  context["cr"] = "http://mlcommons.org/croissant/";
  context["rai"] = "http://mlcommons.org/croissant/RAI/";
  context["dct"] = "http://purl.org/dc/terms/";
  context["sc"] = "https://schema.org/";
  context["data"] = to_json_type("cr:data");
  context["examples"] = to_json_type("cr:examples");
  context["dataType"] = {{"@id", "cr:dataType"}, {"@type", "@vocab"}};
  return context;
}

class CroissantExport : public ExportRun {
 public:
  using ExportRun::ExportRun;

 protected:
  std::vector<std::string> parts() const override { return {kCroissantFile}; }
  std::vector<std::string> lists() const override { return {kCroissantFile}; }

  void write() override {
    if (options().url.empty() || options().creator.empty() || options().date.empty()) {
      context().log.warning(
          "{}: --url, --creator and --date should be given before it is published: the format "
          "demands them, and what stands there now says nothing",
          kCroissantFile);
    }
    out().write_synced(kCroissantFile, description().dump(2) + '\n');
    report().samples = source().samples.size();
    report().files = 1;
  }

 private:
  Json description() const {
    const auto or_else = [](const std::string& text, const char* other) { return text.empty() ? other : text; };
    const std::string about = fmt::format(
        "Images with texture and their structure for structure-preserving smoothing: {} samples, made by {}.",
        source().samples.size(), source().head.value("toolkit", "csgis"));
    return {{"@context", croissant_context()},
            {"@type", "sc:Dataset"},
            {"conformsTo", "http://mlcommons.org/croissant/1.0"},
            {"name", options().name},
            {"description", or_else(options().description, about.c_str())},
            {"license", licence_of(source(), options())},
            {"url", or_else(options().url, "https://example.org/unpublished")},
            {"creator", {{"@type", "sc:Person"}, {"name", or_else(options().creator, "unnamed")}}},
            {"datePublished", or_else(options().date, "1970-01-01")},
            {"version", "1.0.0"},
            {"distribution", distribution()},
            {"recordSet", Json::array({record_set()})}};
  }

  /// The list with its hash, which holds the hashes of all images; and the images by folder.
  Json distribution() const {
    const auto lines = read_file_bytes(source().root / kSamplesFile);
    Json all = Json::array();
    all.push_back({{"@type", "cr:FileObject"},
                   {"@id", kSamplesObject},
                   {"name", kSamplesObject},
                   {"contentUrl", kSamplesFile},
                   {"contentSize", fmt::format("{} B", lines.size())},
                   {"encodingFormat", "application/jsonlines"},
                   {"sha256", sha256_hex(lines)}});
    std::set<std::string> folders;
    for (const SampleRecord& sample : source().samples) {
      for (const std::string& file : sample.files()) folders.insert(file.substr(0, file.rfind('/')));
    }
    for (const std::string& folder : folders) {
      all.push_back({{"@type", "cr:FileSet"},
                     {"@id", fmt::format("images-{}", folder)},
                     {"name", fmt::format("images-{}", folder)},
                     {"encodingFormat", "image/png"},
                     {"includes", folder + "/*.png"}});
    }
    return all;
  }

  Json record_set() const {
    Json fields = Json::array();
    const auto add = [&](const char* name, const char* about) {
      fields.push_back({{"@type", "cr:Field"},
                        {"@id", fmt::format("samples/{}", name)},
                        {"name", fmt::format("samples/{}", name)},
                        {"description", about},
                        {"dataType", "sc:Text"},
                        {"source", {{"fileObject", {{"@id", kSamplesObject}}}, {"extract", {{"column", name}}}}}});
    };
    add("key", "name of the sample");
    add("gt_id", "name of the ground truth");
    add("texture_id", "name of the texture");
    add("split", "train, val, val-gt (only the ground truth is held out) or val-texture");
    add("blend", "path of the image with texture");
    add("gt", "path of the ground truth");
    add("edge", "path of the edge map");
    add("label", "path of the label map, or null");
    return {{"@type", "cr:RecordSet"},
            {"@id", "samples"},
            {"name", "samples"},
            {"key", {{"@id", "samples/key"}}},
            {"field", fields}};
  }
};

}  // namespace

std::unique_ptr<ExportRun> export_croissant(const SourceDataset& source, const ExportOptions& options,
                                            const RunContext& context) {
  return std::make_unique<CroissantExport>(source, options, context);
}

}  // namespace csgis
