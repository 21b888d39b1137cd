#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace csgis {
namespace {

bool is_better(double a, double b, const MetricInfo& metric) {
  return metric.better == Better::higher ? a > b : a < b;
}

bool has_place(const TableRow& row, const TableCell& cell) {
  return cell.summary != nullptr && cell.summary->count > 0 && cell.is_complete &&
         (row.record == nullptr || row.record->setting != "oracle");
}

/// The best value of a column that is worse than `limit`.
std::optional<double> best_of(const SummaryTable& table, std::size_t column, std::optional<double> limit) {
  const MetricInfo& metric = *table.metrics[column];
  std::optional<double> best;
  for (const TableRow& row : table.rows) {
    const TableCell& cell = row.cells[column];
    if (!has_place(row, cell) || (limit && !is_better(*limit, cell.summary->mean, metric))) continue;
    if (!best || is_better(cell.summary->mean, *best, metric)) best = cell.summary->mean;
  }
  return best;
}

void give_places(SummaryTable& table, std::size_t column) {
  const std::optional<double> best = best_of(table, column, {});
  if (!best) return;
  const std::optional<double> second = best_of(table, column, best);
  for (TableRow& row : table.rows) {
    TableCell& cell = row.cells[column];
    if (!has_place(row, cell)) continue;
    if (cell.summary->mean == *best) cell.place = Place::best;
    if (second && cell.summary->mean == *second) cell.place = Place::second;
  }
}

TableCell cell_of(const Results& results, const MetricSummary* summary, const MetricInfo& metric) {
  TableCell cell;
  cell.summary = summary;
  if (summary == nullptr) return cell;
  cell.is_complete = is_complete(results, *summary);
  if (summary->count > 0) cell.mean = figure(summary->mean, metric);
  if (summary->count > 0 && summary->interval) {
    cell.interval =
        fmt::format("{} .. {}", figure(summary->interval->low, metric), figure(summary->interval->high, metric));
  }
  std::vector<std::string> notes;
  if (!cell.is_complete) {
    notes.push_back(fmt::format("{} of {}", summary->count + summary->infinite, most_values(results, summary->metric)));
  }
  if (summary->infinite > 0) notes.push_back(fmt::format("{} inf", summary->infinite));
  cell.note = fmt::format("{}", fmt::join(notes, ", "));
  return cell;
}

/// Sorts before another if it is to be preferred among equally common ones.
using Condition = std::tuple<int, long long, std::string, int>;
Condition condition_of(const TimeRecord& time) {
  return {time.threads, -static_cast<long long>(time.height) * time.width, time.machine, time.width};
}

std::optional<Condition> common_condition(const SummaryTable& table, const std::vector<TimeRecord>& times) {
  std::map<Condition, std::set<std::string>> methods;
  for (const TimeRecord& time : times) {
    if (std::ranges::find(table.rows, time.method, &TableRow::method) == table.rows.end()) continue;
    methods[condition_of(time)].insert(time.method);
  }
  const auto most = std::ranges::max_element(methods, {}, [](const auto& entry) { return entry.second.size(); });
  if (most == methods.end()) return std::nullopt;
  return most->first;
}

void add_times(SummaryTable& table, const std::vector<TimeRecord>& times) {
  const std::optional<Condition> wanted = common_condition(table, times);
  for (const TimeRecord& time : times) {
    if (condition_of(time) != wanted) continue;
    if (table.time_of.empty()) {
      table.time_of = fmt::format("{}x{}, {} thread{}{}{}", time.width, time.height, time.threads,
                                  time.threads == 1 ? "" : "s", time.machine.empty() ? "" : ", ", time.machine);
    }
    const auto row = std::ranges::find(table.rows, time.method, &TableRow::method);
    if (row != table.rows.end() && row->time == nullptr) row->time = &time;
  }
}

}  // namespace

SummaryTable summary_table(const Results& results) {
  SummaryTable table;
  for (const std::string& name : results.metrics) table.metrics.push_back(&find_metric(name));
  for (const std::string& method : results.methods) {
    TableRow row{method, find_method_record(results, method), {}, nullptr, false};
    row.has_hand_in_truths = std::ranges::any_of(
        results.rows, [&](const ResultRow& scored) { return scored.method == method && !scored.flags.empty(); });
    for (const MetricInfo* metric : table.metrics) {
      row.cells.push_back(cell_of(results, find_summary(results, metric->name, method), *metric));
    }
    table.rows.push_back(std::move(row));
  }
  if (table.rows.size() > 1) {
    for (std::size_t column = 0; column < table.metrics.size(); ++column) give_places(table, column);
  }
  add_times(table, results.times);
  return table;
}

std::string figure(double value, const MetricInfo& metric) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return fmt::format("{:.{}f}", value, *metric.unit != '\0' ? 2 : 4);
}

bool is_within_seed_noise(const SeedDifference& difference) {
  return difference.interval.low <= 0 && difference.interval.high >= 0;
}

std::string seconds_text(double seconds) {
  if (!(seconds > 0)) return "0";
  const int digits = std::clamp(2 - static_cast<int>(std::floor(std::log10(seconds))), 0, 9);
  return fmt::format("{:.{}f}", seconds, digits);
}

const MethodRecord* find_method_record(const Results& results, const std::string& method) {
  const auto found = std::ranges::find(results.method_records, method, &MethodRecord::name);
  return found == results.method_records.end() ? nullptr : &*found;
}

}  // namespace csgis
