#pragma once
/// Adam ("Adam: A Method for Stochastic Optimization") and plain gradient descent, over lists of tensors at once.
/// States have the form of torch's Optimizer.state_dict().

#include "model/checkpoint.h"
#include "model/trainer.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace csgis::nets {

class Optimizer {
 public:
  /// @param parameters  changed by update()
  Optimizer(OptimizerKind kind, std::vector<torch::Tensor> parameters);

  /// One step: betas 0.9 and 0.999, eps 1e-8, no decay; or p -= rate * gradient.
  void update(const std::vector<torch::Tensor>& gradients, double rate);

  OptimizerState state() const;
  /// @throws DataError  of another kind, or moments missing or of other sizes; nothing is changed then
  void restore(const OptimizerState& state);
  void reset();

 private:
  void adam(const std::vector<torch::Tensor>& gradients, double rate);

  OptimizerKind kind_;
  std::vector<torch::Tensor> parameters_, first_, second_;  ///< Moments of Adam.
  std::int64_t steps_ = 0;
  double rate_ = 0;
};

}  // namespace csgis::nets
