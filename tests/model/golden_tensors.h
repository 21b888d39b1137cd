#pragma once
/// Golden tensors, and how far results may be from them.

#include <torch/torch.h>

#include "model/detail/torch_tensors.h"
#include "model/safetensors.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <cmath>
#include <map>
#include <string>

namespace csgis::testing {

using Tensors = std::map<std::string, torch::Tensor>;

/// The tensors of a safetensors file below the golden network folder.
inline Tensors golden_tensors(const std::string& file) {
  const boost::filesystem::path path = golden_folder("network") / file;
  const TensorFile read = read_safetensors(path.string());
  Tensors tensors = nets::as_torch(read);
  for (auto& [name, tensor] : tensors) tensor = tensor.clone();
  return tensors;
}

/// Largest difference over the largest expected value. Not a number where sizes differ or a value is none.
inline double relative_error(const torch::Tensor& actual, const torch::Tensor& expected) {
  if (actual.sizes() != expected.sizes()) return std::nan("");
  const torch::Tensor a = actual.detach().to(torch::kFloat64), b = expected.to(torch::kFloat64);
  const double largest = std::max(b.abs().max().item<double>(), 1e-30);
  return (a - b).abs().max().item<double>() / largest;
}

}  // namespace csgis::testing
