#include "pipelines/trade_off.h"

#include "classical/simd_path.h"
#include "core/error.h"
#include "core/version.h"
#include "imaging/convert.h"
#include "imaging/image_file.h"
#include "pipelines/net_smoother.h"
#include "pipelines/parallel_items.h"
#include "pipelines/statistics.h"
#include "pipelines/tuning_ranges.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cmath>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr const char *kNone = "none", *kBlur = "gaussian", *kRemoved = "detail-removed";
constexpr double kLevels[] = {0.3, 0.5, 0.7, 0.9};

std::vector<std::string> metrics_or_default(const EvaluateOptions& options) {
  if (!options.metrics.empty()) return metric_names(options.metrics);
  return {kRemoved, "boundary-kept", "colour-shift"};
}

/// The methods asked for, behind the controls.
std::vector<std::string> families(const std::vector<std::string>& asked) {
  std::vector<std::string> names{kNone, kBlur};
  std::vector<std::string> more = asked;
  if (more.empty()) std::ranges::transform(tuning_ranges(), std::back_inserter(more), &TuningRange::family);
  for (std::string& name : more) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

bool sets(const MethodString& text, const char* key) {
  return std::ranges::find(text.items, key, &MethodString::Item::key) != text.items.end();
}

/// A network has no strength. Weak ones change no pixel by more than a few levels, which removes fine texture and leaves
/// edges; the last ones hardly any less than the whole. The image is seen at 0.7 of its size: edges of photos are wider
/// than those that networks are trained on.
std::vector<std::string> network_strengths(const MethodString& text, int count) {
  constexpr double kWeakest = 2, kRange = 32;  // 2 to 64 levels
  if (sets(text, "amount") || sets(text, "limit")) return {join_method_string(text)};
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    MethodString one = text;
    if (!sets(text, "scale")) one.items.push_back({"scale", "0.7"});
    const double limit = kWeakest * std::pow(kRange, static_cast<double>(i) / (count - 1));
    one.items.push_back({"limit", fmt::format("{:.4g}", limit)});
    texts.push_back(join_method_string(one));
  }
  return texts;
}

/// The method strings of one method from weak to strong.
std::vector<std::string> strengths(const std::string& family, int count) {
  MethodString text = split_method_string(family);
  if (text.name == kNetMethod) return network_strengths(text, count);
  const TuningRange* const range = find_tuning_range(text.name);
  if (range == nullptr) return {family};
  const ParameterRange& strength = range->parameters.front();
  if (sets(text, strength.key.c_str())) return {family};
  text.items.insert(text.items.begin(), {strength.key, ""});
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    text.items.front().value = fmt::format("{}", strength.at(static_cast<double>(i) / (count - 1)));
    texts.push_back(join_method_string(text));
  }
  return texts;
}

PairedFolders paired(const EvaluateOptions& options) {
  PairedFolders folders;
  if (!options.pred.empty()) {
    folders = pair_folders(options.pred, options.photos, Pairing::name, 1);
  } else {
    for (const ListedImage& photo : list_images(options.photos, "--photos")) {
      folders.pairs.push_back({photo, photo, {}, {}, {}});
    }
  }
  add_labels(folders, options.labels);
  return folders;
}

ImageF floats_of(const Scored& image) {
  if (const auto* const bytes = std::get_if<Image8>(&image)) return to_float(*bytes);
  return std::get<ImageF>(image).clone();
}

/// The value of `metric` where the line through the points first reaches `at` on kRemoved.
std::optional<double> value_along(const std::vector<const SweepPoint*>& points, const std::string& metric, double at) {
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const auto x0 = value_of(points[i]->metrics, kRemoved), x1 = value_of(points[i + 1]->metrics, kRemoved);
    const auto y0 = value_of(points[i]->metrics, metric), y1 = value_of(points[i + 1]->metrics, metric);
    if (!x0 || !x1 || !y0 || !y1 || *x0 > at || *x1 < at || *x0 == *x1) continue;
    return *y0 + (at - *x0) / (*x1 - *x0) * (*y1 - *y0);
  }
  return std::nullopt;
}

}  // namespace

TradeOff::TradeOff(const EvaluateOptions& options, const RunContext& context)
    : options_(options), context_(context), metrics_(metrics_or_default(options)) {
  if (!options.pred.empty()) {
    const std::string title = fs::canonical(options.pred).filename().string();
    settings_.push_back({title, title, {}});
    return;
  }
  for (const std::string& family : families(options.methods)) {
    for (const std::string& text : strengths(family, options.strengths)) {
      settings_.push_back({family, text, make_smoother(text, {options.device, context.options.threads, &context.log})});
    }
  }
}

EvaluateReport TradeOff::run() {
  PairedFolders folders = paired(options_);
  const std::vector<PairedImage>& pairs = folders.pairs;
  Results& results = report_.results;
  results.metrics = metrics_;
  results.unmatched = std::move(folders.unmatched);
  for (const PairedImage& pair : pairs) results.images.push_back(pair.pred.id);
  for (const Setting& setting : settings_) {
    results.methods.push_back(setting.name);
    const std::string text = setting.method ? setting.method->text() : "";
    results.method_records.push_back({setting.name, text, setting.family, setting.method ? "given" : "files", {}});
    for (const PairedImage& pair : pairs) {
      ResultRow row;
      row.method = setting.name;
      row.image = pair.pred.id;
      results.rows.push_back(std::move(row));
    }
  }
  ProgressTask progress(context_.progress, "scoring", pairs.size());
  for_each_item(pairs.size(), context_, [&](std::size_t i) {
    score_image(pairs[i], i);
    progress.advance();
  });
  report_.errors = static_cast<std::uint64_t>(
      std::ranges::count_if(results.rows, [](const ResultRow& row) { return !row.error.empty(); }));
  if (report_.errors == results.rows.size()) {
    const ItemError first = errors_.sorted().front();
    fail<NothingUsable>("none of the {} photos can be scored; the first: {}: {}", pairs.size(), first.file,
                        first.reason);
  }
  summarise(results);
  if (options_.pred.empty()) add_curves();
  results.run = {{"command", "evaluate"}, {"toolkit", fmt::format("csgis {}", kVersion)}, {"simd", simd_path_in_use()}};
  results.run["options"] = to_json_record(options_);
  results.run["options"]["metrics"] = metrics_;
  return std::move(report_);
}

void TradeOff::score_image(const PairedImage& pair, std::size_t image) {
  const std::size_t images = report_.results.images.size();
  std::vector<ResultRow>& rows = report_.results.rows;
  std::string reason = "needs more memory than there is";
  const bool good = errors_.try_item(pair.pred.id, pair.pred.path, "score", [&] {
    try {
      require<DataError>(pair.gt.has_value(), "no photo {}.*", pair.pred.id);
      require<DataError>(pair.label.has_value(), "no label map {}.*", pair.gt->id);
      const Scored photo = read_beside("photo", pair.gt->path, [&](const fs::path& path) {
        return read_scored(path, options_.score, options_.max_pixels);
      });
      const LabelMap labels = read_beside(
          "label map", *pair.label, [&](const fs::path& path) { return read_label_map(path, {options_.max_pixels}); });
      const Size size = view(photo).size();
      require<DataError>(labels.size() == size, "its label map is {}x{}, the photo {}x{}", labels.size().height,
                         labels.size().width, size.height, size.width);
      for (std::size_t s = 0; s < settings_.size(); ++s) {
        score_row(pair, photo, labels, settings_[s], rows[s * images + image]);
      }
    } catch (const Error& e) {
      reason = reason_without_path(e, pair.pred.path);
      throw;
    }
  });
  if (good) return;
  for (std::size_t s = 0; s < settings_.size(); ++s) rows[s * images + image].error = reason;
  if (context_.options.on_error == OnError::stop) fail<ItemFailed>("{}: {}", pair.pred.file, reason);
}

/// A method that cannot smooth the photo fails in its own row.
void TradeOff::score_row(const PairedImage& pair, const Scored& photo, const LabelMap& labels, const Setting& setting,
                         ResultRow& row) {
  const auto score = [&] {
    const Scored pred = setting.method
                            ? as_scored(setting.method->smooth(floats_of(photo), {}, nullptr), options_.score)
                            : read_scored(pair.pred.path, options_.score, options_.max_pixels);
    score_pair({view(pred), {}, {}, &labels, view(photo)}, metrics_, row);
  };
  if (!setting.method) return score();
  try {
    score();
  } catch (const Error& e) {
    row.error = fmt::format("{}: {}", setting.name, e.what());
    errors_.add({pair.pred.id, pair.pred.file, "smooth", row.error});
    if (context_.options.on_error == OnError::stop) fail<ItemFailed>("{}: {}", pair.pred.file, row.error);
  }
}

void TradeOff::add_curves() {
  Results& results = report_.results;
  for (const Setting& setting : settings_) {
    SweepPoint point{setting.family, setting.name, {}};
    for (const std::string& metric : metrics_) {
      const MetricSummary& summary = *find_summary(results, metric, setting.name);
      if (summary.count > 0) point.metrics.emplace_back(metric, summary.mean);
    }
    results.sweeps.push_back(std::move(point));
  }
  std::vector<std::string> names;
  for (const SweepPoint& point : results.sweeps) {
    if (point.family == kNone || std::ranges::find(names, point.family) != names.end()) continue;
    names.push_back(point.family);
    std::vector<const SweepPoint*> curve{&results.sweeps.front()};  // none
    for (const SweepPoint& other : results.sweeps) {
      if (other.family == point.family) curve.push_back(&other);
    }
    for (const double level : kLevels) {
      for (const std::string& metric : metrics_) {
        if (metric == kRemoved) continue;
        const std::optional<double> value = value_along(curve, metric, level);
        if (value) results.curve_values.push_back({point.family, kRemoved, level, metric, *value});
      }
    }
  }
}

}  // namespace csgis
