#pragma once
/// Figures over rows of scores.

#include "pipelines/results.h"

namespace csgis {

/// Fills results.summary from rows, metrics and methods: counts, mean, median, deviation, worst 5 %.
void summarise(Results& results);

/// For benchmarks, after summarise(): intervals of the means (95 %, two-way cluster bootstrap over the ground truths
/// and textures of image_records), gain over the method named `none`, wins, mean ranks by ground truth and by texture,
/// comparisons of each method with `none` and with the best one (paired, Holm-adjusted over both lists of a metric),
/// means by strata, a flag on methods below `none`, notes where there are too few groups.
/// Failed and infinite values are left out pairwise. Cost: about images x methods x metrics x 6000 operations, beyond five
/// methods growing with the square of their number.
void compare_methods(Results& results, std::uint64_t seed);

}  // namespace csgis
