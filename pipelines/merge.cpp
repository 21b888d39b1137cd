#include "pipelines/merge.h"

#include "core/error.h"
#include "pipelines/build_options.h"
#include "pipelines/dataset_layout.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/gt_lists.h"
#include "pipelines/journal.h"
#include "pipelines/negatives_folder.h"
#include "pipelines/output_folder.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"
#include "pipelines/smooth_files.h"

#include "imaging/image_file.h"

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// One shard's journal and where its files lie.
struct Part {
  Shard shard;
  fs::path root;
  JournalContent journal;
};

Shard shard_of(const Json& head) {
  return Shard::parse(head.at("shard").get<std::string>());
}

/// The journals of parts in the folders; a whole run's journal is no part.
std::vector<Part> find_parts(const std::vector<std::string>& folders) {
  std::vector<Part> parts;
  std::set<fs::path> visited;
  for (const std::string& folder : folders) {
    require<NothingUsable>(fs::is_directory(folder), "{} is no folder", folder);
    if (!visited.insert(fs::canonical(folder)).second) continue;
    for (const fs::path& path : journals_in(folder)) {
      std::optional<JournalContent> journal;
      try {
        journal = read_journal(path);
        const Shard shard = shard_of(journal->head);
        if (!shard.is_whole()) parts.push_back({shard, folder, std::move(*journal)});
      } catch (const nlohmann::json::exception& e) {
        fail<NothingUsable>("{} is damaged: {}", path.string(), e.what());
      }
    }
  }
  require<NothingUsable>(!parts.empty(), "no shard in {}", fmt::join(folders, ", "));
  std::ranges::sort(parts, {}, [](const Part& part) { return part.shard.index; });
  return parts;
}

/// Proves that the parts are of one run, each once.
void check_same_run(const std::vector<Part>& parts) {
  const Part& first = parts.front();
  std::set<int> indices;
  for (const Part& part : parts) {
    require<NothingUsable>(part.journal.head.at("identity") == first.journal.head.at("identity"),
                           "shards {} and {} belong to different runs: {}", first.shard.name(), part.shard.name(),
                           first_difference(part.journal.head.at("dataset"), first.journal.head.at("dataset")));
    require<NothingUsable>(part.shard.count == first.shard.count, "shards of {} and of {} do not fit together",
                           first.shard.count, part.shard.count);
    const bool is_new = indices.insert(part.shard.index).second;
    require<NothingUsable>(is_new, "shard {} lies in more than one folder", part.shard.name());
  }
}

void check_file(const Part& part, const FileRecord& file) {
  const std::string wrong = mismatch(part.root, file);
  require<NothingUsable>(wrong.empty(), "{}: {}; run shard {}/{} again", (part.root / file.path).string(), wrong,
                         part.shard.index, part.shard.count);
}

/// Proves that every part is there, finished, and its lists as it wrote them.
void check_complete(const std::vector<Part>& parts) {
  const int count = parts.front().shard.count;
  std::vector<std::string> missing;
  auto part = parts.begin();  // sorted by index
  for (int i = 0; i < count; ++i) {
    if (part == parts.end() || part->shard.index != i) {
      missing.push_back(fmt::format("{}/{} is lost", i, count));
      continue;
    }
    if (!part->journal.complete) missing.push_back(fmt::format("{}/{} is not finished", i, count));
    ++part;
  }
  require<NothingUsable>(missing.empty(), "the set is not complete: shard {}; run it again with --shard",
                         fmt::join(missing, ", shard "));
  for (const Part& p : parts) {
    for (const FileRecord& list : p.journal.lists) check_file(p, list);
  }
}

using Locks = std::vector<std::unique_ptr<OutputFolder>>;

/// Locks of the parts that lie in the output folder: none may be written while it is closed.
Locks lock_parts(const std::vector<Part>& parts, const fs::path& out, Log& log) {
  Locks locks;
  for (const Part& part : parts) {
    if (fs::equivalent(part.root, out)) locks.push_back(std::make_unique<OutputFolder>(out, part.shard, log));
  }
  return locks;
}

/// Journals last: as long as one is there, a merge that was killed here is found and ended by the next.
void remove_parts(int count, OutputFolder& out, const Locks& locks) {
  for (const auto& lock : locks) lock->end_writing();
  out.end_writing();
  for (int i = 0; i < count; ++i) {
    const Shard shard{i, count};
    for (const char* stem : {"samples", "rejected", "errors"}) out.remove(shard.file_name(stem));
    out.remove(".csgis-" + shard.name() + ".lock");
  }
  for (int i = 0; i < count; ++i) out.remove(Shard{i, count}.file_name("journal"));
}

/// Whether `out` is the finished merge of the run that the parts belong to.
bool is_merged(const std::vector<Part>& parts, const OutputFolder& out) {
  const auto whole = read_journal(out.path(Shard{}.file_name("journal")));
  return whole && whole->complete && whole->head.at("identity") == parts.front().journal.head.at("identity");
}

/// What made the parts: a layout of `csgis build`, or one of the other commands.
std::string layout_of(const Part& part) {
  return part.journal.head.at("dataset").at("layout").get<std::string>();
}

const char* unit_of(const std::string& layout) {
  if (layout == kGtLayout) return "ground truths";
  return layout == kSmoothLayout || layout == kNegativesLayout ? "images" : "samples";
}

bool makes_images_alone(const std::string& layout) {
  return layout == kSmoothLayout || layout == kNegativesLayout;
}

MergeReport report_of_merged(const std::vector<Part>& parts, const OutputFolder& out) {
  const std::string layout = layout_of(parts.front());
  MergeReport report{parts.front().shard.count};
  report.unit = unit_of(layout);
  if (makes_images_alone(layout)) {
    report.samples = read_journal(out.path(Shard{}.file_name("journal")))->entries.size();
    report.errors = fs::exists(out.path(kErrorsFile)) ? read_lines(out.path(kErrorsFile)).size() : 0;
    return report;
  }
  const bool is_gt = layout == kGtLayout;
  const Json counts = Json::parse(read_file_bytes(out.path(is_gt ? kGtFile : kDatasetFile))).at("counts");
  report.samples = counts.at(is_gt ? "chosen" : "samples");
  report.errors = counts.at("errors");
  return report;
}

class Merge {
 public:
  Merge(std::vector<Part> parts, OutputFolder& out, const Locks& locks, const RunContext& context)
      : parts_(std::move(parts)),
        out_(out),
        locks_(locks),
        context_(context),
        dataset_(parts_.front().journal.head.at("dataset")),
        layout_(layout_of(parts_.front())) {}

  MergeReport run() {
    check_folder_is_ours(out_, parts_.front().journal.head, names_of_output(), context_);
    JournalWriter journal = open_journal();
    bring_files();
    errors_ = read_errors();
    report_.shards = parts_.front().shard.count;
    report_.unit = unit_of(layout_);
    report_.errors = errors_.size();
    const std::vector<FileRecord> lists = write_lists();
    write_errors(out_, kErrorsFile, errors_);
    journal.finish(lists);
    remove_parts(report_.shards, out_, locks_);
    return report_;
  }

 private:
  /// As the run of one part writes them.
  std::vector<FileRecord> write_lists() {
    if (layout_ == kGtLayout) return write_gt_lists();
    if (makes_images_alone(layout_)) {
      const auto all = pointers();
      report_.samples = all.size();
      return layout_ == kSmoothLayout ? write_method_list(out_, dataset_) : write_negative_lists(out_, dataset_, all);
    }
    const auto layout = from_name<Layout>(layout_, "layout");
    const SplitCounts counts = layout == Layout::native ? write_native_lists() : write_reference_lists();
    for (const auto& [split, count] : counts) report_.samples += count;
    write_dataset_json(out_, dataset_, counts, errors_.size(), summaries_of(pointers()));
    return list_records(out_, Shard{}, layout);
  }

  /// The lists of `csgis gt` follow from the records of its candidates.
  std::vector<FileRecord> write_gt_lists() {
    std::vector<FileRecord> lists;
    const GtRun run{whole_head(), read_gt_records(out_, entries())};
    report_.samples = close_gt_run(out_, Shard{}, run, {}, errors_.size(), context_, lists).chosen;
    return lists;
  }

  Json whole_head() const {
    Json head = parts_.front().journal.head;
    head["shard"] = "0/1";
    return head;
  }

  std::vector<JournalEntry> entries() const {
    std::vector<JournalEntry> entries;
    for (const Part& part : parts_) std::ranges::copy(part.journal.entries, std::back_inserter(entries));
    return entries;
  }

  std::vector<const JournalEntry*> pointers() const {
    std::vector<const JournalEntry*> pointers;
    for (const Part& part : parts_) {
      for (const JournalEntry& entry : part.journal.entries) pointers.push_back(&entry);
    }
    return pointers;
  }

  /// Folders of the written files; "" for the top one.
  std::set<std::string> folders() const {
    std::set<std::string> folders;
    for (const JournalEntry* entry : pointers()) {
      for (const FileRecord& file : entry->files) folders.insert(fs::path(file.path).parent_path().string());
    }
    return folders;
  }

  /// What the merged run consists of at the top of its folder.
  std::vector<std::string> names_of_output() const {
    if (layout_ == kGtLayout) return gt_parts(Shard{});
    std::vector<std::string> names;
    for (const std::string& folder : folders()) {
      if (!folder.empty()) names.push_back(folder + '/');
    }
    if (makes_images_alone(layout_)) {
      for (const JournalEntry* entry : pointers()) {
        for (const FileRecord& file : entry->files) {
          if (file.path.find('/') == std::string::npos) names.push_back(file.path);
        }
      }
      return names;
    }
    names.emplace_back(kDatasetFile);
    names.emplace_back(layout_ == to_name(Layout::native) ? kSamplesFile : kMapFile);
    return names;
  }

  /// One journal for the whole, so that `build` and `data verify` find what they would after an unsharded run. It is
  /// there before the first file, so that a merge that was cut short finds its own folder again.
  JournalWriter open_journal() { return {out_, Shard{}.file_name("journal"), whole_head(), entries()}; }

  /// Checks every file against its journal and links those of other folders.
  void bring_files() {
    struct Job {
      const Part* part;
      const FileRecord* file;
    };
    std::vector<Job> jobs;
    for (const Part& part : parts_) {
      for (const JournalEntry& entry : part.journal.entries) {
        for (const FileRecord& file : entry.files) jobs.push_back({&part, &file});
      }
    }
    for (const std::string& folder : folders()) {
      if (!folder.empty()) out_.make_folder(folder);
    }
    ProgressTask progress(context_.progress, "merging", jobs.size());
    for_each_item(jobs.size(), context_, [&](std::size_t i) {
      const auto& [part, file] = jobs[i];
      check_file(*part, *file);
      if (!fs::equivalent(part->root, out_.root())) out_.link_or_copy(part->root / file->path, file->path);
      progress.advance();
    });
  }

  std::vector<ItemError> read_errors() const {
    ItemErrors errors;  // every shard meets the same bad inputs; doubles go here
    for (const Part& part : parts_) {
      const fs::path path = part.root / part.shard.file_name("errors");
      if (!fs::exists(path)) continue;
      for (const std::string& line : read_lines(path)) errors.add(item_error_from_json(line));
    }
    return errors.sorted();
  }

  SplitCounts write_native_lists() {
    std::map<std::string, std::string> sha256;
    std::map<std::string, const JournalEntry*> entry_of_first_file;
    for (const Part& part : parts_) {
      for (const JournalEntry& entry : part.journal.entries) {
        for (const FileRecord& file : entry.files) sha256[file.path] = file.sha256;
        if (!entry.files.empty()) entry_of_first_file[entry.files.front().path] = &entry;
      }
    }
    std::vector<SampleRecord> samples;
    for (const Part& part : parts_) {
      for (SampleRecord& record : read_samples(part.root / part.shard.file_name("samples"))) {
        // Negatives that the samples of a GT share are known to the shard that wrote the GT; so are its hashes.
        if (const auto gt = entry_of_first_file.find(record.gt);
            gt != entry_of_first_file.end() && record.over.empty()) {
          record.add_negatives(gt->second->negatives);
        }
        // A shard knows the hashes of its own files; those of shared ones come from the shard that wrote them.
        for (const std::string& path : record.files()) {
          const auto hash = sha256.find(path);
          require<NothingUsable>(hash != sha256.end(), "{}: no shard has written it", path);
          record.sha256[path] = hash->second;
        }
        samples.push_back(std::move(record));
      }
    }
    std::ranges::sort(samples, {}, &SampleRecord::key);
    return write_samples_and_splits(out_, [&, i = std::size_t{0}]() mutable -> std::optional<SampleRecord> {
      return i < samples.size() ? std::optional(std::move(samples[i++])) : std::nullopt;
    });
  }

  SplitCounts write_reference_lists() {
    SplitCounts counts{{"train", 0}, {"val", 0}};
    for (const Part& part : parts_) {
      for (const JournalEntry& entry : part.journal.entries) {
        for (const FileRecord& file : entry.files) {
          if (file.path.starts_with("train/")) ++counts["train"];
          if (file.path.starts_with("val/")) ++counts["val"];
        }
      }
    }
    std::vector<std::string> gt_files;
    for (const Json& gt : dataset_.at("inputs").at("gt")) gt_files.push_back(gt.at("file"));
    out_.write_synced(kMapFile, map_text(gt_files));
    return counts;
  }

  std::vector<Part> parts_;
  OutputFolder& out_;
  const Locks& locks_;
  const RunContext& context_;
  Json dataset_;
  std::string layout_;
  std::vector<ItemError> errors_;
  MergeReport report_;
};

}  // namespace

MergeReport merge_dataset(const std::vector<std::string>& folders, const std::string& out, const RunContext& context) {
  try {
    std::vector<Part> parts = find_parts(folders);
    check_same_run(parts);
    OutputFolder folder(out, Shard{}, context.log);
    const Locks locks = lock_parts(parts, out, context.log);
    try {
      check_complete(parts);
    } catch (const NothingUsable&) {
      if (!is_merged(parts, folder)) throw;
      remove_parts(parts.front().shard.count, folder, locks);  // what a killed merge had left to do
      return report_of_merged(parts, folder);
    }
    return Merge(std::move(parts), folder, locks, context).run();
  } catch (const nlohmann::json::exception& e) {
    fail<NothingUsable>("a journal of the shards is damaged: {}", e.what());
  }
}

}  // namespace csgis
