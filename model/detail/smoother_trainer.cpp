#include "model/detail/smoother_trainer.h"

#include "core/error.h"
#include "model/detail/device.h"
#include "model/detail/module_state.h"
#include "model/detail/network_table.h"
#include "model/detail/torch_tensors.h"

#include <cmath>
#include <limits>

namespace csgis::nets {
namespace {

constexpr const char* kGuide = "guide.";
constexpr std::int64_t kLeastSide = 8;  // halved three times

SmootherImpl& as_smoother(torch::nn::Module& network) {
  return *network.as<SmootherImpl>();
}

std::vector<std::uint8_t> as_bytes(const Tensor& plane) {
  const Tensor bytes = plane.detach()
                           .to(torch::kFloat32)
                           .nan_to_num(0)
                           .clamp(0, 1)
                           .mul(255)
                           .round()
                           .to(torch::kUInt8)
                           .cpu()
                           .contiguous();
  const auto* const data = bytes.data_ptr<std::uint8_t>();
  return {data, data + bytes.numel()};
}

}  // namespace

StepReport as_report(const Terms& terms, Peers* peers) {
  std::vector<Tensor> all{terms.ssim, terms.squared_error};
  for (const auto& [name, value] : terms.values) all.push_back(value);
  for (Tensor& value : all) value = value.detach().to(torch::kFloat64);
  const Tensor numbers = torch::stack(all).cpu();
  if (peers != nullptr) peers->average({numbers});
  const auto at = numbers.accessor<double, 1>();
  StepReport report;
  report.ssim = at[0];
  report.psnr = at[1] > 0 ? -10 * std::log10(at[1]) : std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < terms.values.size(); ++i) {
    report.values.emplace_back(terms.values[i].first, at[static_cast<std::int64_t>(i) + 2]);
  }
  report.is_finite = std::isfinite(report.find("total"));
  return report;
}

SmootherTrainer::SmootherTrainer(const TrainerOptions& options, Guides guides, std::shared_ptr<Peers> peers)
    : options_(options),
      device_(device_named(options.device)),
      network_(build()),
      peers_(std::move(peers)),
      learner_(
          network_.ptr(), [this] { return build().ptr(); }, options, peers_),
      objective_(options, std::move(guides)) {}

Smoother SmootherTrainer::build() const {
  torch::manual_seed(options_.seed);
  Smoother network = build_smoother(network_kind(options_.network), options_.sizes);
  require<UsageError>(options_.sizes.in == 3 && options_.sizes.out == 3, "training needs a network of three channels");
  network->to(device_);
  if (options_.channels_last) use_channels_last(*network);
  return network;
}

SmootherOutputs<Tensor> SmootherTrainer::outputs(SmootherImpl& network, const BatchTensors& batch) {
  require(batch.input.defined(), "training: the batch has no layer input");
  SmootherOutputs<Tensor> out;
  {
    const Autocast narrow(device_, options_.precision);
    const auto format = options_.channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous;
    out = network.forward(batch.input.contiguous(format), batch.edge);
  }
  for (Tensor* value : {&out.edge, &out.out1, &out.out2}) {
    if (value->defined() && options_.precision != NetPrecision::fp32) *value = value->to(torch::kFloat32);
  }
  return out;
}

/// What is random, dropout of a drifting segmenter, depends on the number of the step alone.
void SmootherTrainer::seed_dropout() const {
  torch::manual_seed(options_.seed + 1 + static_cast<std::uint64_t>(learner_.batches()));
}

StepReport SmootherTrainer::step(const BatchTensors& batch, Negative negative, double learning_rate) {
  use_threads(options_.threads);
  seed_dropout();
  learner_.begin();
  const Terms terms = objective_.terms(network_->plan, outputs(*network_, batch), batch, negative);
  const bool is_finite = learner_.learn(terms.total, learning_rate);
  StepReport report = as_report(terms, peers_.get());
  report.is_finite = is_finite;
  return report;
}

StepReport SmootherTrainer::evaluate(const BatchTensors& batch, Negative negative) {
  use_threads(options_.threads);
  seed_dropout();
  const torch::NoGradGuard no_gradient;
  SmootherImpl& network = as_smoother(learner_.to_use());
  return as_report(objective_.terms(network.plan, outputs(network, batch), batch, negative));
}

/// As published, an over-smoothed negative is not augmented.
BatchTensors SmootherTrainer::tensors(const TrainingBatch& batch) const {
  require<DataError>(batch.height >= kLeastSide && batch.width >= kLeastSide,
                     "training: images of {}x{}; the similarity at four scales needs {}x{}", batch.height, batch.width,
                     kLeastSide, kLeastSide);
  BatchTensors tensors = as_tensors(batch, device_, options_.recipe.fixes(21));
  const auto& segmenter = objective_.guides().segmenter;
  if (segmenter != nullptr && tensors.label.defined()) check_labels(tensors.label, segmenter->classes(), batch.keys);
  return tensors;
}

StepReport SmootherTrainer::step(const TrainingBatch& batch, Negative negative, double learning_rate) {
  return step(tensors(batch), negative, learning_rate);
}

StepReport SmootherTrainer::evaluate(const TrainingBatch& batch, Negative negative) {
  return evaluate(tensors(batch), negative);
}

std::array<double, 2> SmootherTrainer::negative_distances(const TrainingBatch& batch, Negative negative) {
  use_threads(options_.threads);
  const auto [con, gram] = objective_.negative_distances(tensors(batch), negative);
  return {con.item<double>(), gram.item<double>()};
}

void SmootherTrainer::set_margins(double con, double gram) {
  objective_.margin = con;
  objective_.margin_features = gram;
}

SamplePicture SmootherTrainer::picture(const TrainingBatch& batch, std::int64_t which) {
  require(which >= 0 && which < batch.count, "training: sample {} of a batch of {}", which, batch.count);
  use_threads(options_.threads);
  const torch::NoGradGuard no_gradient;
  BatchTensors one = tensors(batch);
  for (Tensor* layer : {&one.input, &one.truth, &one.edge}) {
    if (layer->defined()) *layer = layer->narrow(0, which, 1);
  }
  const auto out = outputs(as_smoother(learner_.to_use()), one);
  SamplePicture picture{batch.height, batch.width, as_bytes(one.input), as_bytes(smoothed(out)), {}, {}};
  if (one.truth.defined()) picture.truth = as_bytes(one.truth);
  if (network_->plan.has_edge && !network_->plan.edge_is_given) picture.edge = as_bytes(torch::sigmoid(out.edge));
  return picture;
}

/// A drifting segmenter's statistics are part of what the next step depends on.
Checkpoint SmootherTrainer::state() const {
  Checkpoint checkpoint = learner_.state();
  const auto& segmenter = objective_.guides().segmenter;
  if (segmenter == nullptr || !segmenter->drifts()) return checkpoint;
  std::vector<std::pair<std::string, Tensor>> statistics;
  for (const auto& item : segmenter->network().named_buffers())
    statistics.emplace_back(kGuide + item.key(), item.value());
  for (const csgis::Tensor& tensor : as_file(statistics).tensors) checkpoint.state.add_copy(tensor);
  return checkpoint;
}

TensorFile SmootherTrainer::weights() const {
  TensorFile file = learner_.weights();
  file.metadata["kind"] = options_.network;
  return file;
}

void SmootherTrainer::restore(const Checkpoint& checkpoint) {
  std::map<std::string, Tensor> statistics;
  learner_.restore(checkpoint, statistics);
  const auto& segmenter = objective_.guides().segmenter;
  if (segmenter == nullptr || !segmenter->drifts()) return;
  const torch::NoGradGuard no_gradient;
  for (auto& item : segmenter->network().named_buffers()) {
    const auto found = statistics.find(item.key());
    if (found != statistics.end() && found->second.sizes() == item.value().sizes()) item.value().copy_(found->second);
  }
}

}  // namespace csgis::nets
