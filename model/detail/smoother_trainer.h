#pragma once
/// Training a smoother, on tensors: what the goldens of the published training step are checked with, in any precision.

#include "model/detail/learner.h"
#include "model/detail/objective.h"
#include "model/detail/peers.h"

namespace csgis::nets {

/// Terms as numbers, which come from the device together.
/// @param peers  null, or the processes over which they are averaged
StepReport as_report(const Terms& terms, Peers* peers = nullptr);

class SmootherTrainer : public Trainer {
 public:
  SmootherTrainer(const TrainerOptions& options, Guides guides, std::shared_ptr<Peers> peers = nullptr);

  StepReport step(const BatchTensors& batch, Negative negative, double learning_rate);
  StepReport evaluate(const BatchTensors& batch, Negative negative);

  StepReport step(const TrainingBatch& batch, Negative negative, double learning_rate) override;
  StepReport evaluate(const TrainingBatch& batch, Negative negative) override;
  std::array<double, 2> negative_distances(const TrainingBatch& batch, Negative negative) override;
  void set_margins(double con, double gram) override;
  SamplePicture picture(const TrainingBatch& batch, std::int64_t which) override;
  Checkpoint state() const override;
  TensorFile weights() const override;
  void restore(const Checkpoint& checkpoint) override;

  SmootherImpl& network() { return *network_; }
  Objective& objective() { return objective_; }

 private:
  SmootherOutputs<Tensor> outputs(SmootherImpl& network, const BatchTensors& batch);
  void seed_dropout() const;
  BatchTensors tensors(const TrainingBatch& batch) const;
  Smoother build() const;

  TrainerOptions options_;
  torch::Device device_;
  Smoother network_;
  std::shared_ptr<Peers> peers_;
  Learner learner_;
  Objective objective_;
};

}  // namespace csgis::nets
