#include "model/detail/module_state.h"

#include "core/error.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace csgis::nets {
namespace {

using State = std::vector<std::pair<std::string, torch::Tensor>>;

void collect(const torch::nn::Module& module, const std::string& prefix, State& state) {
  constexpr bool kOwnOnly = false;
  for (const auto& item : module.named_parameters(kOwnOnly)) state.emplace_back(prefix + item.key(), item.value());
  for (const auto& item : module.named_buffers(kOwnOnly)) state.emplace_back(prefix + item.key(), item.value());
  for (const auto& child : module.named_children()) collect(*child.value(), prefix + child.key() + '.', state);
}

/// Files written before PyTorch 0.4.1 lack the counter, which only matters to BN without a momentum.
bool may_be_missing(const std::string& name) {
  return name.ends_with(".num_batches_tracked");
}

/// The first few of a list of names, for a message.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  const std::size_t shown = std::min(kShown, names.size());
  const std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<long>(shown), ", "));
  return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

/// What keeps a state from fitting a network; empty when nothing does.
std::string state_mismatch(const torch::nn::Module& network, const std::map<std::string, torch::Tensor>& state) {
  std::vector<std::string> missing, superfluous;
  std::map<std::string, torch::Tensor> expected;
  for (auto& [name, tensor] : state_of(network)) {
    if (!state.contains(name) && !may_be_missing(name)) missing.push_back(name);
    expected.emplace(name, tensor);
  }
  for (const auto& [name, tensor] : state) {
    const auto found = expected.find(name);
    if (found == expected.end()) {
      superfluous.push_back(name);
    } else if (found->second.sizes() != tensor.sizes()) {
      return fmt::format("{} is [{}], must be [{}]", name, fmt::join(tensor.sizes().vec(), ", "),
                         fmt::join(found->second.sizes().vec(), ", "));
    }
  }
  if (!missing.empty()) return fmt::format("{} missing: {}", missing.size(), some_of(missing));
  if (!superfluous.empty()) return fmt::format("{} unknown: {}", superfluous.size(), some_of(superfluous));
  return {};
}

}  // namespace

State state_of(const torch::nn::Module& network) {
  State state;
  collect(network, "", state);
  return state;
}

void load_state(torch::nn::Module& network, const std::map<std::string, torch::Tensor>& state) {
  const std::string mismatch = state_mismatch(network, state);
  require<DataError>(mismatch.empty(), "the weights do not fit the network: {}", mismatch);
  const torch::NoGradGuard no_gradient;
  for (auto& [name, tensor] : state_of(network)) {
    const auto found = state.find(name);
    if (found != state.end()) tensor.copy_(found->second);
  }
}

}  // namespace csgis::nets
