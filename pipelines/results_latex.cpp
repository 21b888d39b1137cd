#include "pipelines/results_latex.h"

#include "pipelines/references.h"
#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace csgis {
namespace {

std::string cite(const std::vector<std::string>& keys) {
  return keys.empty() ? "" : fmt::format("~\\cite{{{}}}", fmt::join(keys, ","));
}

std::string latex_cell(const TableCell& cell, const LatexOptions& options) {
  std::string text = cell.mean;
  if (cell.place == Place::best) text = fmt::format("\\textbf{{{}}}", text);
  if (cell.place == Place::second) text = fmt::format("\\underline{{{}}}", text);
  if (options.intervals && !cell.interval.empty()) text += fmt::format(" {{\\scriptsize[{}]}}", cell.interval);
  if (!cell.note.empty()) text += fmt::format(" ({})", cell.note);
  return text;
}

std::string head_of(const MetricInfo& metric) {
  return fmt::format("{} ${}$", latex_escaped(metric.name),
                     metric.better == Better::higher ? "\\uparrow" : "\\downarrow");
}

/// Units and sources stand here, because a head that holds them makes the table wider than a column.
std::string caption_of(const SummaryTable& table, std::size_t images) {
  std::vector<std::string> metrics;
  for (const MetricInfo* metric : table.metrics) {
    std::string text = latex_escaped(metric->name);
    if (*metric->unit != '\0') text += fmt::format(" ({})", latex_escaped(metric->unit));
    metrics.push_back(text + cite(references_of_metric(metric->name)));
  }
  return fmt::format("Means over {} images of {}.{}", images, fmt::join(metrics, ", "),
                     table.rows.size() > 1 ? " Best in bold, second best underlined." : "") +
         (std::ranges::any_of(table.rows, &TableRow::has_hand_in_truths)
              ? " $^\\dagger$Had a hand in ground truths it is scored on."
              : "");
}

/// A line of its own that TeX passes over, whatever the text is.
std::string comment(const std::string& text) {
  std::string line = "% ";
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return line + '\n';
}

std::string comments(const Results& results, const SummaryTable& table) {
  std::string text = "% Needs \\usepackage{booktabs}; the citations are in references.bib.\n";
  if (!table.time_of.empty()) text += comment("Times: median of one image of " + table.time_of + ".");
  for (const std::string& note : results.notes) text += comment(note);
  for (const MethodRecord& record : results.method_records) {
    for (const std::string& flag : record.flags) text += comment(record.name + ": " + flag);
  }
  return text;
}

}  // namespace

std::string latex_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '{':
      case '}':
      case '$':
      case '&':
      case '#':
      case '_':
      case '%':
        out += '\\';
        out += c;
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      case '"':
        out += "''";
        break;
      case '`':
        out += "\\textasciigrave{}";
        break;
      case '-':
        out += out.ends_with('-') ? "{}-" : "-";  // no dash is made of two
        break;
      default:
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return out;
}

std::string to_latex_text(const Results& results, const LatexOptions& options) {
  const SummaryTable table = summary_table(results);
  const bool has_times = !table.time_of.empty();
  std::string text = comments(results, table);
  text += fmt::format(
      "\\begin{{table}}\n\\centering\n\\caption{{{}}}\n\\label{{tab:csgis}}\n"
      "\\footnotesize\n\\begin{{tabular}}{{l{}}}\n\\toprule\nMethod",
      caption_of(table, results.images.size()), std::string(table.metrics.size() + (has_times ? 1 : 0), 'r'));
  for (const MetricInfo* metric : table.metrics) text += " & " + head_of(*metric);
  if (has_times) text += " & time (s) $\\downarrow$";
  text += " \\\\\n\\midrule\n";
  for (const TableRow& row : table.rows) {
    // Behind the end of a line a star or bracket would be its argument.
    if (row.method.starts_with('[') || row.method.starts_with('*')) text += "{}";
    text += latex_escaped(row.method) + (row.has_hand_in_truths ? "$^\\dagger$" : "") +
            cite(references_of_method(family_of(results, row.method)));
    for (const TableCell& cell : row.cells) text += " & " + latex_cell(cell, options);
    if (has_times) text += fmt::format(" & {}", row.time != nullptr ? seconds_text(row.time->median) : "");
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

}  // namespace csgis
