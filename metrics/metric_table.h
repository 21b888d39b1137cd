#pragma once
/// The one list of metrics. A new one joins with its header and one row; `csgis help evaluate`, results.json and the
/// reports read this table and nothing else.

#include "metrics/scored_pair.h"

#include <span>
#include <string>

namespace csgis {

enum class Better { higher, lower };

/// How the values of images become the figure of a set.
enum class Pool {
  mean,              ///< The mean over images.
  values,            ///< The mean over all values of all images: images count by their size.
  squares_of_values  ///< The root of the mean over all values of the square.
};

/// Whether a method that is worse than its input by the metric has failed.
enum class Covers {
  all,      ///< Structure and texture: yes.
  one_side  ///< What is kept or what is removed alone: every smoother loses on one of the two sides.
};

struct MetricInfo {
  const char* name;  ///< As in --metrics and in results: the variant is part of it.
  Better better;
  const char* unit;                      ///< Empty for shares and indices.
  const char* summary;                   ///< One line for help and glossaries.
  double (*of)(const ScoredPair& pair);  ///< @throws InvalidArgument  it does not apply to the pair, and why
  Pool pool = Pool::mean;
  Covers covers = Covers::all;

  /// Against one ground truth.
  double score(const ScoredImage& pred, const ScoredImage& gt) const { return of({pred, gt, {}, nullptr, {}}); }
};

std::span<const MetricInfo> metric_list();

/// @throws UsageError  no such metric, naming the nearest
const MetricInfo& find_metric(const std::string& name);

}  // namespace csgis
