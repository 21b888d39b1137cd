#include "pipelines/tuning_ranges.h"

#include "classical/method.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace csgis {
namespace {

TuningRange range_of(const MethodInfo& method) {
  TuningRange range{method.name, {}};
  for (const MethodInfo::Option& option : method.options) {
    if (!option.search) continue;
    const ParameterRange parameter{option.name, option.search->low, option.search->high, !option.search->is_even,
                                   option.is_whole};
    range.parameters.insert(option.search->is_strength ? range.parameters.begin() : range.parameters.end(), parameter);
  }
  return range;
}

const std::vector<TuningRange>& table() {
  static const std::vector<TuningRange> ranges = [] {
    std::vector<TuningRange> all;
    for (const MethodInfo& method : method_list()) {
      if (TuningRange range = range_of(method); !range.parameters.empty()) all.push_back(std::move(range));
    }
    return all;
  }();
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
