#pragma once
/// The files that close a folder of `csgis gt`: the chosen ground truths, the lists, the contact sheet.

#include "core/run_context.h"
#include "pipelines/gt_records.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

inline constexpr const char* kGtFile = "gt.json";
inline constexpr const char* kGtLayout = "gt";  ///< In the head, where datasets name theirs.

struct GtCounts {
  std::uint64_t photos = 0;      ///< Good ones.
  std::uint64_t unselected = 0;  ///< Left out by --select.
  std::uint64_t rejected = 0;    ///< Tried, but no candidate was good enough, or a person said no.
  std::uint64_t chosen = 0;      ///< Ground truths.
  std::uint64_t by_person = 0;   ///< Photos that a person decided on.
  std::uint64_t sheets = 0;      ///< Pages of the contact sheet.
};

/// A finished or half-finished run: the head of its journal, and what there is of its photos, sorted by file name.
struct GtRun {
  nlohmann::ordered_json head;
  std::vector<GtRecord> records;

  std::string identity() const { return head.at("identity"); }
  const nlohmann::ordered_json& dataset() const { return head.at("dataset"); }
};

/// The places of the `count` greatest values, in order; of equal ones the first. All without a count.
std::vector<std::size_t> places_of_greatest(const std::vector<double>& values, std::optional<std::uint64_t> count);

/// Reads the records of the photos that a journal holds. @throws DataError  naming the file
std::vector<GtRecord> read_gt_records(const OutputFolder& out, const std::vector<JournalEntry>& entries);

/// Names that a run writes at the top of its folder.
std::vector<std::string> gt_parts(const Shard& shard);

/// Copies the chosen candidates to gt/ and writes samples.jsonl and rejected.jsonl; for a whole run also gt.json and
/// the contact sheet. Ground truths of photos that have none any more are removed. `errors` is counted in gt.json.
/// `lists` receives the records of the lists, for the journal.
/// @throws DataError  a choice for a photo or candidate that the run does not have  @throws OutputError
GtCounts close_gt_run(OutputFolder& out, const Shard& shard, const GtRun& run, const GtChoices& choices,
                      std::size_t errors, const RunContext& context, std::vector<FileRecord>& lists);

}  // namespace csgis
