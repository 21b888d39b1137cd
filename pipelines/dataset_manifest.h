#pragma once
/// The files that describe a dataset: dataset.json, samples.jsonl, splits, errors.jsonl. docs/formats.md is the
/// description for users; this is the one place that writes and reads them.

#include "datagen/split.h"
#include "pipelines/build_options.h"
#include "pipelines/item_errors.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"

#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace csgis {

inline constexpr const char* kDatasetFile = "dataset.json";
inline constexpr const char* kSamplesFile = "samples.jsonl";
inline constexpr const char* kErrorsFile = "errors.jsonl";
inline constexpr const char* kMapFile = "map.txt";

/// A negative as samples.jsonl lists it.
struct SampleNegative {
  std::string file, method, from;
};

/// One line of samples.jsonl. Paths are relative to the dataset, with '/'.
struct SampleRecord {
  std::string key, gt_id, texture_id;
  Split split = Split::train;
  std::string gt, blend, edge;
  std::optional<std::string> label, instance;
  std::vector<SampleNegative> over, under;
  std::string recipe;                         ///< JSON object of the blend (pipelines/blend_record.h); may be empty.
  std::map<std::string, std::string> sha256;  ///< Path -> hash of the sample's files.

  /// Every file of the sample.
  std::vector<std::string> files() const;
  /// Appends those of the records that have a file.
  void add_negatives(std::span<const NegativeRecord> negatives);
};

/// Without the newline.
std::string to_json_line(const SampleRecord& record);
/// @throws DataError when a field is missing or of the wrong type, or a path leaves the dataset.
SampleRecord sample_from_json(std::string_view line);

/// All lines of a samples file. @throws DataError naming file and line.
std::vector<SampleRecord> read_samples(const boost::filesystem::path& path);

/// Samples per split, for dataset.json.
using SplitCounts = std::map<std::string, std::uint64_t>;

/// Gives the samples of a dataset one by one, sorted by key; nothing at the end.
using NextSample = std::function<std::optional<SampleRecord>()>;

/// Writes a samples file under `name`.
void write_samples(OutputFolder& folder, const std::string& name, const NextSample& next);

/// Writes samples.jsonl and splits/NAME.txt (one key a line; the splits that occur, train and val always).
SplitCounts write_samples_and_splits(OutputFolder& folder, const NextSample& next);

/// What dataset.json says about the samples as a whole; null where there is nothing to say.
struct DatasetSummaries {
  nlohmann::ordered_json blends;     ///< blend_summary()
  nlohmann::ordered_json negatives;  ///< negative_summary()
};
DatasetSummaries summaries_of(std::span<const JournalEntry* const> entries);

/// Writes dataset.json: the head (what was asked for and read), the counts (what came out) and the summaries.
void write_dataset_json(OutputFolder& folder, nlohmann::ordered_json head, const SplitCounts& counts,
                        std::size_t errors, const DatasetSummaries& summaries);

/// Writes the errors, sorted, or removes the file when there are none.
void write_errors(OutputFolder& folder, const std::string& file_name, std::span<const ItemError> errors);

/// What the journal keeps of the lists above when a run closes, so that `data verify` and `data merge` can name a
/// changed one: those that are there, of a whole dataset or of one shard.
std::vector<FileRecord> list_records(const OutputFolder& folder, const Shard& shard, Layout layout);

/// The lines of a text file that ends its lines with '\n'. @throws IoError, NothingUsable.
std::vector<std::string> read_lines(const boost::filesystem::path& path);

}  // namespace csgis
