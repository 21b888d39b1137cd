#include "pipelines/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace csgis {
namespace {

// Parameters are searched on a scale where the shipped range is [0, 1]: its logarithm, or itself.

double to_unit(const ParameterRange& p, double value) {
  if (p.logarithmic) return std::log(value / p.low) / std::log(p.high / p.low);
  return (value - p.low) / (p.high - p.low);
}

std::string value_text(const ParameterRange& p, double value) {
  return p.whole ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

/// Rounded to what the text holds, so that the setting is what was scored.
double from_unit(const ParameterRange& p, double unit) {
  const double value = p.logarithmic ? p.low * std::pow(p.high / p.low, unit) : p.low + unit * (p.high - p.low);
  const std::string text = value_text(p, value);
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

/// How far beyond [0, 1] the search may go: not further, because the cost of window filters grows with the square.
double slack(const ParameterRange& p) {
  return p.logarithmic ? std::log(2.0) / std::log(p.high / p.low) : 0.25;
}

/// Points of the grid along each parameter: doubled counts of the first are preferred, the product stays in `most`.
std::vector<std::size_t> grid_counts(std::size_t parameters, std::size_t most) {
  std::vector<std::size_t> counts(parameters, 1);
  const auto product = [&] {
    std::size_t all = 1;
    for (const std::size_t count : counts) all *= count;
    return all;
  };
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t i = 0; i < parameters; ++i) {
      const std::size_t wanted = counts[i] + (i == 0 ? 2 : 1);
      if (product() / counts[i] * wanted > most) continue;
      counts[i] = wanted;
      grew = true;
    }
  }
  return counts;
}

class Search {
 public:
  Search(const TuningRange& range, std::size_t budget, const ScoreSettings& score)
      : range_(range), budget_(budget), score_(score) {}

  TuningOutcome run(const Setting& start) {
    const std::size_t count = range_.parameters.size();
    std::vector<double> first(count);
    for (std::size_t i = 0; i < count; ++i) first[i] = to_unit(range_.parameters[i], start[i]);
    try_points({first});
    const std::vector<std::size_t> counts = grid_counts(count, std::max<std::size_t>(1, budget_ / 2));
    if (count > 0) try_points(grid(counts, first));
    std::vector<double> steps(count);
    for (std::size_t i = 0; i < count; ++i) {
      steps[i] = counts[i] > 1 ? 0.5 / static_cast<double>(counts[i] - 1) : 0.25;
    }
    while (outcome_.best && !is_spent() && std::ranges::any_of(steps, [](double step) { return step > 0.005; })) {
      const std::size_t before = *outcome_.best;
      try_points(neighbours(steps));
      if (*outcome_.best != before) continue;
      for (double& step : steps) step /= 2;
    }
    if (outcome_.best) name_edges();
    return std::move(outcome_);
  }

 private:
  bool is_spent() const { return outcome_.trials.size() >= budget_; }

  std::vector<std::vector<double>> grid(const std::vector<std::size_t>& counts,
                                        const std::vector<double>& start) const {
    std::vector<std::vector<double>> points{start};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 1) continue;
      std::vector<std::vector<double>> finer;
      for (const std::vector<double>& point : points) {
        for (std::size_t k = 0; k < counts[i]; ++k) {
          finer.push_back(point);
          finer.back()[i] = static_cast<double>(k) / static_cast<double>(counts[i] - 1);
        }
      }
      points = std::move(finer);
    }
    return points;
  }

  std::vector<std::vector<double>> neighbours(const std::vector<double>& steps) const {
    std::vector<std::vector<double>> points;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const double limit = slack(range_.parameters[i]);
      for (const double direction : {1.0, -1.0}) {
        points.push_back(units_[*outcome_.best]);
        points.back()[i] = std::clamp(points.back()[i] + direction * steps[i], -limit, 1 + limit);
      }
    }
    return points;
  }

  /// Scores those that are new, as far as the budget goes.
  void try_points(const std::vector<std::vector<double>>& points) {
    std::vector<Setting> settings;
    for (const std::vector<double>& point : points) {
      if (outcome_.trials.size() + settings.size() >= budget_) break;
      Setting setting(point.size());
      for (std::size_t i = 0; i < point.size(); ++i) setting[i] = from_unit(range_.parameters[i], point[i]);
      if (!known_.insert(setting).second) continue;
      settings.push_back(std::move(setting));
      units_.push_back(point);
    }
    if (settings.empty()) return;
    const std::vector<std::optional<double>> scores = score_(settings);
    for (std::size_t k = 0; k < settings.size(); ++k) {
      outcome_.trials.push_back({settings[k], scores[k]});
      const bool is_better = scores[k] && (!outcome_.best || *scores[k] > *outcome_.trials[*outcome_.best].score);
      if (is_better) outcome_.best = outcome_.trials.size() - 1;
    }
  }

  void name_edges() {
    for (std::size_t i = 0; i < range_.parameters.size(); ++i) {
      const ParameterRange& p = range_.parameters[i];
      const double unit = units_[*outcome_.best][i], limit = slack(p);
      if (unit <= -limit + 1e-9 || unit >= 1 + limit - 1e-9) {
        outcome_.at_limit.push_back(p.key);
      } else if (unit < -1e-9 || unit > 1 + 1e-9) {
        outcome_.widened.push_back(p.key);
      }
    }
  }

  const TuningRange& range_;
  std::size_t budget_;
  const ScoreSettings& score_;
  std::vector<std::vector<double>> units_;  ///< Of each trial.
  std::set<Setting> known_;
  TuningOutcome outcome_;
};

}  // namespace

TuningOutcome tune(const TuningRange& range, const Setting& start, std::size_t budget, const ScoreSettings& score) {
  return Search(range, budget, score).run(start);
}

std::string setting_text(const TuningRange& range, const Setting& setting) {
  std::string text = range.family;
  for (std::size_t i = 0; i < setting.size(); ++i) {
    const ParameterRange& p = range.parameters[i];
    text += fmt::format("{}{}={}", i == 0 ? ':' : ',', p.key, value_text(p, setting[i]));
  }
  return text;
}

}  // namespace csgis
