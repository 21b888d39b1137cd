#pragma once
/// Which images the results in a folder are of.

#include "pipelines/benchmark.h"
#include "pipelines/output_folder.h"

#include <nlohmann/json.hpp>

namespace csgis {

/// The options that name images, as they were given: for the record of a run.
nlohmann::ordered_json inputs_record(const BenchmarkOptions& options);

/// @throws OutputError  results.json in the folder is of other images; one that says nothing of them is passed over
void check_same_inputs(const OutputFolder& folder, const BenchmarkOptions& options);

}  // namespace csgis
