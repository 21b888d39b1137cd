#include "pipelines/verify.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "imaging/image_size.h"
#include "pipelines/build_options.h"
#include "pipelines/dataset_layout.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/gt_lists.h"
#include "pipelines/hashing.h"
#include "pipelines/journal.h"
#include "pipelines/parallel_items.h"

#include <algorithm>
#include <atomic>
#include <boost/filesystem/operations.hpp>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// What is known of one file, and what must hold for it.
struct ExpectedFile {
  std::string path;
  std::string sha256;                ///< Empty: check xxh128.
  std::optional<FileRecord> record;  ///< From the journal.
  bool is_label = false;
};

class Verifier {
 public:
  Verifier(fs::path root, const VerifyOptions& options, const RunContext& context)
      : root_(std::move(root)), options_(options), context_(context) {}

  VerifyReport run() {
    read_records();
    try {
      const Json head = is_gt_run() ? Json{{"layout", kGtLayout}} : read_head();
      if (head.at("layout") == kGtLayout) {
        check_gt_run();
      } else if (head.at("layout") == to_name(Layout::native)) {
        check_native(head);
      } else {
        check_reference(head);
      }
    } catch (const nlohmann::json::exception& e) {
      fail<NothingUsable>("{}: {}", (root_ / kDatasetFile).string(), e.what());
    }
    for (auto& [file, reason] : findings_) report_.findings.push_back({file, std::move(reason)});
    return std::move(report_);
  }

 private:
  /// The journal, where it came along with the dataset, and the lists that are not what it says.
  void read_records() {
    const std::string name = Shard{}.file_name("journal");
    try {
      journal_ = read_journal(root_ / name);
    } catch (const Error& e) {
      found(name, reason_without_path(e, root_ / name));
    }
    if (!journal_) return;
    for (const FileRecord& list : journal_->lists) {
      if (const std::string wrong = mismatch(root_, list); !wrong.empty()) found(list.path, wrong);
    }
  }

  bool is_gt_run() const {
    return journal_ && journal_->head.contains("dataset") &&
           journal_->head.at("dataset").value("layout", "") == kGtLayout;
  }

  /// dataset.json, or what the journal kept of it.
  Json read_head() {
    const bool is_kept = journal_ && journal_->complete && journal_->head.contains("dataset");
    if (is_kept && findings_.contains(kDatasetFile)) return journal_->head.at("dataset");
    require<NothingUsable>(fs::exists(root_ / kDatasetFile), "{} is no finished dataset: it has no {}", root_.string(),
                           kDatasetFile);
    const auto bytes = read_file_bytes(root_ / kDatasetFile);
    try {
      return Json::parse(bytes.begin(), bytes.end());
    } catch (const nlohmann::json::exception& e) {
      fail<NothingUsable>("{} is damaged: {}", (root_ / kDatasetFile).string(), e.what());
    }
  }

  /// The first reason for each file counts; the others follow from it.
  void found(const std::string& file, std::string reason) {
    const std::lock_guard lock(mutex_);
    findings_.emplace(file, std::move(reason));
  }

  /// Reads and hashes one file. The size of the image, or nothing when something is wrong.
  std::optional<Size> check_file(const ExpectedFile& expected) {
    try {
      const auto bytes = read_file_bytes(root_ / expected.path);
      bytes_ += bytes.size();
      const bool same = expected.record
                            ? expected.record->size == bytes.size() && expected.record->xxh128 == xxh128_hex(bytes)
                            : expected.sha256 == sha256_hex(bytes);
      require<DataError>(same, "its content has changed");
      if (!options_.decode) return image_size(bytes);
      return expected.is_label ? decode_label_map(bytes).size() : decode_image(bytes).size();
    } catch (const Error& e) {
      found(expected.path, reason_without_path(e, root_ / expected.path));
      return std::nullopt;
    }
  }

  std::map<std::string, Size> check_files(const std::vector<ExpectedFile>& files) {
    std::vector<std::optional<Size>> sizes(files.size());
    {
      ProgressTask progress(context_.progress, "verifying", files.size());
      for_each_item(files.size(), context_, [&](std::size_t i) {
        sizes[i] = check_file(files[i]);
        progress.advance();
      });
    }
    report_.files = files.size();
    report_.bytes = bytes_;
    std::map<std::string, Size> size_of;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (sizes[i]) size_of[files[i].path] = *sizes[i];
    }
    return size_of;
  }

  /// The files as the journal records them.
  std::vector<ExpectedFile> recorded_files() const {
    std::vector<ExpectedFile> files;
    for (const JournalEntry& entry : journal_->entries) {
      for (const FileRecord& record : entry.files) {
        const std::string folder = fs::path(record.path).parent_path().string();
        const bool is_label = folder == "seg" || folder == "label" || folder == "instance";
        files.push_back({record.path, "", record, is_label});
      }
    }
    return files;
  }

  /// Candidates as the journal has them, ground truths as samples.jsonl has them.
  void check_gt_run() {
    require<NothingUsable>(journal_->complete, "{} is no finished run of csgis gt", root_.string());
    std::vector<ExpectedFile> images;
    for (ExpectedFile& file : recorded_files()) {
      if (has_image_extension(file.path)) {
        images.push_back(std::move(file));
      } else if (const std::string wrong = mismatch(root_, *file.record); !wrong.empty()) {
        found(file.path, wrong);
      }
    }
    if (!findings_.contains(kSamplesFile)) {
      for (const std::string& line : read_lines(root_ / kSamplesFile)) {
        ++report_.samples;
        const Json sample = Json::parse(line);
        for (const auto& [path, hash] : sample.at("sha256").items()) {
          images.push_back({inner_path(path), hash.get<std::string>(), std::nullopt, false});
        }
      }
    }
    check_files(images);
  }

  void check_native(const Json& head) {
    std::vector<SampleRecord> samples;
    try {
      samples = read_samples(root_ / kSamplesFile);
    } catch (const Error& e) {
      found(kSamplesFile, reason_without_path(e, root_ / kSamplesFile));
    }
    if (findings_.contains(kSamplesFile)) {
      if (journal_) check_files(recorded_files());
      return;
    }
    report_.samples = samples.size();
    std::map<std::string, ExpectedFile> expected;
    for (const SampleRecord& sample : samples) {
      for (const std::string& path : sample.files()) {
        const auto hash = sample.sha256.find(path);
        if (hash == sample.sha256.end()) found(path, "samples.jsonl has no hash of it");
        const bool is_label = path == sample.label || path == sample.instance;
        expected[path] = {path, hash == sample.sha256.end() ? "" : hash->second, std::nullopt, is_label};
      }
    }
    std::vector<ExpectedFile> files;
    for (auto& [path, file] : expected) files.push_back(std::move(file));
    const auto size_of = check_files(files);
    for (const SampleRecord& sample : samples) check_sizes(sample, size_of);
    if (!findings_.contains(kDatasetFile)) check_counts(head, samples);
    check_splits(samples);
  }

  void check_sizes(const SampleRecord& sample, const std::map<std::string, Size>& size_of) {
    const auto gt = size_of.find(sample.gt);
    if (gt == size_of.end()) return;  // already found
    for (const std::string& path : sample.files()) {
      const auto size = size_of.find(path);
      if (size != size_of.end() && size->second != gt->second) found(path, "its size differs from that of its GT");
    }
  }

  void check_counts(const Json& head, const std::vector<SampleRecord>& samples) {
    SplitCounts counts{{"train", 0}, {"val", 0}};
    for (const SampleRecord& sample : samples) ++counts[to_name(sample.split)];
    if (head.at("counts").at("splits").get<SplitCounts>() != counts) {
      found(kDatasetFile, "its counts do not agree with samples.jsonl");
    }
  }

  void check_splits(const std::vector<SampleRecord>& samples) {
    std::map<std::string, std::vector<std::string>> lists{{"train", {}}, {"val", {}}};
    for (const SampleRecord& sample : samples) lists[to_name(sample.split)].push_back(sample.key);
    for (const auto& [split, keys] : lists) {
      const std::string path = "splits/" + split + ".txt";
      try {
        if (read_lines(root_ / path) != keys) found(path, "does not agree with samples.jsonl");
      } catch (const Error& e) {
        found(path, reason_without_path(e, root_ / path));
      }
    }
  }

  void check_reference(const Json& head) {
    require<NothingUsable>(journal_.has_value(),
                           "{} has no sound journal.jsonl: the hashes of the reference layout are there",
                           root_.string());
    const auto size_of = check_files(recorded_files());
    const std::size_t gts = head.at("inputs").at("gt").size();
    std::size_t pairs = 0;
    for (const JournalEntry& entry : journal_->entries) {
      for (const FileRecord& file : entry.files) {
        const bool is_pair = file.path.starts_with("train/") || file.path.starts_with("val/");
        pairs += is_pair ? 1 : 0;
        check_size_of_numbered(file.path, is_pair, gts, size_of);
      }
    }
    report_.samples = pairs;
    if (!findings_.contains(kDatasetFile) && head.at("counts").at("samples") != pairs) {
      found(kDatasetFile, "its counts do not agree with the journal");
    }
    check_map(head);
  }

  /// A pair is twice as wide as its GT, everything else as wide.
  void check_size_of_numbered(const std::string& path, bool is_pair, std::size_t gts,
                              const std::map<std::string, Size>& size_of) {
    const std::string number_text = image_id(path);
    std::uint64_t number = 0;
    const char* end = number_text.data() + number_text.size();
    const auto [stop, error] = std::from_chars(number_text.data(), end, number);
    if (error != std::errc() || stop != end || gts == 0) {
      found(path, "has no number of the dataset");
      return;
    }
    const auto size = size_of.find(path);
    const auto gt = size_of.find(fmt::format("gt/{}.png", number % gts));
    if (size == size_of.end() || gt == size_of.end()) return;  // already found
    const Size wanted{gt->second.height, gt->second.width * (is_pair ? 2 : 1)};
    if (size->second != wanted) found(path, "its size does not fit its GT");
  }

  void check_map(const Json& head) {
    std::vector<std::string> gt_files;
    for (const Json& gt : head.at("inputs").at("gt")) gt_files.push_back(gt.at("file"));
    try {
      const auto bytes = read_file_bytes(root_ / kMapFile);
      if (std::string(bytes.begin(), bytes.end()) != map_text(gt_files))
        found(kMapFile, "does not agree with dataset.json");
    } catch (const Error& e) {
      found(kMapFile, reason_without_path(e, root_ / kMapFile));
    }
  }

  fs::path root_;
  const VerifyOptions& options_;
  const RunContext& context_;
  std::optional<JournalContent> journal_;
  VerifyReport report_;
  std::map<std::string, std::string> findings_;  ///< File -> reason.
  std::atomic<std::uint64_t> bytes_{0};
  std::mutex mutex_;
};

}  // namespace

VerifyReport verify_dataset(const std::string& folder, const VerifyOptions& options, const RunContext& context) {
  return Verifier(folder, options, context).run();
}

}  // namespace csgis
