#pragma once
/// The table of means, put into words once: Markdown, LaTeX and HTML differ in their marks alone.

#include "metrics/metric_table.h"
#include "pipelines/results.h"

#include <string>
#include <vector>

namespace csgis {

/// A mean among those of its column. Upper bounds (setting "oracle"), methods that failed on images on which others did
/// not, and tables of one method have no places.
enum class Place { none, second, best };

struct TableCell {
  const MetricSummary* summary = nullptr;  ///< Null if there is none.
  std::string mean;                        ///< "28.46"; empty without a finite value.
  std::string interval;                    ///< "28.10 .. 28.83"; empty if not known.
  std::string note;                        ///< "3 of 6, 1 inf"; empty if nothing is missing and all is finite.
  bool is_complete = true;                 ///< As many values as the other methods have.
  Place place = Place::none;
};

struct TableRow {
  std::string method;
  const MethodRecord* record = nullptr;  ///< Null if nothing is recorded.
  std::vector<TableCell> cells;          ///< One a metric.
  const TimeRecord* time = nullptr;      ///< At the size, threads and machine of the table; null if not measured.
  bool has_hand_in_truths = false;       ///< Some of its scores carry flags (score_flags.h).
};

struct SummaryTable {
  std::vector<const MetricInfo*> metrics;
  std::vector<TableRow> rows;
  std::string time_of;  ///< "768x512, 1 thread, MACHINE": what the times of the rows are of; empty without times.
};

/// Equal means share a place. The times are those of the conditions (size, threads, machine) that most methods were
/// timed under; of several, the fewest threads, then the largest size. Points into `results`, which must outlive it.
SummaryTable summary_table(const Results& results);

/// A value of a metric with the figures that tell methods apart: two after the point with a unit, four without.
std::string figure(double value, const MetricInfo& metric);

/// Whether other seeds might have given the opposite sign.
bool is_within_seed_noise(const SeedDifference& difference);

/// Seconds with three significant figures: "0.0132".
std::string seconds_text(double seconds);

/// The record of that method, or null.
const MethodRecord* find_method_record(const Results& results, const std::string& method);

}  // namespace csgis
