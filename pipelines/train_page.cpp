#include "pipelines/train_page.h"

#include "chart_js.h"
#include "chart_licence.h"
#include "core/error.h"
#include "core/version.h"
#include "imaging/image_file.h"
#include "pipelines/base64.h"
#include "pipelines/hashing.h"
#include "pipelines/html_table.h"
#include "pipelines/page_picture.h"
#include "pipelines/step_means.h"
#include "pipelines/train_log.h"
#include "train_css.h"
#include "train_html.h"
#include "train_js.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPoints = 1500;  ///< Of a curve; more lines are averaged.
constexpr std::size_t kMostPictures = 24, kMostEpochRows = 400;
constexpr int kLongestSide = 1600;

/// `count` places of `size`, evenly, the last among them.
std::vector<std::size_t> even_places(std::size_t size, std::size_t count) {
  std::vector<std::size_t> places;
  const std::size_t kept = std::min(size, count);
  for (std::size_t i = 1; i <= kept; ++i) places.push_back(i * size / kept - 1);
  return places;
}

/// What metrics.jsonl holds, sorted out.
struct Metrics {
  std::vector<Json> steps, epochs;
};

Metrics metrics_in(const boost::filesystem::path& folder) {
  Metrics metrics;
  for (Json& line : read_metrics(folder / kMetricsFile)) {
    (line.contains("val") ? metrics.epochs : metrics.steps).push_back(std::move(line));
  }
  return metrics;
}

bool is_loss_key(const std::string& key) {
  return key != "step" && key != "epoch" && key != "rate" && key != "time";
}

/// The mean of a run of lines; its step and rate are those of the last.
Json mean_line(const std::vector<Json>& lines, std::size_t begin, std::size_t end) {
  std::map<std::string, std::pair<double, int>> sums;
  for (std::size_t i = begin; i < end; ++i) {
    for (const auto& [key, value] : lines[i].items()) {
      if (!is_loss_key(key) || !value.is_number()) continue;
      sums[key].first += value.get<double>();
      ++sums[key].second;
    }
  }
  Json values = Json::object();
  for (const auto& [key, value] : lines[begin].items()) {
    const auto found = sums.find(key);
    if (found != sums.end()) values[key] = found->second.first / found->second.second;
  }
  const Json& last = lines[end - 1];
  return {{"step", last["step"]}, {"rate", last.value("rate", Json())}, {"values", std::move(values)}};
}

Json thinned(const std::vector<Json>& lines) {
  Json points = Json::array();
  const std::size_t each = std::max<std::size_t>(1, (lines.size() + kMostPoints - 1) / kMostPoints);
  for (std::size_t begin = 0; begin < lines.size(); begin += each) {
    points.push_back(mean_line(lines, begin, std::min(lines.size(), begin + each)));
  }
  return points;
}

Json epoch_points(const std::vector<Json>& epochs) {
  Json points = Json::array();
  for (const Json& line : epochs) points.push_back({{"step", line["step"]}, {"val", line["val"]}});
  return points;
}

/// Pictures of epochs, as JPEG in base 64, evenly chosen. Those that cannot be read are left out.
Json pictures_in(const boost::filesystem::path& folder, std::size_t& there) {
  std::vector<boost::filesystem::path> files;
  boost::system::error_code error;
  for (boost::filesystem::directory_iterator entry(folder / "samples", error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with("epoch-")) files.push_back(entry->path());
  }
  // Epochs have four digits or more: by length first, so that numbers sort as numbers.
  std::ranges::sort(files, {}, [](const auto& p) { return std::pair(p.native().size(), p.native()); });
  there = files.size();
  Json pictures = Json::array();
  for (const std::size_t place : even_places(files.size(), kMostPictures)) {
    try {
      const std::string stem = files[place].stem().string();
      const std::string digits = stem.substr(std::string_view("epoch-").size());
      const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
      pictures.push_back({{"epoch", digits.substr(first)},
                          {"jpeg", base64(page_picture(read_colour8(files[place]), kLongestSide, 90))}});
    } catch (const Error&) {
      --there;
    }
  }
  return pictures;
}

std::string figures(const Json& value) {
  const double number = number_from_json(value);
  return std::isfinite(number) ? fmt::format("{:.5g}", number) : "-";
}

void number_cell(HtmlTable& table, const Json& row, const std::string& name) {
  if (!row.contains(name) || !row[name].is_number()) return table.empty_cell();
  table.number_cell(row[name].get<double>(), figures(row[name]));
}

std::string epochs_table(const std::vector<Json>& epochs) {
  if (epochs.empty()) return {};
  HtmlTable table("Means of each epoch");
  std::vector<std::string> names;
  for (const auto& [name, value] : epochs.back()["train"].items()) names.push_back(name);
  table.column("epoch");
  table.column("steps");
  for (const std::string& name : names) {
    table.column(name, true, "training");
    table.column(name, true, "validation");
  }
  for (const std::size_t place : even_places(epochs.size(), kMostEpochRows)) {
    const Json& line = epochs[place];
    table.begin_row();
    number_cell(table, line, "epoch");
    number_cell(table, line, "step");
    for (const std::string& name : names) {
      number_cell(table, line["train"], name);
      number_cell(table, line["val"], name);
    }
    table.end_row();
  }
  return table.html();
}

std::string fact(const std::string& name, const std::string& words) {
  return words.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_escaped(name), html_escaped(words));
}

std::string best_epoch(const std::vector<Json>& epochs, const std::string& score) {
  const Json* best = nullptr;
  double most = 0;
  for (const Json& line : epochs) {
    const double value = line["val"].contains(score) ? number_from_json(line["val"][score]) : 0;
    if (line.contains("end") || !(value > most)) continue;
    most = value;
    best = &line;
  }
  if (best == nullptr) return {};
  std::string words = fmt::format("epoch {}, {} {:.5g}", (*best)["epoch"].get<std::int64_t>(), score, most);
  if ((*best)["val"].contains("psnr")) words += fmt::format(", psnr {}", figures((*best)["val"]["psnr"]));
  return words;
}

std::string duration(double seconds) {
  const auto s = static_cast<std::int64_t>(seconds + 0.5);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

/// The last line of all that says how long the steps took.
const Json* last_line(const Metrics& metrics) {
  if (metrics.epochs.empty()) return metrics.steps.empty() ? nullptr : &metrics.steps.back();
  const Json& epoch = metrics.epochs.back();
  if (metrics.steps.empty() || epoch["step"] >= metrics.steps.back()["step"]) return &epoch;
  return &metrics.steps.back();
}

std::string facts(const Json& run, const Metrics& metrics) {
  const Json& identity = run.at("identity");
  const Json& options = identity.at("options");
  std::string html = fact("Loss", options.value("mode", "") + ", recipe " + options.value("recipe", ""));
  html += fact("Corrections", identity.value("recipe", ""));
  html += fact("Batches",
               fmt::format("{} x {} x {} pixels, {} an epoch", options.value("batch", 0), options.value("patch", 0),
                           options.value("patch", 0), run.value("batches_per_epoch", 0)));
  if (const Json* last = last_line(metrics); last != nullptr) {
    const double seconds = last->value("time", Json::object()).value("seconds", 0.0);
    html += fact("Steps", fmt::format("{} of {}, {} at work", (*last)["step"].get<std::int64_t>(),
                                      run.at("runs").back().value("steps", 0), duration(seconds)));
  }
  html += fact("Best", best_epoch(metrics.epochs, run.value("score", "ssim")));
  const Json vgg = identity.value("vgg-weights", Json());
  if (vgg.is_string() && vgg.get<std::string>().starts_with("random:")) {
    html += fact("Features", vgg.get<std::string>() + ": random weights, no published setting");
  }
  return html;
}

std::string json_in_page(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

Json read_run(const boost::filesystem::path& path) {
  const auto bytes = read_file_bytes(path);
  Json run = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  require<DataError>(run.is_object() && run.contains("identity"), "{} is no record of a training", path.string());
  return run;
}

}  // namespace

std::string train_page(const boost::filesystem::path& folder) {
  const Json run = read_run(folder / "run.json");
  const Metrics metrics = metrics_in(folder);
  std::size_t there = 0;
  const Json pictures = pictures_in(folder, there);
  const Json data{{"steps", thinned(metrics.steps)}, {"epochs", epoch_points(metrics.epochs)}, {"pictures", pictures}};
  const Json& network = run.at("network");
  const bool is_thinned = metrics.steps.size() > kMostPoints;
  return filled(
      kTrainHtml,
      {{"network", html_escaped(network.value("kind", "a network"))},
       {"lead", html_escaped(fmt::format("{} channels, {} blocks; {}.", network.value("width", 0),
                                         network.value("blocks", 0), run.at("runs").back().value("device", "")))},
       {"facts", facts(run, metrics)},
       {"epochs", epochs_table(metrics.epochs)},
       {"epochs_hidden", metrics.epochs.empty() ? "hidden" : ""},
       {"samples_hidden", pictures.empty() ? "hidden" : ""},
       {"samples_remark", fmt::format("From left to right: input, result, ground truth, edges. {} of {} epochs; "
                                      "JPEG, the files are in samples/.",
                                      pictures.size(), there)},
       {"log_steps", fmt::format("{}", run.at("identity").at("options").value("log-steps", 0))},
       {"thinned", is_thinned ? ", several lines of metrics.jsonl to a point" : ""},
       {"run", html_escaped(run.dump(2, ' ', false, Json::error_handler_t::replace))},
       {"version", html_escaped(kVersion)},
       {"data", json_in_page(data)},
       {"style", kTrainCss},
       {"style_hash", sha256_base64(kTrainCss)},
       {"chart_licence", html_escaped(kChartLicence)},
       {"chart_script", kChartScript},
       {"chart_hash", sha256_base64(kChartScript)},
       {"script", kTrainScript},
       {"script_hash", sha256_base64(kTrainScript)}});
}

}  // namespace csgis
