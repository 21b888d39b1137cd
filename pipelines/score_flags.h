#pragma once
/// Scores that mean less than they look: of a method on ground truths that it had a hand in.

#include "pipelines/benchmark_items.h"
#include "pipelines/contender.h"

#include <cstdint>
#include <span>

namespace csgis {

inline constexpr const char* kMadeIt = "made-gt";  ///< The ground truth was made with the method, in any setting.
inline constexpr const char* kTrainedOn = "trained-on-gt";  ///< It was among those that the network was trained on.
inline constexpr const char* kChosenOn = "chosen-on-gt";    ///< Or among those by which its epoch was chosen.

/// Puts these words into the flags of rows, and sentences with their counts into those of the methods' records; also
/// where nobody knows what a network was trained on. Ground truths are told by their pixels (seen_truths.h), makers by
/// what items say. A note names the makers.
/// Cost: decodes each ground truth once if there are networks.
/// @param contenders  those with notes of a training; others need not be there
void flag_scores(Results& results, std::span<const BenchmarkItem> items, std::span<const Contender* const> contenders,
                 std::uint64_t max_pixels);

}  // namespace csgis
