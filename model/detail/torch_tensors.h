#pragma once
/// The tensors of a weight file as torch sees them.

#include "model/tensor_file.h"

#include <torch/types.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace csgis::nets {

/// Views of the file's bytes, which must outlive them.
/// @throws DataError  a type that torch lacks (8-bit floats, unsigned integers wider than a byte)
std::map<std::string, torch::Tensor> as_torch(const TensorFile& file);

/// A copy of a state as a weight file holds it, in its order.
TensorFile as_file(const std::vector<std::pair<std::string, torch::Tensor>>& state);

}  // namespace csgis::nets
