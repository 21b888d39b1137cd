#pragma once
/// Weights that learn: gradients of a loss, gathered over batches, steps of an optimiser, an average of the weights.

#include "model/detail/optimizer.h"
#include "model/detail/peers.h"

#include <torch/torch.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace csgis::nets {

/// Weights of convolutions in the order in which channels last convolutions want them.
void use_channels_last(torch::nn::Module& network);

class Learner {
 public:
  using Network = std::shared_ptr<torch::nn::Module>;

  /// @param network  on its device, in its memory format
  /// @param twin     makes another one like it, for the average
  /// @param peers    null, or the processes whose gradients and statistics are averaged with ours
  Learner(Network network, const std::function<Network()>& twin, const TrainerOptions& options,
          std::shared_ptr<Peers> peers);

  /// Before a forward pass in training mode: what undo() puts back.
  void begin();
  /// Adds the gradients of `loss`; every `accumulate` calls a step with their mean. False if loss or a gradient is not
  /// finite, here or at a peer: then all is as at begin().
  bool learn(const torch::Tensor& loss, double rate);

  /// The averaged network, or the one that learns. In evaluation mode; train() it again before learning.
  torch::nn::Module& to_use();
  std::int64_t batches() const { return batches_; }  ///< Calls of learn() that counted.

  Checkpoint state() const;
  TensorFile weights() const;
  /// Entries of the state that are not the network's go to `other`.
  void restore(const Checkpoint& checkpoint, std::map<std::string, torch::Tensor>& other);

 private:
  bool share(const torch::Tensor& loss, std::vector<torch::Tensor>& gradients);
  void undo();
  void average();

  Network network_, average_;
  std::vector<torch::Tensor> parameters_, buffers_, before_, gathered_;
  Optimizer optimizer_;
  std::shared_ptr<Peers> peers_;
  double decay_;
  int accumulate_, gathered_batches_ = 0;
  std::int64_t batches_ = 0;
};

}  // namespace csgis::nets
