#include "pipelines/learning_rate.h"

#include "core/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace csgis {
namespace {

double after_milestones(const LearningRate& rate, std::int64_t epoch) {
  double value = rate.base;
  for (const std::int64_t milestone : rate.milestones) {
    if (milestone <= epoch - 1) value *= rate.factor;
  }
  return value;
}

/// How much of the training a step has behind it, 0 to 1.
double part_done(const LearningRate& rate, std::int64_t step) {
  return std::min(1.0, static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, rate.steps)));
}

double on_curve(const LearningRate& rate, std::int64_t epoch, std::int64_t step) {
  constexpr double kPower = 0.9;
  switch (rate.curve) {
    case RateCurve::steps:
      return after_milestones(rate, epoch);
    case RateCurve::cosine:
      return rate.last + (rate.base - rate.last) * 0.5 * (1 + std::cos(std::numbers::pi * part_done(rate, step)));
    case RateCurve::poly:
      return rate.base * std::pow(1 - part_done(rate, step), kPower);
  }
  return rate.base;
}

}  // namespace

double LearningRate::at(std::int64_t epoch, std::int64_t step) const {
  const double value = on_curve(*this, epoch, step);
  if (step >= warmup) return value;
  return value * static_cast<double>(step + 1) / static_cast<double>(warmup);
}

std::vector<std::int64_t> parse_milestones(std::string_view text) {
  std::vector<std::int64_t> epochs;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::int64_t epoch = 0;
    const auto [stop, error] = std::from_chars(at, end, epoch);
    const bool is_good = error == std::errc() && epoch >= 0 && (epochs.empty() || epochs.back() < epoch) &&
                         (stop == end || (*stop == ',' && stop + 1 != end));
    require<UsageError>(is_good, "--milestones is '{}', must be ascending epochs as in 40,80,120", text);
    epochs.push_back(epoch);
    at = stop == end ? end : stop + 1;
  }
  return epochs;
}

}  // namespace csgis
