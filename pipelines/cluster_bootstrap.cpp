#include "pipelines/cluster_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace csgis {
namespace {

/// The number of each name; the same name, the same number. Empty names have one each.
std::vector<std::size_t> group_numbers(const std::vector<std::string>& names, std::size_t& groups) {
  std::map<std::string, std::size_t> known;
  std::vector<std::size_t> numbers;
  for (const std::string& name : names) {
    if (name.empty()) {
      numbers.push_back(groups++);
      continue;
    }
    const auto [entry, is_new] = known.emplace(name, groups);
    if (is_new) ++groups;
    numbers.push_back(entry->second);
  }
  return numbers;
}

void draw(std::span<std::uint16_t> counts, Random& random) {
  for (std::size_t k = 0; k < counts.size(); ++k) {
    std::uint16_t& count = counts[random.below(counts.size())];
    if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
  }
}

}  // namespace

ClusterBootstrap::ClusterBootstrap(const std::vector<std::string>& rows, const std::vector<std::string>& columns,
                                   std::size_t replicates, Random random)
    : replicates_(replicates), row_of_(group_numbers(rows, row_groups_)) {
  // Where no texture is known, images are drawn by their ground truth alone.
  const bool has_columns = std::ranges::any_of(columns, [](const std::string& name) { return !name.empty(); });
  column_of_ = has_columns ? group_numbers(columns, column_groups_) : std::vector<std::size_t>(columns.size(), 0);
  if (!has_columns) column_groups_ = 1;
  row_counts_.resize(replicates * row_groups_);
  column_counts_.resize(replicates * column_groups_);
  for (std::size_t r = 0; r < replicates; ++r) {
    draw(std::span(row_counts_).subspan(r * row_groups_, row_groups_), random);
    draw(std::span(column_counts_).subspan(r * column_groups_, column_groups_), random);
  }
}

std::vector<double> ClusterBootstrap::means(std::span<const std::optional<double>> values) const {
  std::vector<double> means;
  for (std::size_t r = 0; r < replicates_; ++r) {
    const std::uint16_t* const rows = row_counts_.data() + r * row_groups_;
    const std::uint16_t* const columns = column_counts_.data() + r * column_groups_;
    double sum = 0, weight = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!values[i] || !std::isfinite(*values[i])) continue;
      const double w = static_cast<double>(rows[row_of_[i]]) * columns[column_of_[i]];
      sum += w * *values[i];
      weight += w;
    }
    if (weight > 0) means.push_back(sum / weight);
  }
  std::ranges::sort(means);
  return means;
}

double quantile(std::span<const double> ascending, double q) {
  const double at = q * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (at - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

double two_sided_p(std::span<const double> ascending) {
  const auto not_above = static_cast<double>(std::ranges::upper_bound(ascending, 0.0) - ascending.begin());
  const auto not_below = static_cast<double>(ascending.end() - std::ranges::lower_bound(ascending, 0.0));
  return std::min(1.0, 2 * (std::min(not_above, not_below) + 1) / static_cast<double>(ascending.size() + 1));
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(p.size() - k) * p[order[k]]));
    adjusted[order[k]] = largest;
  }
  return adjusted;
}

}  // namespace csgis
