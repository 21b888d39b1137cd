#pragma once
/// How hard the negatives of a dataset are: the report that shows that "over" is over and "under" is under.

#include "pipelines/journal.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace csgis {

/// For each kind that occurs: how many were made and how many rejected as too near to their GT, how many items were
/// left without any, and the distributions (least, median, greatest) of PSNR, SSIM and detail (datagen/negatives.h), of
/// all and of each method. Null when the entries hold no negatives. Does not depend on the order of the entries.
nlohmann::ordered_json negative_summary(std::span<const JournalEntry* const> entries);

/// The summary in a few lines for people; empty for null.
std::string negative_summary_text(const nlohmann::ordered_json& summary);

}  // namespace csgis
