#pragma once
/// How well classes are found.

#include <cmath>
#include <cstddef>
#include <vector>

namespace csgis {

/// Mean over the classes that occur, in truth or result, of intersection over union.
/// @param table  pixels by class of the truth (rows) and found class (columns), void ones left out, or a multiple of it
/// @return in [0, 1]; NaN where no pixel counts
inline double mean_intersection(const std::vector<double>& table) {
  const auto classes = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(table.size()))));
  double sum = 0;
  std::size_t occur = 0;
  for (std::size_t i = 0; i < classes; ++i) {
    const double both = table[i * classes + i];
    double either = -both;
    for (std::size_t k = 0; k < classes; ++k) either += table[i * classes + k] + table[k * classes + i];
    if (either <= 0) continue;
    sum += both / either;
    ++occur;
  }
  return sum / static_cast<double>(occur);  // 0 / 0 is NaN
}

}  // namespace csgis
