#pragma once
/// Figures over rows of scores.

#include "pipelines/results.h"

namespace csgis {

/// Fills results.summary from rows, metrics and methods: counts, mean, median, deviation, worst 5 %.
void summarise(Results& results);

}  // namespace csgis
