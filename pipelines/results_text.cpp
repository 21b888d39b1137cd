#include "pipelines/results_text.h"

#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace csgis {
namespace {

/// Quoted where a comma, quote or line break asks for it (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string csv_number(double value) {
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : nlohmann::json(value).dump();
}

/// No name may open markup or break the table.
std::string markdown_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]|<>&").find(c) != std::string_view::npos) out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out;
}

std::string markdown_cell(const TableCell& cell) {
  const char* const mark = cell.place == Place::best ? "**" : cell.place == Place::second ? "*" : "";
  std::string text = mark + cell.mean + mark;
  if (!cell.interval.empty()) text += fmt::format(" [{}]", cell.interval);
  if (!cell.note.empty()) text += fmt::format(" ({})", cell.note);
  return text;
}

std::string markdown_table(const SummaryTable& table) {
  std::string head = "| method |", line = "|---|";
  for (const MetricInfo* metric : table.metrics) {
    head += fmt::format(" {}{}{} |", metric->name, *metric->unit != '\0' ? ", " : "", metric->unit);
    line += "---:|";
  }
  if (!table.time_of.empty()) {
    head += " time, s |";
    line += "---:|";
  }
  std::string text = head + '\n' + line + '\n';
  for (const TableRow& row : table.rows) {
    text += fmt::format("| {}{} |", markdown_text(row.method), row.has_hand_in_truths ? " \u2020" : "");
    for (const TableCell& cell : row.cells) text += ' ' + markdown_cell(cell) + " |";
    if (!table.time_of.empty()) text += fmt::format(" {} |", row.time != nullptr ? seconds_text(row.time->median) : "");
    text += '\n';
  }
  return text;
}

/// Settings over the seeds of their trainings, and which differences exceed those between seeds.
std::string seeds_markdown(const Results& results) {
  if (results.seed_means.empty()) return {};
  std::string text = "\n| Over seeds | Metric | Mean | SD of seeds | Seeds | Images |\n|---|---|---|---|---|---|\n";
  for (const SeedMean& mean : results.seed_means) {
    const MetricInfo& metric = find_metric(mean.metric);
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_text(mean.group), mean.metric,
                        figure(mean.mean, metric), figure(mean.deviation, metric), mean.seeds, mean.images);
  }
  if (results.seed_differences.empty()) return text;
  text += "\n| Difference | Metric | Mean | 95 % over seeds | |\n|---|---|---|---|---|\n";
  for (const SeedDifference& d : results.seed_differences) {
    const MetricInfo& metric = find_metric(d.metric);
    text += fmt::format("| {} - {} | {} | {} | {} .. {} | {} |\n", markdown_text(d.group), markdown_text(d.against),
                        d.metric, figure(d.difference, metric), figure(d.interval.low, metric),
                        figure(d.interval.high, metric), is_within_seed_noise(d) ? "within seed noise" : "");
  }
  return text;
}

}  // namespace

std::string to_csv_text(const Results& results) {
  std::string text = "method,image,status,seconds";
  for (const std::string& name : results.metrics) text += ',' + csv_field(name);
  text += ",error,flags\n";
  for (const ResultRow& row : results.rows) {
    text += fmt::format("{},{},{},{}", csv_field(row.method), csv_field(row.image), row.error.empty() ? "ok" : "failed",
                        row.seconds ? csv_number(*row.seconds) : "");
    for (const std::string& name : results.metrics) {
      const std::optional<double> value = value_of(row.metrics, name);
      text += ',' + (value ? csv_number(*value) : "");
    }
    text += ',' + csv_field(row.error) + ',' + csv_field(fmt::format("{}", fmt::join(row.flags, ";"))) + '\n';
  }
  return text;
}

std::string to_markdown_text(const Results& results) {
  const SummaryTable table = summary_table(results);
  std::string text = markdown_table(table) + seeds_markdown(results);
  std::string remarks;
  if (table.rows.size() > 1)
    remarks += "- Bold: best; italics: second best. In brackets: 95 % intervals, where known.\n";
  if (!table.time_of.empty())
    remarks += fmt::format("- Times: median of one image of {}.\n", markdown_text(table.time_of));
  if (std::ranges::any_of(table.rows, &TableRow::has_hand_in_truths))
    remarks += "- \u2020: had a hand in ground truths it is scored on, as said below.\n";
  for (const std::string& note : results.notes) remarks += fmt::format("- {}\n", markdown_text(note));
  for (const MethodRecord& record : results.method_records) {
    for (const std::string& flag : record.flags)
      remarks += fmt::format("- {}: {}\n", markdown_text(record.name), markdown_text(flag));
  }
  return remarks.empty() ? text : text + '\n' + remarks;
}

std::string csgis_txt_line(const Results& results) {
  double psnr = 0, ssim = 0, count = 0;
  for (const ResultRow& row : results.rows) {
    if (!row.error.empty()) continue;
    psnr += row.metrics.at(0).second;
    ssim += row.metrics.at(1).second;
    ++count;
  }
  return fmt::format("{}   psnr:tensor({:.4f})    ssim:tensor({:.4f})\n", results.methods.front(), psnr / count,
                     ssim / count);
}

}  // namespace csgis
