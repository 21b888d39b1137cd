#include "pipelines/gt.h"

#include "core/error.h"
#include "imaging/convert.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/gt_sheet.h"
#include "pipelines/hashing.h"
#include "pipelines/image_folder_run.h"
#include "pipelines/method_names.h"
#include "pipelines/page_picture.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// Scores are kept in four decimals: more would differ between machines.
double in_four_decimals(double value) {
  return std::round(value * 1e4) / 1e4;
}

ScreeningScore in_four_decimals(const ScreeningScore& score) {
  return {in_four_decimals(score.edges), in_four_decimals(score.flatness), in_four_decimals(score.total)};
}

std::vector<std::string> candidate_names(const std::vector<Method>& methods) {
  std::vector<std::string> names;
  for (const Method& method : methods) names.push_back(method_name(method));
  return numbered_names(names);
}

class GtFolderRun : public ImageFolderRun {
 public:
  GtFolderRun(const GtOptions& options, const RunContext& context)
      : ImageFolderRun(options.out, options.max_pixels, context, Shard::from_option(options.shard)),
        options_(options),
        methods_(parse_methods(options.candidate.empty() ? default_gt_candidates() : options.candidate, "--candidate")),
        names_(candidate_names(methods_)) {
    if (options.labels.empty()) return;
    for (ListedImage& label : list_images(options.labels, "--labels")) labels_.emplace(label.id, std::move(label));
  }

  const GtCounts& counts() const { return counts_; }

 private:
  /// What is known of a photo before it is worked on.
  struct Seen {
    double ease = 0;
    std::string label_sha256;
  };

  const char* task() const override { return "candidates"; }

  Json options() const override {
    Json methods = Json::array();
    for (const Method& method : methods_) methods.push_back(method_text(method));
    return {{"candidate", methods},
            {"select", options_.select ? Json(*options_.select) : Json()},
            {"least-score", options_.least_score}};
  }

  Json head() const override {
    Json head{{"schema", 1}, {"layout", kGtLayout}};
    head.update(ImageFolderRun::head());
    for (std::size_t i = 0; i < inputs().size(); ++i) {
      const ListedImage& photo = inputs()[i].source;
      const Seen& seen = seen_.at(photo.id);
      Json& input = head["inputs"][i];
      input["id"] = photo.id;
      input["ease"] = seen.ease;
      if (!seen.label_sha256.empty()) {
        input["label"] = {{"file", labels_.at(photo.id).file}, {"sha256", seen.label_sha256}};
      }
    }
    return head;
  }

  void check(const ListedImage& /*image*/) const override {}  // any readable image will do

  void look_at(const ListedImage& image, DecodedImage&& pixels) override {
    Seen seen;
    const Image8 photo = to_colour8(std::move(pixels));
    if (const auto label = labels_.find(image.id); label != labels_.end()) {
      seen.label_sha256 = sha256_hex(read_file_bytes(label->second.path));
      static_cast<void>(label_of(image, photo.size()));
    }
    seen.ease = in_four_decimals(Screening(photo).ease());
    const std::lock_guard lock(seen_mutex_);
    seen_[image.id] = seen;
  }

  /// The label map of a photo. @throws DataError  naming it
  LabelMap label_of(const ListedImage& image, Size size) const {
    const ListedImage& file = labels_.at(image.id);
    try {
      LabelMap label = decode_label_map(read_file_bytes(file.path));
      require<DataError>(label.size() == size, "is {}x{}, the photo {}x{}", label.height(), label.width(), size.height,
                         size.width);
      return label;
    } catch (const Error& e) {
      fail<DataError>("its label map {}: {}", file.file, reason_without_path(e, file.path));
    }
  }

  std::vector<std::size_t> wanted() const override {
    std::vector<double> ease;
    for (const Input& input : inputs()) ease.push_back(seen_.at(input.source.id).ease);
    return places_of_greatest(ease, options_.select);
  }

  std::vector<std::string> parts() const override { return gt_parts(shard()); }

  std::vector<std::string> items_of(const ListedImage& image) const override { return {image.id}; }

  JournalEntry make(const ListedImage& image, DecodedImage& pixels, std::size_t /*index*/, int threads) override {
    const Image8 photo = to_colour8(std::move(pixels));
    const ImageF values = to_float(photo);
    std::optional<LabelMap> label;
    if (labels_.contains(image.id)) label = label_of(image, photo.size());
    const Screening screening(photo, label ? &*label : nullptr);
    GtRecord record{image.id, image.file, sha256_of(image), seen_.at(image.id).ease, {}, {}};
    std::vector<FileRecord> files;
    PngWriter png;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      const Image8 candidate = to_image8(smooth(methods_[m], values, {Precision::fast, threads}));
      const std::string file = fmt::format("candidates/{}__{}.png", image.id, names_[m]);
      files.push_back(write(file, png.encode(candidate)));
      record.candidates.push_back({names_[m], method_text(methods_[m]), file, files.back().sha256,
                                   in_four_decimals(screening.score(candidate))});
    }
    if (label) {
      record.label = labels_.at(image.id).file;
      files.push_back(write(fmt::format("label/{}.png", image.id), png.encode_indexed(*label)));
    }
    files.push_back(write(gt_photo_picture(image.id), page_picture(photo, kSheetSide)));
    const std::string text = to_json(record).dump() + '\n';
    files.insert(files.begin(), write(fmt::format("candidates/{}.json", image.id),
                                      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    return {image.id, std::move(files)};
  }

  FileRecord write(const std::string& file, std::span<const std::uint8_t> bytes) {
    out().write(file, bytes);
    return record_of(file, bytes, Publish::yes);
  }

  const std::string& sha256_of(const ListedImage& image) const {
    return std::ranges::find(inputs(), image.id, [](const Input& input) { return input.source.id; })->sha256;
  }

  void write_lists(const std::map<std::string, JournalEntry>& entries) override {
    std::vector<JournalEntry> all;
    for (const auto& [item, entry] : entries) all.push_back(entry);
    const GtRun run{journal_head(), read_gt_records(out(), all)};
    const GtChoices choices = read_choices(options_.choices, run.identity());
    counts_ = close_gt_run(out(), shard(), run, choices, errors(), context(), lists_);
  }

  std::vector<FileRecord> list_records() const override { return lists_; }

  const GtOptions& options_;
  std::vector<Method> methods_;
  std::vector<std::string> names_;
  std::map<std::string, ListedImage> labels_;
  std::mutex seen_mutex_;
  std::map<std::string, Seen> seen_;
  std::vector<FileRecord> lists_;
  GtCounts counts_;
};

/// The journal of a finished run in a folder. @throws NothingUsable
JournalContent finished_run(const fs::path& folder) {
  const auto journal = read_journal(folder / Shard{}.file_name("journal"));
  require<NothingUsable>(journal.has_value(), "{} holds no run of csgis gt; give --photos to start one",
                         folder.string());
  const Json dataset = journal->head.value("dataset", Json::object());
  require<NothingUsable>(dataset.is_object() && dataset.value("layout", Json()) == kGtLayout,
                         "{} holds the run of another command", folder.string());
  require<NothingUsable>(journal->complete, "the run in {} is not finished; give --photos to go on", folder.string());
  return *journal;
}

std::uint64_t errors_in(const fs::path& folder) {
  return fs::exists(folder / kErrorsFile) ? read_lines(folder / kErrorsFile).size() : 0;
}

/// The last stage alone, with what the folder holds.
GtReport apply_choices(const GtOptions& options, const RunContext& context) {
  const JournalContent journal = finished_run(options.out);
  OutputFolder out(options.out, Shard{}, context.log);
  const auto entries = trusted_entries(journal.entries, out.root(), context);
  require<NothingUsable>(entries.size() == journal.entries.size(),
                         "candidates of {} photos in {} are not as they were written; give --photos to make them again",
                         journal.entries.size() - entries.size(), options.out);
  try {
    const GtRun run{journal.head, read_gt_records(out, entries)};
    const GtChoices choices = read_choices(options.choices, run.identity());
    GtReport report;
    report.errors = errors_in(options.out);
    report.resumed = entries.size();
    std::vector<FileRecord> lists;
    report.counts = close_gt_run(out, Shard{}, run, choices, report.errors, context, lists);
    JournalWriter(out, Shard{}.file_name("journal"), journal.head, entries).finish(lists);
    return report;
  } catch (const nlohmann::json::exception& e) {
    fail<NothingUsable>("the journal in {} is damaged: {}", options.out, e.what());
  }
}

}  // namespace

const std::vector<std::string>& default_gt_candidates() {
  static const std::vector<std::string> methods{
      "l0:lambda=0.02", "rtv:lambda=0.005", "rtv:lambda=0.01", "rtv:lambda=0.02", "rtv:lambda=0.035",
      "sdf:lambda=3",   "sdf:lambda=10",    "sdf:lambda=40",   "wls:lambda=300",
  };
  return methods;
}

GtReport make_ground_truths(const GtOptions& options, const RunContext& context) {
  validate(options);
  const Shard shard = Shard::from_option(options.shard);
  require<UsageError>(
      options.choices.empty() || shard.is_whole(),
      "--choices goes with the whole: `csgis data merge` first, then `csgis gt --choices FILE --out DIR`");
  if (options.photos.empty()) {
    require<UsageError>(!options.choices.empty(), "--photos is required, or --choices with a finished run in --out");
    const bool asks_more = !options.candidate.empty() || !options.labels.empty() || options.select;
    require<UsageError>(!asks_more, "--candidate, --labels and --select need --photos");
    return apply_choices(options, context);
  }
  auto photos = list_images(options.photos, "--photos");
  GtFolderRun run(options, context);
  const ImageFolderReport report = run.run(std::move(photos));
  return {run.counts(), report.resumed, report.errors};
}

}  // namespace csgis
