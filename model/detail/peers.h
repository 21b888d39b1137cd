#pragma once
/// Processes that train together, through c10d with Gloo (spec of torchrun's environment in pipelines).

#include <torch/types.h>

#include <memory>
#include <string>
#include <vector>

namespace csgis::nets {

class Peers {
 public:
  virtual ~Peers() = default;
  /// Replaces the tensors by their means over all processes, which call with tensors of the same sizes. Bytes are the
  /// same everywhere.
  virtual void average(const std::vector<torch::Tensor>& tensors) = 0;
};

/// Null for a world of one. Waits for the others, at most half an hour.
/// @param store  HOST:PORT, or a path
/// @throws UsageError  a rank outside the world, no such address, or a LibTorch or build without Gloo
std::shared_ptr<Peers> join_peers(int rank, int world, const std::string& store);

}  // namespace csgis::nets
