#include "model/detail/learner.h"

#include "core/error.h"
#include "model/detail/module_state.h"
#include "model/detail/torch_tensors.h"

#include <charconv>

namespace csgis::nets {
namespace {

using torch::Tensor;

constexpr const char *kAverage = "ema.", *kGathered = "grad.";
constexpr const char *kBatches = "batches", *kGatheredBatches = "gathered_batches";

std::vector<Tensor> copies(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> out;
  for (const Tensor& tensor : tensors) out.push_back(tensor.detach().clone());
  return out;
}

void assign(const std::vector<Tensor>& to, const std::vector<Tensor>& from) {
  const torch::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
}

bool all_finite(const std::vector<Tensor>& tensors) {
  const torch::NoGradGuard no_gradient;
  return std::isfinite(torch::stack(at::_foreach_norm(tensors)).sum().item<double>());
}

std::int64_t noted(const TensorFile& state, const char* name) {
  const auto found = state.metadata.find(name);
  if (found == state.metadata.end()) return 0;
  std::int64_t value = -1;
  const char* const end = found->second.data() + found->second.size();
  const auto [stop, error] = std::from_chars(found->second.data(), end, value);
  require<DataError>(error == std::errc() && stop == end && value >= 0, "the training's state notes {}={}", name,
                     in_quotes(found->second));
  return value;
}

/// The part of a state whose names begin with `prefix`, without it; taken out of the state.
std::map<std::string, Tensor> take_part(std::map<std::string, Tensor>& state, const std::string& prefix) {
  std::map<std::string, Tensor> part;
  for (auto at = state.begin(); at != state.end();) {
    if (!at->first.starts_with(prefix)) {
      ++at;
      continue;
    }
    part.emplace(at->first.substr(prefix.size()), at->second);
    at = state.erase(at);
  }
  return part;
}

}  // namespace

void use_channels_last(torch::nn::Module& network) {
  const torch::NoGradGuard no_gradient;
  for (Tensor& parameter : network.parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
}

Learner::Learner(Network network, const std::function<Network()>& twin, const TrainerOptions& options,
                 std::shared_ptr<Peers> peers)
    : network_(std::move(network)),
      parameters_(network_->parameters()),
      buffers_(network_->buffers()),
      optimizer_(options.optimizer, parameters_),
      peers_(std::move(peers)),
      decay_(options.ema),
      accumulate_(options.accumulate) {
  require(decay_ >= 0 && decay_ < 1, "training: decay {} of the averaged weights, must be in [0, 1)", decay_);
  require(accumulate_ >= 1, "training: {} batches per step, must be at least 1", accumulate_);
  if (decay_ == 0) return;
  average_ = twin();
  assign(average_->parameters(), parameters_);
  assign(average_->buffers(), buffers_);
}

void Learner::begin() {
  network_->train();
  before_ = copies(buffers_);
}

void Learner::undo() {
  assign(buffers_, before_);
}

/// Averages over the peers; says whether all is finite everywhere. Normalisations have their own batches, their
/// statistics are averaged, so that all peers keep the same weights and statistics.
bool Learner::share(const Tensor& loss, std::vector<Tensor>& gradients) {
  if (peers_ == nullptr) return all_finite(gradients);
  std::vector<Tensor> all = gradients;
  for (const Tensor& buffer : buffers_) {
    if (buffer.is_floating_point()) all.push_back(buffer);
  }
  all.push_back(loss.detach().clone());
  peers_->average(all);
  return all_finite(all);
}

bool Learner::learn(const Tensor& loss, double rate) {
  if (peers_ == nullptr && !std::isfinite(loss.item<double>())) {
    undo();
    return false;
  }
  std::vector<Tensor> gradients = torch::autograd::grad({loss}, parameters_, {}, c10::nullopt, false, true);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = torch::zeros_like(parameters_[i]);
  }
  if (!share(loss, gradients)) {
    undo();
    return false;
  }
  const torch::NoGradGuard no_gradient;
  if (accumulate_ > 1) {
    at::_foreach_div_(gradients, accumulate_);
    if (gathered_batches_ > 0) at::_foreach_add_(gradients, gathered_);
    gathered_ = std::move(gradients);
  }
  ++batches_;
  if (++gathered_batches_ < accumulate_) return true;
  optimizer_.update(accumulate_ > 1 ? gathered_ : gradients, rate);
  gathered_.clear();
  gathered_batches_ = 0;
  if (average_) average();
  return true;
}

/// Statistics of normalisations are averages themselves: they are taken as they are.
void Learner::average() {
  std::vector<Tensor> averages = average_->parameters();
  at::_foreach_mul_(averages, decay_);
  at::_foreach_add_(averages, parameters_, 1 - decay_);
  assign(average_->buffers(), buffers_);
}

torch::nn::Module& Learner::to_use() {
  torch::nn::Module& network = average_ ? *average_ : *network_;
  network.eval();
  return network;
}

Checkpoint Learner::state() const {
  auto all = state_of(*network_);
  if (average_) {
    for (auto& [name, tensor] : state_of(*average_)) all.emplace_back(kAverage + name, tensor);
  }
  for (std::size_t i = 0; i < gathered_.size(); ++i) {
    all.emplace_back(kGathered + std::to_string(i), gathered_[i]);
  }
  Checkpoint checkpoint;
  checkpoint.part = "net";
  checkpoint.state = as_file(all);
  checkpoint.state.metadata[kBatches] = std::to_string(batches_);
  checkpoint.state.metadata[kGatheredBatches] = std::to_string(gathered_batches_);
  checkpoint.optimizer = optimizer_.state();
  return checkpoint;
}

TensorFile Learner::weights() const {
  return as_file(state_of(average_ ? *average_ : *network_));
}

void Learner::restore(const Checkpoint& checkpoint, std::map<std::string, Tensor>& other) {
  std::map<std::string, Tensor> state = as_torch(checkpoint.state);
  const std::map<std::string, Tensor> averaged = take_part(state, kAverage), gathered = take_part(state, kGathered);
  for (const auto& [name, tensor] : take_part(state, "guide.")) other.emplace(name, tensor);
  const std::int64_t batches = noted(checkpoint.state, kBatches);
  const std::int64_t waiting = noted(checkpoint.state, kGatheredBatches);
  require<DataError>((waiting > 0) == !gathered.empty() && waiting < accumulate_,
                     "the training's state holds gradients of {} batches in {} tensors", waiting, gathered.size());
  load_state(*network_, state);
  if (average_) load_state(*average_, averaged.empty() ? state : averaged);
  gathered_.clear();
  for (std::size_t i = 0; i < (waiting > 0 ? parameters_.size() : 0); ++i) {
    const auto found = gathered.find(std::to_string(i));
    require<DataError>(found != gathered.end() && found->second.sizes() == parameters_[i].sizes(),
                       "the training's state lacks a gradient, that of parameter {}", i);
    gathered_.push_back(torch::empty_like(parameters_[i]).copy_(found->second).detach());
  }
  if (checkpoint.optimizer.has_value()) {
    optimizer_.restore(*checkpoint.optimizer);
  } else {
    optimizer_.reset();
  }
  gathered_batches_ = static_cast<int>(waiting);
  batches_ = batches;
}

}  // namespace csgis::nets
