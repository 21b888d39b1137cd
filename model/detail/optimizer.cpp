#include "model/detail/optimizer.h"

#include "core/error.h"
#include "model/detail/torch_tensors.h"

#include <torch/torch.h>

#include <cmath>
#include <map>
#include <string>

namespace csgis::nets {
namespace {

using torch::Tensor;

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEps = 1e-8;
constexpr const char *kFirst = ".exp_avg", *kSecond = ".exp_avg_sq", *kStep = ".step";

std::vector<Tensor> zeros_like(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> zeros;
  for (const Tensor& tensor : tensors) zeros.push_back(torch::zeros_like(tensor));
  return zeros;
}

const Tensor& moment(const std::map<std::string, Tensor>& stored, const std::string& name, at::IntArrayRef sizes) {
  const auto found = stored.find(name);
  require<DataError>(found != stored.end(), "the optimiser's state has no {}", name);
  require<DataError>(found->second.sizes() == sizes, "the optimiser's {} is not of its parameter's size", name);
  return found->second;
}

}  // namespace

Optimizer::Optimizer(OptimizerKind kind, std::vector<Tensor> parameters)
    : kind_(kind), parameters_(std::move(parameters)) {
  reset();
}

void Optimizer::reset() {
  steps_ = 0;
  if (kind_ != OptimizerKind::adam) return;
  first_ = zeros_like(parameters_);
  second_ = zeros_like(parameters_);
}

void Optimizer::update(const std::vector<Tensor>& gradients, double rate) {
  const torch::NoGradGuard no_gradient;
  ++steps_;
  rate_ = rate;
  if (kind_ == OptimizerKind::adam) {
    adam(gradients, rate);
  } else {
    at::_foreach_add_(parameters_, gradients, -rate);
  }
}

void Optimizer::adam(const std::vector<Tensor>& gradients, double rate) {
  const auto steps = static_cast<double>(steps_);
  const double unbias1 = 1 - std::pow(kBeta1, steps), unbias2 = std::sqrt(1 - std::pow(kBeta2, steps));
  at::_foreach_mul_(first_, kBeta1);
  at::_foreach_add_(first_, gradients, 1 - kBeta1);
  at::_foreach_mul_(second_, kBeta2);
  at::_foreach_addcmul_(second_, gradients, gradients, 1 - kBeta2);
  std::vector<Tensor> scale = at::_foreach_sqrt(second_);
  at::_foreach_div_(scale, unbias2);
  at::_foreach_add_(scale, kEps);
  at::_foreach_addcdiv_(parameters_, first_, scale, -rate / unbias1);
}

OptimizerState Optimizer::state() const {
  OptimizerState state;
  std::vector<std::pair<std::string, Tensor>> tensors;
  nlohmann::ordered_json group{{"lr", rate_}};
  if (kind_ == OptimizerKind::adam) {
    group.update({{"betas", {kBeta1, kBeta2}}, {"eps", kEps}, {"weight_decay", 0}, {"amsgrad", false}});
    for (std::size_t i = 0; i < parameters_.size() && steps_ > 0; ++i) {
      const std::string position = std::to_string(i);
      tensors.emplace_back(position + kStep, torch::full({}, static_cast<double>(steps_), torch::kFloat32));
      tensors.emplace_back(position + kFirst, first_[i]);
      tensors.emplace_back(position + kSecond, second_[i]);
    }
  } else {
    group.update({{"momentum", 0}, {"dampening", 0}, {"weight_decay", 0}, {"nesterov", false}});
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) group["params"].push_back(i);
  state.groups.push_back(group);
  state.tensors = as_file(tensors);
  return state;
}

void Optimizer::restore(const OptimizerState& state) {
  require<DataError>(state.groups.is_array() && state.groups.size() == 1 && state.groups[0].is_object(),
                     "the optimiser's state has not one group of parameters");
  const bool is_adam = state.groups[0].contains("betas");
  require<DataError>(is_adam == (kind_ == OptimizerKind::adam), "the state is that of {}, the optimiser is {}",
                     is_adam ? "adam" : "sgd", to_name(kind_));
  const auto rate = state.groups[0].find("lr");
  rate_ = rate != state.groups[0].end() && rate->is_number() ? rate->get<double>() : 0;
  const torch::NoGradGuard no_gradient;
  if (!is_adam || state.tensors.tensors.empty()) return reset();
  const std::map<std::string, Tensor> stored = as_torch(state.tensors);
  for (const bool copies : {false, true}) {  // all is checked before anything is changed
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const std::string position = std::to_string(i);
      const Tensor& first = moment(stored, position + kFirst, parameters_[i].sizes());
      const Tensor& second = moment(stored, position + kSecond, parameters_[i].sizes());
      const Tensor& step = moment(stored, position + kStep, {});
      if (!copies) continue;
      first_[i].copy_(first);
      second_[i].copy_(second);
      steps_ = static_cast<std::int64_t>(step.item<double>());
    }
  }
}

}  // namespace csgis::nets
