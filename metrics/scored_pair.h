#pragma once
/// All that a metric may look at.

#include "metrics/scored_image.h"

#include <optional>
#include <vector>

namespace csgis {

/// One of several ground truths of an image.
struct WeightedGt {
  ScoredImage image;
  double weight = 1;
};

/// A result and what it is compared with. What is not there is left out; a metric that needs it says so. Views: the
/// images must live as long.
struct ScoredPair {
  ScoredImage pred;
  std::optional<ScoredImage> gt;
  std::vector<WeightedGt> gts;       ///< Several ground truths instead of one.
  const LabelMap* labels = nullptr;  ///< Of the size of pred; VOC's 255 is void.
  std::optional<ScoredImage> photo;  ///< The image before smoothing, where there is no ground truth.
};

}  // namespace csgis
