#include "core/options.h"

namespace csgis {

std::string OptionInfo::bounds_text() const {
  const bool has_min = std::isfinite(min);
  const bool has_max = std::isfinite(max);
  if (has_min && has_max) return fmt::format("{} .. {}", min, max);
  if (has_min) return fmt::format("{} {}", min_open ? ">" : ">=", min);
  if (has_max) return fmt::format("<= {}", max);
  return {};
}

void check_bounds(const std::string& name, double value, const OptionInfo& info) {
  const bool above = info.min_open ? value > info.min : value >= info.min;
  const bool inside = std::isfinite(value) && above && value <= info.max;
  const std::string bounds = info.bounds_text();
  require<UsageError>(inside, "--{} is {}, must be {}", name, value, bounds.empty() ? "finite" : bounds);
}

}  // namespace csgis
