#include "pipelines/report_sections.h"

#include "core/version.h"
#include "pipelines/html_table.h"
#include "pipelines/html_text.h"
#include "pipelines/references.h"
#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace csgis {
namespace {

std::string arrow(const MetricInfo& metric) {
  return metric.better == Better::higher ? "\u2191" : "\u2193";
}

std::string head_detail(const MetricInfo& metric) {
  return fmt::format("{}{}{}", metric.unit, *metric.unit != '\0' ? " " : "", arrow(metric));
}

std::string method_html(const std::string& method, const MethodRecord* record) {
  std::string html = fmt::format("<span class=\"method\">{}</span>", html_escaped(method));
  if (record == nullptr) return html;
  if (record->setting != "none" && record->setting != "given") {
    html += fmt::format(" <span class=\"tag\">{}</span>", html_escaped(record->setting));
  }
  if (record->text != method) html += fmt::format("<code>{}</code>", html_escaped(record->text));
  for (const std::string& flag : record->flags)
    html += fmt::format("<span class=\"flag\">{}</span>", html_escaped(flag));
  return html;
}

void mean_cell(HtmlTable& table, const TableCell& cell) {
  if (cell.summary == nullptr || (cell.mean.empty() && cell.note.empty())) return table.empty_cell();
  std::string html = cell.mean;
  if (cell.place == Place::best) html = "<strong>" + html + "</strong><span class=\"sr\"> best</span>";
  if (cell.place == Place::second) html = "<u>" + html + "</u><span class=\"sr\"> second best</span>";
  if (!cell.interval.empty()) html += fmt::format("<small>{}</small>", cell.interval);
  if (!cell.note.empty()) html += fmt::format("<small>{}</small>", cell.note);
  table.number_cell(cell.summary->mean, html,
                    cell.place == Place::best     ? " best"
                    : cell.place == Place::second ? " second"
                                                  : "");
}

std::string summary_html(const SummaryTable& summary) {
  HtmlTable table("Means with 95 % intervals where known; best and second best marked; a press on a head sorts",
                  "summary");
  table.column("method", false);
  for (const MetricInfo* metric : summary.metrics) table.column(metric->name, true, head_detail(*metric));
  if (!summary.time_of.empty()) table.column("time", true, "s \u2193");
  for (const TableRow& row : summary.rows) {
    table.begin_row();
    table.name_cell(method_html(row.method, row.record));
    for (const TableCell& cell : row.cells) mean_cell(table, cell);
    if (!summary.time_of.empty()) {
      row.time != nullptr ? table.number_cell(row.time->median, seconds_text(row.time->median)) : table.empty_cell();
    }
    table.end_row();
  }
  std::string html = table.html();
  if (!summary.time_of.empty()) {
    html += fmt::format("<p class=\"remark\">Time: median of one image of {}.</p>\n", html_escaped(summary.time_of));
  }
  return html;
}

template <class T>
void optional_cell(HtmlTable& table, const std::optional<T>& value, const std::string& text) {
  value ? table.number_cell(static_cast<double>(*value), text) : table.empty_cell();
}

std::string metric_details(const SummaryTable& summary, std::size_t column) {
  const MetricInfo& metric = *summary.metrics[column];
  HtmlTable table(fmt::format("{} over the images", metric.name));
  table.column("method", false);
  for (const char* title : {"mean", "median", "sd", "worst 5 %", "gain over none", "wins", "rank by GT",
                            "rank by texture", "images", "infinite"}) {
    table.column(title);
  }
  for (const TableRow& row : summary.rows) {
    const MetricSummary* const s = row.cells[column].summary;
    if (s == nullptr) continue;
    table.begin_row();
    table.name_cell(html_escaped(row.method));
    if (s->count > 0) {
      for (const double value : {s->mean, s->median, s->deviation, s->worst})
        table.number_cell(value, figure(value, metric));
    } else {
      for (int i = 0; i < 4; ++i) table.empty_cell();
    }
    optional_cell(table, s->gain,
                  s->gain ? fmt::format("{}{}", *s->gain > 0 ? "+" : "", figure(*s->gain, metric)) : "");
    optional_cell(table, s->wins, s->wins ? std::to_string(*s->wins) : "");
    optional_cell(table, s->rank_by_gt, s->rank_by_gt ? fmt::format("{:.2f}", *s->rank_by_gt) : "");
    optional_cell(table, s->rank_by_texture, s->rank_by_texture ? fmt::format("{:.2f}", *s->rank_by_texture) : "");
    table.number_cell(static_cast<double>(s->count), std::to_string(s->count));
    table.number_cell(static_cast<double>(s->infinite), std::to_string(s->infinite));
    table.end_row();
  }
  return fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", column == 0 ? " open" : "",
                     html_escaped(metric.name), table.html());
}

std::string details_html(const SummaryTable& summary) {
  std::string html;
  for (std::size_t column = 0; column < summary.metrics.size(); ++column) html += metric_details(summary, column);
  return html;
}

std::string p_text(double p) {
  return p < 0.001 ? "&lt; 0.001" : fmt::format("{:.3f}", p);
}

std::string comparisons_html(const Results& results) {
  std::string html;
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    HtmlTable table(fmt::format("{}: paired differences of two methods over the images both have", name));
    for (const char* title : {"method", "against"}) table.column(title, false);
    for (const char* title : {"difference", "95 % interval", "images", "p", "p, Holm"}) table.column(title);
    std::size_t count = 0;
    for (const Comparison& c : results.comparisons) {
      if (c.metric != name) continue;
      ++count;
      table.begin_row();
      table.name_cell(html_escaped(c.method));
      table.text_cell(c.against);
      table.number_cell(c.difference, fmt::format("{}{}", c.difference > 0 ? "+" : "", figure(c.difference, metric)));
      table.number_cell(c.interval.low,
                        fmt::format("{} .. {}", figure(c.interval.low, metric), figure(c.interval.high, metric)));
      table.number_cell(static_cast<double>(c.count), std::to_string(c.count));
      table.number_cell(c.p, p_text(c.p));
      table.number_cell(c.p_holm, p_text(c.p_holm), c.p_holm < 0.05 ? " sure" : "");
      table.end_row();
    }
    if (count == 0) continue;
    html += fmt::format("<details{}><summary>{} ({})</summary>\n{}</details>\n", html.empty() ? " open" : "",
                        html_escaped(name), count, table.html());
  }
  return html;
}

std::string strata_html(const Results& results) {
  std::vector<std::string> names;
  for (const StratumMean& mean : results.strata) {
    if (std::ranges::find(names, mean.stratum) == names.end()) names.push_back(mean.stratum);
  }
  std::string html;
  for (const std::string& name : names) {
    HtmlTable table(fmt::format("Means by {}", name));
    for (const char* title : {"class", "method", "metric"}) table.column(title, false);
    for (const char* title : {"mean", "images"}) table.column(title);
    for (const StratumMean& mean : results.strata) {
      if (mean.stratum != name) continue;
      table.begin_row();
      table.name_cell(html_escaped(mean.value));
      table.text_cell(mean.method);
      table.text_cell(mean.metric);
      table.number_cell(mean.mean, figure(mean.mean, find_metric(mean.metric)));
      table.number_cell(static_cast<double>(mean.count), std::to_string(mean.count));
      table.end_row();
    }
    html += fmt::format("<details><summary>{}</summary>\n{}</details>\n", html_escaped(name), table.html());
  }
  return html;
}

std::string seeds_html(const Results& results) {
  if (results.seed_means.empty()) return {};
  HtmlTable means("Means over the seeds of equal trainings");
  for (const char* title : {"setting", "metric"}) means.column(title, false);
  for (const char* title : {"mean", "sd of seeds", "seeds", "images"}) means.column(title);
  for (const SeedMean& mean : results.seed_means) {
    const MetricInfo& metric = find_metric(mean.metric);
    means.begin_row();
    means.name_cell(html_escaped(mean.group));
    means.text_cell(mean.metric);
    means.number_cell(mean.mean, figure(mean.mean, metric));
    means.number_cell(mean.deviation, figure(mean.deviation, metric));
    means.number_cell(static_cast<double>(mean.seeds), std::to_string(mean.seeds));
    means.number_cell(static_cast<double>(mean.images), std::to_string(mean.images));
    means.end_row();
  }
  if (results.seed_differences.empty()) return means.html();
  HtmlTable differences("Differences of settings, with 95 % intervals over other seeds on these images");
  for (const char* title : {"setting", "against", "metric"}) differences.column(title, false);
  for (const char* title : {"difference", "95 % over seeds"}) differences.column(title);
  differences.column("verdict", false);
  for (const SeedDifference& d : results.seed_differences) {
    const MetricInfo& metric = find_metric(d.metric);
    differences.begin_row();
    differences.name_cell(html_escaped(d.group));
    differences.text_cell(d.against);
    differences.text_cell(d.metric);
    differences.number_cell(d.difference, figure(d.difference, metric));
    differences.number_cell(d.interval.low,
                            fmt::format("{} .. {}", figure(d.interval.low, metric), figure(d.interval.high, metric)));
    differences.text_cell(is_within_seed_noise(d) ? "within seed noise" : "beyond it");
    differences.end_row();
  }
  return means.html() + differences.html();
}

std::string times_html(const Results& results) {
  if (results.times.empty()) return {};
  HtmlTable table("Wall time of one image, decoding excluded");
  table.column("method", false);
  for (const char* title : {"size", "threads", "median", "quartiles", "repeats", "peak memory"}) {
    table.column(title, true, title == std::string("median") || title == std::string("quartiles") ? "s" : "");
  }
  table.column("machine", false);
  for (const TimeRecord& t : results.times) {
    table.begin_row();
    table.name_cell(html_escaped(t.method));
    table.number_cell(1.0 * t.width * t.height, fmt::format("{}x{}", t.width, t.height));
    table.number_cell(t.threads, std::to_string(t.threads));
    table.number_cell(t.median, seconds_text(t.median));
    table.number_cell(t.lower_quartile,
                      fmt::format("{} .. {}", seconds_text(t.lower_quartile), seconds_text(t.upper_quartile)));
    table.number_cell(static_cast<double>(t.repeats), std::to_string(t.repeats));
    table.number_cell(static_cast<double>(t.peak_bytes),
                      fmt::format("{:.0f} MB", static_cast<double>(t.peak_bytes) / 1e6));
    table.text_cell(t.machine);
    table.end_row();
  }
  return table.html();
}

/// Means of the metric by the methods of the family, to be read beside a published value.
std::string means_here(const Results& results, const PublishedValue& value) {
  std::vector<std::string> words;
  for (const std::string& method : results.methods) {
    const MetricSummary* const summary = find_summary(results, value.metric, method);
    if (family_of(results, method) != value.family || summary == nullptr || summary->count == 0) continue;
    words.push_back(fmt::format("{}: {}", method, figure(summary->mean, find_metric(value.metric))));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string published_html(const Results& results) {
  if (results.published.empty()) return {};
  HtmlTable table("Numbers from the literature: other images, other programs, other definitions");
  for (const char* title : {"method", "data set", "metric"}) table.column(title, false);
  table.column("published");
  table.column("source", false);
  table.column("measured here, on other images", false);
  for (const PublishedValue& value : results.published) {
    table.begin_row();
    table.name_cell(html_escaped(value.family));
    table.text_cell(value.dataset);
    table.text_cell(value.metric);
    table.number_cell(value.value, fmt::format("{}", value.value));
    table.text_cell(value.source);
    table.text_cell(means_here(results, value));
    table.end_row();
  }
  return table.html();
}

std::string failures_html(const Results& results) {
  HtmlTable table("Rows without scores, and metrics that do not apply");
  for (const char* title : {"method", "image", "what", "reason"}) table.column(title, false);
  std::size_t count = 0;
  const auto add = [&](const ResultRow& row, const std::string& what, const std::string& reason) {
    constexpr std::size_t kShown = 200;
    if (++count > kShown) return;
    table.begin_row();
    table.name_cell(html_escaped(row.method));
    for (const std::string& text : {row.image, what, reason}) table.text_cell(text);
    table.end_row();
  };
  for (const ResultRow& row : results.rows) {
    if (!row.error.empty()) add(row, "failed", row.error);
    for (const auto& [metric, reason] : row.skipped) add(row, metric, reason);
  }
  return count == 0 ? ""
                    : fmt::format("{}<p class=\"remark\">{} in all; results.csv and results.json have each.</p>\n",
                                  table.html(), count);
}

/// About the whole; what is to be known about one method stands in its row.
std::string notes_html(const Results& results) {
  std::string items;
  for (const std::string& note : results.notes) items += "<li>" + html_escaped(note) + "</li>\n";
  return items.empty() ? "" : "<ul class=\"notes\">\n" + items + "</ul>\n";
}

std::string glossary_html(const Results& results) {
  std::string html = "<dl>\n";
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    html += fmt::format("<dt>{}</dt><dd>{}; {} is better{}{}.</dd>\n", html_escaped(name), html_escaped(metric.summary),
                        metric.better == Better::higher ? "higher" : "lower", *metric.unit != '\0' ? "; in " : "",
                        html_escaped(metric.unit));
  }
  constexpr const char* kWords[][2] = {
      {"made, trained on, chosen by",
       "what a method had to do with ground truths that it is scored on; results.csv names the images"},
      {"worst 5 %", "mean of the worst twentieth of the images, at least one"},
      {"gain over none", "mean difference to the unsmoothed input, positive where the method helps"},
      {"wins", "images on which no other method is better"},
      {"rank", "mean place of a method among all, by its means over each ground truth or each texture; 1 is best"},
      {"95 % interval",
       "of the mean, from resampling ground truths and textures independently: images that share one "
       "are not independent"},
      {"p, Holm", "probability of so large a difference by chance, adjusted for the number of comparisons"},
      {"default, tuned, oracle",
       "published setting; one setting chosen on the training part; the best for each image, "
       "an upper bound that no method reaches"},
  };
  for (const auto& [word, meaning] : kWords) html += fmt::format("<dt>{}</dt><dd>{}.</dd>\n", word, meaning);
  return html + "</dl>\n";
}

std::string lead_html(const Results& results) {
  std::size_t failed = 0;
  std::set<std::string> gts, textures;
  for (const ResultRow& row : results.rows) failed += row.error.empty() ? 0 : 1;
  for (const ImageRecord& record : results.image_records) {
    if (!record.gt_id.empty()) gts.insert(record.gt_id);
    if (!record.texture_id.empty()) textures.insert(record.texture_id);
  }
  std::string text = fmt::format("{} methods on {} images", results.methods.size(), results.images.size());
  if (!gts.empty()) text += fmt::format(" ({} ground truths, {} textures)", gts.size(), textures.size());
  if (failed > 0) text += fmt::format("; {} of {} rows failed", failed, results.rows.size());
  return html_escaped(text + ".");
}

}  // namespace

std::map<std::string, std::string> report_sections(const Results& results) {
  const SummaryTable summary = summary_table(results);
  return {{"lead", lead_html(results)},
          {"notes", notes_html(results)},
          {"summary", summary_html(summary)},
          {"details", details_html(summary)},
          {"comparisons", comparisons_html(results)},
          {"strata", strata_html(results)},
          {"seeds", seeds_html(results)},
          {"times", times_html(results)},
          {"published", published_html(results)},
          {"failures", failures_html(results)},
          {"run", html_escaped(results.run.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace))},
          {"glossary", glossary_html(results)},
          {"bibliography", html_escaped(bibliography(results))},
          {"version", html_escaped(kVersion)}};
}

}  // namespace csgis
