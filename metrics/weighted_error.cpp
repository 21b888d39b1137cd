#include "metrics/weighted_error.h"

#include "metrics/psnr.h"

#include <cmath>

namespace csgis {
namespace {

using Error = double (*)(const ScoredImage&, const ScoredImage&);

double weighted_sum(const char* metric, const ScoredPair& pair, Error error) {
  if (pair.gts.empty()) {
    require(pair.gt.has_value(), "{}: needs a ground truth", metric);
    check_scored_pair(metric, pair.pred, *pair.gt);
    return error(pair.pred, *pair.gt);
  }
  double sum = 0;
  for (const WeightedGt& gt : pair.gts) {
    require(std::isfinite(gt.weight) && gt.weight >= 0, "{}: the weight {} of a ground truth", metric, gt.weight);
    check_scored_pair(metric, pair.pred, gt.image);
    sum += gt.weight * error(pair.pred, gt.image);
  }
  return sum;
}

}  // namespace

double weighted_mae(const ScoredPair& pair) {
  return weighted_sum("wmae", pair, mean_absolute_error);
}

double weighted_rmse(const ScoredPair& pair) {
  return std::sqrt(weighted_sum("wrmse", pair, mean_squared_error));
}

}  // namespace csgis
