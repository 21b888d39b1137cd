#pragma once
/// The report of a training as one page.

#include <boost/filesystem/path.hpp>

#include <string>

namespace csgis {

inline constexpr const char* kTrainPageFile = "train.html";

/// The page of a training folder, from its run.json, metrics.jsonl and samples/: curves of losses, scores and learning
/// rate, the samples of up to 24 epochs, a table of epochs. It needs nothing else and obeys the policy of
/// report_page().
/// @throws IoError, DataError  run.json or metrics.jsonl
std::string train_page(const boost::filesystem::path& folder);

}  // namespace csgis
