#pragma once
/// Where settings of the methods are looked for, by the tuning of the benchmark and by the trade-off curves of
/// `csgis evaluate --photos`. The ranges stand with the options they belong to, in the headers of the methods
/// (OptionInfo::strength(), tuned()).
///
/// They are given for the parameters that decide how much a method removes and what it takes for an edge. Those that
/// trade time for accuracy (kappa of l0, iterations, window positions left out) stay at their defaults. A range runs
/// from hardly any effect to clearly too much on natural photos, and its ends are valid values of the method.

#include <span>
#include <string>
#include <vector>

namespace csgis {

struct ParameterRange {
  std::string key;   ///< As in method strings.
  double low, high;  ///< Both ends belong to the range.
  bool logarithmic;  ///< Equal steps are equal ratios; else equal differences.
  bool whole;        ///< Whole numbers alone.

  /// The value at `share` of the way from low (0) to high (1), rounded if it must be whole.
  double at(double share) const;
};

struct TuningRange {
  std::string family;                      ///< Name of the method: "l0".
  std::vector<ParameterRange> parameters;  ///< At least one. The first is its strength: larger removes more.
};

/// One row for each classical method but `none`, in the order of the method table.
std::span<const TuningRange> tuning_ranges();

/// The row of that method, or null: `none`, networks and results made elsewhere have nothing to tune.
const TuningRange* find_tuning_range(const std::string& family);

/// The method with one parameter at a value, the others at their defaults: "rtv:lambda=0.02". Digits enough to give the
/// same double back.
std::string method_at(const std::string& family, const ParameterRange& parameter, double value);

}  // namespace csgis
