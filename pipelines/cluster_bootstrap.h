#pragma once
/// Intervals for means over a grid of groups. Images that share a ground truth or a texture are not independent: an
/// interval that takes them for independent is two to three times too narrow.

#include "core/random.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace csgis {

/// Two-way cluster bootstrap (Cameron, Gelbach, Miller, "Bootstrap-based improvements for inference with clustered
/// errors", 2008; resampling of crossed factors as in Owen, "The pigeonhole bootstrap", 2007): rows (ground truths) and
/// columns (textures) are drawn with replacement and apart; an image counts as often as its row times its column. The
/// draws are made once, so that all methods are compared on the same ones.
class ClusterBootstrap {
 public:
  /// @param rows, columns  the group of each image; an empty column name is a group of its own
  ClusterBootstrap(const std::vector<std::string>& rows, const std::vector<std::string>& columns,
                   std::size_t replicates, Random random);

  std::size_t row_groups() const { return row_groups_; }
  std::size_t column_groups() const { return column_groups_; }

  /// The mean of the values in each replicate, ascending. Images without a value (nothing, or infinite) are left out;
  /// replicates that hit none of the others too. Cost: images x replicates.
  std::vector<double> means(std::span<const std::optional<double>> values) const;

 private:
  std::size_t row_groups_ = 0, column_groups_ = 0, replicates_;
  std::vector<std::size_t> row_of_, column_of_;
  std::vector<std::uint16_t> row_counts_, column_counts_;  ///< [replicate][group]
};

/// The quantile of ascending values, linear between neighbours. q in [0, 1]; at least one value.
double quantile(std::span<const double> ascending, double q);

/// How likely a mean as far from 0 is by chance: twice the share of replicates on the other side of 0, never below
/// 1 / (replicates + 1).
double two_sided_p(std::span<const double> ascending);

/// p values adjusted for their number by Holm's method (1979), in the order given.
std::vector<double> holm(std::span<const double> p);

}  // namespace csgis
