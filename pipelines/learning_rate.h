#pragma once
/// The learning rate of every step of a training.

#include "core/enum_names.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace csgis {

enum class RateCurve {
  steps,   ///< Falls by a factor after milestones.
  cosine,  ///< Falls along half a cosine from the first step to the last.
  poly,    ///< Falls as (1 - step / steps)^0.9, as segmentation networks are trained.
};
constexpr std::array<EnumName<RateCurve>, 3> enum_names(RateCurve) {
  return {{{RateCurve::steps, "steps"}, {RateCurve::cosine, "cosine"}, {RateCurve::poly, "poly"}}};
}

/// A pure function of epoch and step, so that nothing of it has to be saved.
struct LearningRate {
  RateCurve curve = RateCurve::steps;
  double base = 1e-3;
  double factor = 0.5;                   ///< Of each milestone.
  std::vector<std::int64_t> milestones;  ///< Epochs, from 0. A milestone acts from the epoch after it, as published.
  double last = 0;                       ///< Of cosine: the rate at the end.
  std::int64_t steps = 0;                ///< Of cosine and poly: steps of the whole training.
  std::int64_t warmup = 0;               ///< Steps over which the rate rises to its value, evenly.

  /// The rate of a step, counted from 0, in an epoch, counted from 0.
  double at(std::int64_t epoch, std::int64_t step) const;
};

/// Reads "40,80,120": ascending whole numbers; empty text is none. @throws UsageError
std::vector<std::int64_t> parse_milestones(std::string_view text);

}  // namespace csgis
