#pragma once
/// Putting the reports of several solves together.

#include "classical/execution.h"

#include <algorithm>

namespace csgis::detail {

/// The worse of two channels of one system.
inline SolveReport worse_of(const SolveReport& a, const SolveReport& b) {
  return {std::max(a.iterations, b.iterations), std::max(a.residual, b.residual)};
}

/// After `first` came `second`.
inline SolveReport in_sequence(const SolveReport& first, const SolveReport& second) {
  return {first.iterations + second.iterations, std::max(first.residual, second.residual)};
}

}  // namespace csgis::detail
