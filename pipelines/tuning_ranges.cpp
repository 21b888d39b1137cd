#include "pipelines/tuning_ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace csgis {
namespace {

constexpr bool kLog = true, kWhole = true;

const std::vector<TuningRange>& table() {
  static const std::vector<TuningRange> ranges{
      {"gaussian", {{"sigma", 0.3, 12, kLog, false}}},
      {"l0", {{"lambda", 0.001, 0.4, kLog, false}}},
      {"rtv", {{"lambda", 0.001, 0.06, kLog, false}, {"sigma", 1, 8, kLog, false}}},
      {"bilateral", {{"sigma-color", 5, 400, kLog, false}, {"d", 5, 61, kLog, kWhole}}},
      {"rgf", {{"sigma-s", 0.7, 12, kLog, false}, {"sigma-r", 0.01, 0.5, kLog, false}}},
      {"rgf-cv", {{"sigma-color", 5, 400, kLog, false}, {"d", 5, 61, kLog, kWhole}}},
      {"ils-welsch", {{"lambda", 0.1, 300, kLog, false}, {"gamma", 0.004, 0.3, kLog, false}}},
      {"ils-lnorm", {{"lambda", 0.02, 50, kLog, false}, {"p", 0.2, 1.2, !kLog, false}}},
      {"sdf", {{"lambda", 0.05, 300, kLog, false}, {"mu", 5, 500, kLog, false}, {"nu", 40, 4000, kLog, false}}},
      {"wls", {{"lambda", 1, 5000, kLog, false}, {"mu", 20, 4000, kLog, false}}},
      {"guided", {{"eps", 1e-4, 1, kLog, false}, {"radius", 1, 16, kLog, kWhole}}},
      {"guided-cov", {{"eps", 1e-4, 1, kLog, false}, {"radius", 1, 16, kLog, kWhole}}},
      {"pnls", {{"threshold", 0.02, 4, kLog, false}, {"iterations", 3, 15, kLog, kWhole}}},
  };
  return ranges;
}

}  // namespace

double ParameterRange::at(double share) const {
  if (share <= 0 || share >= 1) return share <= 0 ? low : high;
  double value = logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
  if (whole) return std::clamp(std::round(value), low, high);
  const std::string text = fmt::format("{:.9g}", value);  // nine digits do, and read well in method strings
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::clamp(value, low, high);
}

std::span<const TuningRange> tuning_ranges() {
  return table();
}

const TuningRange* find_tuning_range(const std::string& family) {
  const auto found = std::ranges::find(table(), family, &TuningRange::family);
  return found == table().end() ? nullptr : &*found;
}

std::string method_at(const std::string& family, const ParameterRange& parameter, double value) {
  return fmt::format("{}:{}={}", family, parameter.key, value);
}

}  // namespace csgis
