#pragma once
/// Networks whose trainings differ by the seed alone, taken together: a difference between two settings that is not
/// clearly larger than that between their seeds is no difference.

#include "pipelines/results.h"

#include <span>
#include <string>

namespace csgis {

/// A row and what its weights say of their training (ImageSmoother::training_note()).
struct TrainedMethod {
  std::string method;         ///< As in rows.
  std::string text;           ///< With all options.
  std::string training_note;  ///< Empty for what is not trained.
};

/// Fills results.seed_means and results.seed_differences from the rows. A group are the methods with equal options,
/// but for the weights, whose trainings were equal but for the seed; those of fewer than two seeds are left out. Its
/// name is what tells it from the others: "mode=full".
/// Each seed counts with its mean over the images that all methods of all groups have finite values for. Differences
/// are between groups, in their order, with the 95 % interval of Welch's t-test (Welch 1947) over the seeds: it speaks
/// for other seeds on these images, not for other images.
void compare_seeds(Results& results, std::span<const TrainedMethod> trained);

}  // namespace csgis
