#pragma once
/// What the entry point of the module is made of, without torch types.

#include "model/predictor.h"
#include "model/tensor_file.h"

#include <memory>
#include <string>

namespace csgis::nets {

/// See ModelModule::load.
std::unique_ptr<Predictor> load_predictor(const TensorFile& weights, const PredictorOptions& options);

/// Version of the oneDNN that is called directly, "2.6.3"; empty without.
std::string onednn_version();

}  // namespace csgis::nets
