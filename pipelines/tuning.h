#pragma once
/// Choosing the setting of a method: all its parameters jointly, within a budget of trials.

#include "pipelines/tuning_ranges.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// One setting: a value for each parameter of the range, in its order.
using Setting = std::vector<double>;

struct TuningTrial {
  Setting setting;
  std::optional<double> score;  ///< Higher is better; nothing where the method refuses the setting.
};

struct TuningOutcome {
  std::vector<TuningTrial> trials;    ///< In the order tried; no setting twice.
  std::optional<std::size_t> best;    ///< Nothing if no setting had a score.
  std::vector<std::string> widened;   ///< Parameters whose best value lies beyond the shipped range.
  std::vector<std::string> at_limit;  ///< Whose best value is still the last one that may be tried.
};

/// Scores of settings, asked for in batches so that they can be computed together.
using ScoreSettings = std::function<std::vector<std::optional<double>>(const std::vector<Setting>&)>;

/// A grid over the range (even in the logarithm where the range says so, finest in the strength) with about half of
/// the budget, then a pattern search around the best: each parameter up and down by a step, which is halved when
/// nothing gets better. Values beyond the range are tried, up to twice its ends (linear ranges: a quarter of the
/// range further), where the best lies at its edge. Depends on nothing but its arguments.
/// @param start   the setting to try first: the published one
/// @param budget  settings to score, at least 1
TuningOutcome tune(const TuningRange& range, const Setting& start, std::size_t budget, const ScoreSettings& score);

/// As it stands in a method string: "l0:kappa=2,lambda=0.0132"; four significant digits, whole where that is asked for.
std::string setting_text(const TuningRange& range, const Setting& setting);

}  // namespace csgis
