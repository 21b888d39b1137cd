#pragma once
/// Scores of contenders on images, kept from run to run: adding a contender or an image computes the new cells alone.

#include "pipelines/contender.h"
#include "pipelines/item_errors.h"
#include "pipelines/output_folder.h"

#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace csgis {

/// One contender on one image.
struct Cell {
  std::string key;  ///< Hash of all the values depend on: contender, input, ground truth, what is scored.
  std::optional<double> seconds;
  MetricValues metrics;
  std::vector<std::pair<std::string, std::string>> skipped;
  double contrast = 0;          ///< Standard deviation of result - ground truth, levels.
  std::string file, file_hash;  ///< The kept image; empty if none was.
  std::string machine;          ///< On which `seconds` were measured.
};

/// cells.jsonl in the output folder (cells.I-of-N.jsonl for a shard): a line per cell, appended when it is done,
/// flushed about once a second. Lines that cannot be read (a crash tears the last one) are left out. The store of a
/// whole run takes over what shards have left, and removes their files. Thread-safe.
class CellStore {
 public:
  /// @throws OutputError  cannot be written; the store of a whole run also while a shard is at work
  CellStore(OutputFolder& folder, const Shard& shard, Log& log);
  ~CellStore();
  CellStore(const CellStore&) = delete;
  CellStore& operator=(const CellStore&) = delete;

  /// A cell of that key that has all the metrics and whose image was kept as `file` and is still as it was written.
  /// @param file  empty: no image is asked for
  std::optional<Cell> find(const std::string& key, const std::vector<std::string>& metrics,
                           const std::string& file) const;
  void add(const Cell& cell);
  /// @throws OutputError
  void flush();

 private:
  void take_over(const Shard& shard, Log& log);
  void flush_locked();
  const Cell* find_locked(const std::string& key, const std::string& file) const;

  OutputFolder& folder_;
  std::string file_;
  int fd_ = -1;
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, Cell>> cells_;  ///< By key, then kept file: equal results of two rows.
  std::string buffer_;
  std::chrono::steady_clock::time_point last_flush_;
};

struct ScoringSetup {
  std::vector<std::string> metrics;
  Score score = Score::rounded;
  std::uint64_t max_pixels = 0;
  /// Folder below images/ for each contender's results; empty: none are kept. Ground truths go into images/gt.
  std::vector<std::string> kept_in = {};
};

/// Whether a folder holds cells of a benchmark, or of a shard of one.
bool holds_cells(const OutputFolder& folder);

/// The kept image of a ground truth, beside results.json.
std::string kept_gt(const std::string& gt_id, Score score);

/// Where cells and what goes wrong are put down.
struct CellOutput {
  OutputFolder& folder;
  CellStore& store;
  ItemErrors& errors;
};

/// A scored image and what only the first look at it shows.
struct ScoredCell {
  ResultRow row;
  double contrast = 0;
  bool is_unreadable = false;  ///< The image, not the method, is why row.error says something.
};

/// Every contender on every item, items in parallel; with fewer items than threads, smoothers use those left. An item
/// is decoded once for all contenders. Progress advances by one a cell. Failed cells are named in out.errors (item
/// "METHOD/IMAGE") and in their rows. Memory: per item in flight its two images and one result.
/// @return [contender][item].  @throws Cancelled, OutputError, ItemFailed (on_error = stop)
std::vector<std::vector<ScoredCell>> score_cells(std::span<const BenchmarkItem> items,
                                                 std::span<const Contender* const> contenders,
                                                 const ScoringSetup& setup, const CellOutput& out,
                                                 ProgressTask& progress, const RunContext& context);

}  // namespace csgis
