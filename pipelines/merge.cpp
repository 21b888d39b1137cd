#include "pipelines/merge.h"

#include "core/error.h"
#include "pipelines/build_options.h"
#include "pipelines/dataset_layout.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"

#include "imaging/image_file.h"

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <map>
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

/// Proves that the parts are those of one run, each once, all finished.
void check_complete(const std::vector<Part>& parts) {
  const Part& first = parts.front();
  std::vector<std::string> missing;
  std::map<int, const Part*> by_index;
  for (const Part& part : parts) {
    require<NothingUsable>(part.journal.head.at("identity") == first.journal.head.at("identity"),
                           "shards {} and {} belong to different runs: {}", first.shard.name(), part.shard.name(),
                           first_difference(part.journal.head.at("dataset"), first.journal.head.at("dataset")));
    require<NothingUsable>(part.shard.count == first.shard.count, "shards of {} and of {} do not fit together",
                           first.shard.count, part.shard.count);
    const bool is_new = by_index.emplace(part.shard.index, &part).second;
    require<NothingUsable>(is_new, "shard {} lies in more than one folder", part.shard.name());
  }
  for (int i = 0; i < first.shard.count; ++i) {
    const auto part = by_index.find(i);
    if (part == by_index.end())
      missing.push_back(fmt::format("{}/{} is lost", i, first.shard.count));
    else if (!part->second->journal.complete)
      missing.push_back(fmt::format("{}/{} is not finished", i, first.shard.count));
  }
  require<NothingUsable>(missing.empty(), "the set is not complete: shard {}; run it again with --shard",
                         fmt::join(missing, ", shard "));
}

/// Locks of the parts that lie in the output folder: none may be written while it is closed.
std::vector<std::unique_ptr<OutputFolder>> lock_parts(const std::vector<Part>& parts, const fs::path& out, Log& log) {
  std::vector<std::unique_ptr<OutputFolder>> locks;
  for (const Part& part : parts) {
    if (fs::equivalent(part.root, out)) locks.push_back(std::make_unique<OutputFolder>(out, part.shard, log));
  }
  return locks;
}

class Merge {
 public:
  Merge(std::vector<Part> parts, OutputFolder& out, const RunContext& context)
      : parts_(std::move(parts)), out_(out), context_(context), dataset_(parts_.front().journal.head.at("dataset")) {}

  MergeReport run() {
    const bool native = dataset_.at("layout") == to_name(Layout::native);
    bring_files();
    const std::vector<ItemError> errors = read_errors();
    const SplitCounts counts = native ? write_native_lists() : write_reference_lists();
    write_dataset_json(out_, dataset_, counts, errors.size());
    write_errors(out_, kErrorsFile, errors);
    write_journal();
    remove_parts();

    MergeReport report;
    report.shards = parts_.front().shard.count;
    for (const auto& [split, count] : counts) report.samples += count;
    report.errors = errors.size();
    return report;
  }

 private:
  /// Checks every file against its journal and links those of other folders.
  void bring_files() {
    struct Job {
      const Part* part;
      const FileRecord* file;
    };
    std::vector<Job> jobs;
    std::set<std::string> folders;
    for (const Part& part : parts_) {
      for (const JournalEntry& entry : part.journal.entries) {
        for (const FileRecord& file : entry.files) {
          jobs.push_back({&part, &file});
          folders.insert(fs::path(file.path).parent_path().string());
        }
      }
    }
    for (const std::string& folder : folders) out_.make_folder(folder);
    ProgressTask progress(context_.progress, "merging", jobs.size());
    for_each_item(jobs.size(), context_, [&](std::size_t i) {
      const auto& [part, file] = jobs[i];
      const std::string wrong = mismatch(part->root, *file);
      require<NothingUsable>(wrong.empty(), "{}: {}; run shard {}/{} again", (part->root / file->path).string(), wrong,
                             part->shard.index, part->shard.count);
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
    for (const Part& part : parts_) {
      for (const JournalEntry& entry : part.journal.entries) {
        for (const FileRecord& file : entry.files) sha256[file.path] = file.sha256;
      }
    }
    std::vector<SampleRecord> samples;
    for (const Part& part : parts_) {
      for (SampleRecord& record : read_samples(part.root / part.shard.file_name("samples"))) {
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
    return write_samples_and_splits(out_, samples);
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

  /// One journal for the whole, so that `build` and `data verify` find what they would after an unsharded run.
  void write_journal() {
    Json head = parts_.front().journal.head;
    head["shard"] = "0/1";
    std::vector<JournalEntry> entries;
    for (Part& part : parts_) std::ranges::move(part.journal.entries, std::back_inserter(entries));
    JournalWriter(out_, "journal.jsonl", head, entries).finish();
  }

  void remove_parts() {
    for (const Part& part : parts_) {
      if (!fs::equivalent(part.root, out_.root())) continue;
      for (const char* stem : {"samples", "errors", "journal"}) out_.remove(part.shard.file_name(stem));
      out_.remove(".csgis-" + part.shard.name() + ".lock");
    }
  }

  std::vector<Part> parts_;
  OutputFolder& out_;
  const RunContext& context_;
  Json dataset_;
};

}  // namespace

MergeReport merge_dataset(const std::vector<std::string>& folders, const std::string& out, const RunContext& context) {
  try {
    std::vector<Part> parts = find_parts(folders);
    check_complete(parts);
    OutputFolder folder(out, Shard{}, context.log);
    const auto locks = lock_parts(parts, out, context.log);
    return Merge(std::move(parts), folder, context).run();
  } catch (const nlohmann::json::exception& e) {
    fail<NothingUsable>("a journal of the shards is damaged: {}", e.what());
  }
}

}  // namespace csgis
