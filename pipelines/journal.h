#pragma once
/// The journal of a run: what is finished, so that a killed run can go on where it stopped.
///
/// journal.jsonl (journal.I-of-N.jsonl for a shard) holds one head line, one line per finished item, written after the
/// item's files are complete, and one closing line with the records of the lists (samples.jsonl ...) when all is done.
/// A torn last line is what a crash leaves; it is ignored. A line is trusted only if size and hash of each file agree.

#include "core/run_context.h"
#include "datagen/negative.h"
#include "pipelines/blend_record.h"
#include "pipelines/output_folder.h"

#include <boost/filesystem/path.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// One written file. Paths are relative to the output folder, with '/'.
struct FileRecord {
  std::string path;
  std::uint64_t size = 0;
  std::string xxh128;
  std::string sha256;  ///< Empty where the layout publishes none.
};

/// Whether a record needs the hash that manifests publish, besides the fast one.
enum class Publish { no, yes };
FileRecord record_of(std::string path, std::span<const std::uint8_t> bytes, Publish publish);

/// Writes one of the lists that close a run, synced. @return its record, for the closing line
FileRecord write_list(OutputFolder& folder, const std::string& file, const std::string& text);

/// A path as records may hold it, unchanged. @throws DataError  it is absolute, empty or leaves the folder by "..".
std::string inner_path(std::string path);

/// A negative that was made; rejected ones have no file.
struct NegativeRecord {
  NegativeKind kind = NegativeKind::over;
  std::string file, method, from;
  NegativeScore score;
};

struct JournalEntry {
  std::string item;
  std::vector<FileRecord> files;
  std::vector<NegativeRecord> negatives = {};
  std::optional<BlendRecord> blend = {};
};

struct JournalContent {
  nlohmann::ordered_json head;
  std::vector<JournalEntry> entries;
  std::vector<FileRecord> lists;  ///< Of the closing line.
  bool complete = false;
};

/// Reads a journal. Nothing if the file does not exist.
/// @throws DataError when the head line is missing or no JSON, or a path leaves the folder; lines after the first torn
///                   one are ignored.
std::optional<JournalContent> read_journal(const boost::filesystem::path& path);

/// The entries whose files all exist under `root` with the recorded size and hash. Reads every file once.
std::vector<JournalEntry> trusted_entries(std::vector<JournalEntry> entries, const boost::filesystem::path& root,
                                          const RunContext& context);

/// The reason why a file is not what its record says; empty when it is.
std::string mismatch(const boost::filesystem::path& root, const FileRecord& record);

/// Appends to a journal. Lines reach the file about once a second and when the journal is closed.
class JournalWriter {
 public:
  /// Starts the journal anew with the head and the entries already trusted.
  JournalWriter(OutputFolder& folder, const std::string& file_name, const nlohmann::ordered_json& head,
                std::span<const JournalEntry> trusted);
  /// Flushes what is buffered; errors are lost here, call finish() or flush() to see them.
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// Thread-safe.
  void append(const JournalEntry& entry);
  void flush();
  /// Writes the closing line and syncs.
  void finish(std::span<const FileRecord> lists);

 private:
  void flush_locked();

  boost::filesystem::path path_;
  int fd_ = -1;
  std::mutex mutex_;
  std::string buffer_;
  std::chrono::steady_clock::time_point last_flush_;
};

}  // namespace csgis
