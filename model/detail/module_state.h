#pragma once
/// The state of a network as weight files hold it: parameters and buffers under dot-joined names.

#include <torch/torch.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace csgis::nets {

/// All parameters and buffers in the order of a PyTorch state dictionary: those of a module, then those of its
/// children. The tensors are the network's own.
std::vector<std::pair<std::string, torch::Tensor>> state_of(const torch::nn::Module& network);

/// Copies a state into a network; values become the type that the network has.
/// @param state  every name of the network and no other; counters of batches may be missing (files of old versions)
/// @throws DataError  a name missing or superfluous, a tensor of another size; the network is then unchanged
void load_state(torch::nn::Module& network, const std::map<std::string, torch::Tensor>& state);

}  // namespace csgis::nets
