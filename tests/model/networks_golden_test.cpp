#include "tests/model/golden_tensors.h"

#include "model/detail/module_state.h"
#include "model/detail/network_table.h"

using namespace csgis;
using namespace csgis::testing;

namespace {

/// Golden sets mark networks that only one of the two published programs has.
std::string kind_name(const std::string& golden_name) {
  const std::string mark = "e2h_";
  return golden_name.starts_with(mark) ? golden_name.substr(mark.size()) : golden_name;
}

/// The weights of a case. The filters that HDC_att should have had as parameters stand among its inputs.
Tensors golden_state(const nlohmann::json& entry, const Tensors& io) {
  Tensors state = golden_tensors(entry.at("weights"));
  const std::string filter = ".conv1d_weight";
  for (const auto& [name, tensor] : io) {
    if (name.ends_with(filter)) state[name.substr(0, name.size() - filter.size()) + ".weight"] = tensor;
  }
  return state;
}

torch::Tensor input_or_none(const Tensors& io, const std::string& name) {
  const auto found = io.find(name);
  return found == io.end() ? torch::Tensor() : found->second;
}

/// Outputs under the names of the golden files.
Tensors named(const nets::SmootherOutputs<torch::Tensor>& outputs) {
  return {{"edge", outputs.edge}, {"out1", outputs.out1}, {"out2", outputs.out2}, {"out", outputs.out1}};
}

/// One forward in each mode for input number `number`, compared with all that was recorded of it.
void check_input(const Tensors& state, const Tensors& io, const std::string& number, const nlohmann::json& entry) {
  const nlohmann::json& made = entry.at("ctor");
  const NetworkSizes sizes{made.at("in_c"), made.at("out_c"), made.at("dim"), made.at("num_block")};
  const nets::NetworkKind& kind = nets::network_kind(kind_name(entry.at("network")));
  const double tolerance = entry.at("tolerance").at("max_abs_diff_over_max_abs");
  const torch::Tensor x = io.at("x" + number), edge = input_or_none(io, "seg" + number);
  for (const std::string mode : {"eval", "train"}) {
    nets::Smoother network = nets::build_smoother(kind, sizes);
    nets::load_state(*network, state);
    network->train(mode == "train");
    const Tensors outputs = named(network->forward(x, edge));
    for (const std::string output : entry.at("outputs")) {
      INFO(mode << " " << output << " of x" << number);
      CHECK(relative_error(outputs.at(output), io.at(mode + number + "." + output)) <= tolerance);
    }
    if (mode == "eval") continue;
    for (const auto& [name, tensor] : nets::state_of(*network)) {
      const auto after = io.find("train" + number + ".after." + name);
      if (after == io.end()) continue;
      INFO(after->first);
      CHECK(relative_error(tensor, after->second) <= tolerance);
    }
  }
}

}  // namespace

TEST_CASE("networks give the golden outputs in evaluation and training mode", "[golden]") {
  const nlohmann::json cases = golden_entries("network").at("networks").at("cases");
  CHECK(!cases.empty());
  for (const nlohmann::json& entry : cases) {
    const std::string name = entry.at("network");
    INFO(name);
    const Tensors io = golden_tensors(entry.at("io"));
    const Tensors state = golden_state(entry, io);
    for (const auto& [input, shape] : entry.at("inputs").items()) {
      if (input.starts_with('x')) check_input(state, io, input.substr(1), entry);
    }
  }
}

TEST_CASE("state names come in the order of published checkpoints", "[golden]") {
  const nlohmann::json index = golden_entries("network");
  if (!index.contains("checkpoints")) return;
  for (const nlohmann::json& entry : index.at("checkpoints").at("files")) {
    const NetworkSizes size{.width = entry.at("dim"), .blocks = entry.at("num_block")};
    const nets::Smoother network(nets::SmootherPlan{}, size);
    std::vector<std::string> parameters;
    for (const auto& item : network->named_parameters()) parameters.push_back(item.key());
    CHECK(parameters.size() == entry.at("num_params"));
    // The optimiser knows parameters by position, and its moments have their sizes.
    for (const auto& [position, moments] : entry.at("adam").items()) {
      const torch::Tensor tensor = network->named_parameters()[std::stoul(position)].value();
      CHECK(tensor.sizes().vec() == moments.at("exp_avg").at("shape").get<std::vector<std::int64_t>>());
    }
  }
}
