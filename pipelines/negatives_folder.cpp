#include "pipelines/negatives_folder.h"

#include "core/error.h"
#include "datagen/negatives.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"
#include "pipelines/image_folder_run.h"
#include "pipelines/negative_summary.h"

#include <boost/filesystem/operations.hpp>
#include <limits>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kListFile = "negatives.jsonl";
constexpr const char* kSummaryFile = "negatives.json";

class NegativesRun : public ImageFolderRun {
 public:
  NegativesRun(const NegativesFolderOptions& options, const RunContext& context)
      : ImageFolderRun(options.out, options.max_pixels, context, Shard::from_option(options.shard)),
        options_(options),
        over_(negative_methods(NegativeKind::over, options.negatives.over, options.negatives.over_range)),
        under_(negative_methods(NegativeKind::under, options.negatives.under)) {}

  const Json& summary() const { return summary_; }

 private:
  const char* task() const override { return "negatives"; }

  Json head() const override {
    Json head{{"layout", kNegativesLayout}};
    head.update(ImageFolderRun::head());
    return head;
  }

  Json options() const override {
    return {{"over", texts(over_)},
            {"under", texts(under_)},
            {"negative-pick", to_name(options_.negatives.negative_pick)},
            {"seed", context().options.seed}};
  }

  static Json texts(const std::vector<NegativeMethod>& methods) {
    Json list = Json::array();
    for (const NegativeMethod& method : methods) list.push_back(method_text(method.method));
    return list;
  }

  void check(const ListedImage& /*image*/) const override {}  // any readable image will do

  std::vector<std::string> parts() const override {
    std::vector<std::string> names;
    if (shard().is_whole()) names = {kListFile, kSummaryFile};
    if (!over_.empty()) names.emplace_back("over/");
    if (!under_.empty()) names.emplace_back("under/");
    return names;
  }

  std::vector<std::string> items_of(const ListedImage& image) const override { return {image.file}; }

  JournalEntry make(const ListedImage& image, DecodedImage& pixels, std::size_t /*index*/, int /*threads*/) override {
    const Image8 source = to_colour8(std::move(pixels));
    JournalEntry entry{image.file, {}};
    add(NegativeKind::over, over_, kNearestNegative, image.id, source, entry);
    add(NegativeKind::under, under_, std::numeric_limits<double>::infinity(), image.id, source, entry);
    return entry;
  }

  void add(NegativeKind kind, const std::vector<NegativeMethod>& methods, double nearest, const std::string& id,
           const Image8& source, JournalEntry& entry) {
    PngWriter png;
    const auto take = [&](const Negative& negative) {
      const NegativeMethod& method = methods[negative.method];
      NegativeRecord record{kind, "", method_text(method.method), "image", negative.score};
      if (negative.is_accepted) {
        record.file = fmt::format("{}/{}__{}.png", to_name(kind), id, method.name);
        const PngWriter::Bytes bytes = png.encode(negative.image);
        out().write(record.file, bytes);
        entry.files.push_back(record_of(record.file, bytes, Publish::no));
      }
      entry.negatives.push_back(std::move(record));
    };
    make_negatives(source, source, methods, options_.negatives.negative_pick,
                   Random(context().options.seed, to_name(kind), id), take, nearest);
  }

  void write_lists(const std::map<std::string, JournalEntry>& entries) override {
    std::vector<const JournalEntry*> all;
    for (const auto& [item, entry] : entries) all.push_back(&entry);
    summary_ = negative_summary(all);
    if (shard().is_whole()) lists_ = write_negative_lists(out(), head(), all);
  }

  std::vector<FileRecord> list_records() const override { return lists_; }

  const NegativesFolderOptions& options_;
  std::vector<NegativeMethod> over_, under_;
  std::vector<FileRecord> lists_;
  Json summary_;
};

}  // namespace

std::vector<FileRecord> write_negative_lists(OutputFolder& out, const Json& dataset,
                                             std::span<const JournalEntry* const> entries) {
  std::map<std::string, const JournalEntry*> by_file;
  for (const JournalEntry* entry : entries) by_file[entry->item] = entry;
  std::string lines;
  for (const Json& input : dataset.at("inputs")) {
    const auto file = input.at("file").get<std::string>();
    const auto entry = by_file.find(file);
    if (entry == by_file.end()) continue;
    Json line{{"id", image_id(file)}, {"file", file}, {"over", Json::array()}, {"under", Json::array()}};
    for (const NegativeRecord& n : entry->second->negatives) {
      if (n.file.empty()) continue;
      line[to_name(n.kind)].push_back({{"file", n.file}, {"method", n.method}, {"from", n.from}});
    }
    lines += line.dump() + '\n';
  }
  Json whole = dataset;
  whole["negatives"] = negative_summary(entries);
  return {write_list(out, kListFile, lines), write_list(out, kSummaryFile, whole.dump(2) + '\n')};
}

void check_options(const NegativesFolderOptions& options) {
  validate(options);
  const NegativeOptions& negatives = options.negatives;
  require<UsageError>(!negatives.over.empty() || !negatives.over_range.empty() || !negatives.under.empty(),
                      "csgis negatives: give --over or --under");
  static_cast<void>(negative_methods(NegativeKind::over, negatives.over, negatives.over_range));
  static_cast<void>(negative_methods(NegativeKind::under, negatives.under));
}

NegativesFolderReport make_negatives_folder(const NegativesFolderOptions& options, const RunContext& context) {
  check_options(options);
  auto images = list_images(options.in, "--in");
  NegativesRun run(options, context);
  const ImageFolderReport report = run.run(std::move(images));
  return {report.items, report.resumed, report.errors, run.summary()};
}

}  // namespace csgis
