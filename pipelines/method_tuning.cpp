#include "pipelines/method_tuning.h"

#include "classical/method.h"
#include "core/error.h"
#include "metrics/metric_table.h"
#include "pipelines/tuning.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace csgis {
namespace {

/// The published setting: the options' defaults.
Setting default_setting(const TuningRange& range) {
  const MethodString text = split_method_string(method_text(parse_method(range.family)));
  Setting setting;
  for (const ParameterRange& parameter : range.parameters) {
    const auto item = std::ranges::find(text.items, parameter.key, &MethodString::Item::key);
    double value = 0;
    std::from_chars(item->value.data(), item->value.data() + item->value.size(), value);
    setting.push_back(value);
  }
  return setting;
}

/// The mean over the images that have a finite value; nothing if the method failed on one of them.
std::optional<double> mean_of(const std::vector<ScoredCell>& cells, const std::string& metric) {
  double sum = 0, count = 0;
  for (const ScoredCell& cell : cells) {
    if (cell.is_unreadable) continue;
    if (!cell.row.error.empty()) return std::nullopt;
    const auto value = value_of(cell.row.metrics, metric);
    if (!value || !std::isfinite(*value)) continue;
    sum += *value;
    ++count;
  }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

class MethodTuner {
 public:
  MethodTuner(const MethodRecord& record, const TuningSetup& setup, std::span<const BenchmarkItem> items,
              const CellOutput& out, ProgressTask& progress, const RunContext& context)
      : record_(record),
        setup_(setup),
        range_(*find_tuning_range(record.family)),
        items_(items),
        out_(out),
        progress_(progress),
        context_(context) {
    scoring_.metrics = {setup.metric};
    for (const char* metric : {"psnr", "residual-texture", "edge-gradient"}) {
      if (setup.metric != metric) scoring_.metrics.emplace_back(metric);
    }
    scoring_.score = setup.score;
    scoring_.max_pixels = setup.max_pixels;
  }

  MethodTuning run() {
    const TuningOutcome outcome = tune(range_, default_setting(range_), setup_.budget,
                                       [this](const std::vector<Setting>& settings) { return scores_of(settings); });
    progress_.advance((setup_.budget - tuning_.points.size()) * items_.size());  // what the search did not need
    if (!outcome.best) return std::move(tuning_);
    MethodRecord tuned{record_.family + " (tuned)", "", record_.family, "tuned", {}};
    tuned.text = method_text(parse_method(setting_text(range_, outcome.trials[*outcome.best].setting)));
    for (const std::string& key : outcome.widened) {
      tuned.flags.push_back(fmt::format("{} was chosen outside its usual range", key));
    }
    for (const std::string& key : outcome.at_limit) {
      tuned.flags.push_back(fmt::format("{} is at the end of what was tried; a better value may lie beyond", key));
    }
    tuning_.contender = make_contender(tuned.text, tuned);
    note_best_psnr();
    return std::move(tuning_);
  }

 private:
  std::vector<std::optional<double>> scores_of(const std::vector<Setting>& settings) {
    // Some settings contradict each other, or leave the bounds of an option: they have no score.
    std::vector<std::unique_ptr<Contender>> owned;
    std::vector<const Contender*> valid;
    std::vector<std::size_t> place;
    for (std::size_t k = 0; k < settings.size(); ++k) {
      const std::string text = setting_text(range_, settings[k]);
      try {
        const Method method = parse_method(text);
        check_method(method);
        owned.push_back(make_contender(text, {text, method_text(method), record_.family, "tuned", {}}));
      } catch (const UsageError&) {
        continue;
      }
      valid.push_back(owned.back().get());
      place.push_back(k);
    }
    std::vector<std::optional<double>> scores(settings.size());
    if (valid.empty()) return scores;
    const auto cells = score_cells(items_, valid, scoring_, out_, progress_, context_);
    const double sign = find_metric(setup_.metric).better == Better::higher ? 1 : -1;
    for (std::size_t k = 0; k < valid.size(); ++k) {
      SweepPoint point{record_.family, valid[k]->record.text, {}};
      for (const std::string& metric : scoring_.metrics) {
        if (const auto mean = mean_of(cells[k], metric)) point.metrics.emplace_back(metric, *mean);
      }
      if (const auto score = value_of(point.metrics, setup_.metric)) scores[place[k]] = sign * *score;
      tuning_.points.push_back(std::move(point));
    }
    return scores;
  }

  /// The two optima differ, up to fourfold in a strength: a table tuned for one says little about the other.
  void note_best_psnr() {
    const SweepPoint* best = nullptr;
    for (const SweepPoint& point : tuning_.points) {
      const auto psnr = value_of(point.metrics, "psnr");
      if (psnr && (best == nullptr || *psnr > *value_of(best->metrics, "psnr"))) best = &point;
    }
    if (best == nullptr || setup_.metric == "psnr") return;
    tuning_.best_psnr = fmt::format("{} ({:.2f} dB)", best->text, *value_of(best->metrics, "psnr"));
  }

  const MethodRecord& record_;
  const TuningSetup& setup_;
  const TuningRange& range_;
  std::span<const BenchmarkItem> items_;
  const CellOutput& out_;
  ProgressTask& progress_;
  const RunContext& context_;
  ScoringSetup scoring_;
  MethodTuning tuning_;
};

}  // namespace

bool is_tunable(const MethodRecord& record) {
  return record.setting == "default" && find_tuning_range(record.family) != nullptr;
}

MethodTuning tune_method(const MethodRecord& record, const TuningSetup& setup, std::span<const BenchmarkItem> items,
                         const CellOutput& out, ProgressTask& progress, const RunContext& context) {
  return MethodTuner(record, setup, items, out, progress, context).run();
}

}  // namespace csgis
