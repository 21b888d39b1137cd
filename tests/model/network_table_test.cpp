#include <torch/torch.h>

#include "tests/support/catch.h"

#include "core/error.h"
#include "model/detail/module_state.h"
#include "model/detail/network_table.h"
#include "model/detail/torch_tensors.h"

#include <set>

using namespace csgis;
using namespace csgis::nets;

namespace {

std::int64_t count_values(const std::vector<torch::Tensor>& tensors) {
  std::int64_t total = 0;
  for (const torch::Tensor& tensor : tensors) total += tensor.numel();
  return total;
}

}  // namespace

TEST_CASE("every network that has a state is built, with that state in that order") {
  for (const std::string& name : network_kinds()) {
    const bool has_sizes = is_smoother(name);
    const NetworkSizes sizes = has_sizes ? NetworkSizes{.in = 1, .out = 2, .width = 6, .blocks = 3} : NetworkSizes{};
    INFO(name);
    const auto network = network_kind(name).build(sizes);
    std::set<std::string> parameters;
    for (const auto& item : network->named_parameters()) parameters.insert(item.key());
    const TensorFile state = as_file(state_of(*network));
    const std::vector<StateEntry> expected = network_state(name, sizes);
    REQUIRE(state.tensors.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO(expected[i].name);
      CHECK(state.tensors[i].name == expected[i].name);
      CHECK(state.tensors[i].shape == expected[i].shape);
      CHECK(state.tensors[i].dtype == expected[i].type);
      CHECK(parameters.contains(expected[i].name) == expected[i].is_parameter);
    }
  }
}

TEST_CASE("networks have the published numbers of parameters, tensors and state entries") {
  struct Expected {
    const char* kind;
    std::int64_t blocks, out, values;
    std::size_t parameters, entries;
  };
  const Expected expected = GENERATE(values<Expected>({
      {"HDC_edge_refine", 12, 3, 2528519, 280, 484},
      {"HDC_edge_refine", 20, 3, 3417863, 376, 652},
      {"Baseline", 12, 3, 1745155, 192, 333},
      {"PDP_edge_refine", 20, 3, 5801991, 452, 671},
      {"PDP_edge_refine", 12, 3, 4912647, 356, 503},
      {"RDB_edge_refine", 12, 3, 4789511, 328, 496},
      {"Edge_guided", 12, 3, 2573220, 289, 493},
      {"HDC_cbam", 12, 3, 2529924, 294, 504},
      {"DeepLabV3Plus_MobileNetV2", 12, 21, 5225717, 179, 356},
      {"DeepLabV3Plus_ResNet50", 12, 21, 39761845, 185, 368},
  }));
  INFO(expected.kind << " with " << expected.blocks << " blocks");
  const auto network = network_kind(expected.kind).build({.out = expected.out, .blocks = expected.blocks});
  CHECK(count_values(network->parameters()) == expected.values);
  CHECK(network->parameters().size() == expected.parameters);
  CHECK(state_of(*network).size() == expected.entries);
}

TEST_CASE("lite is small by default, and begins as the image itself") {
  const NetworkSizes sizes = default_sizes("lite");
  // In 3488, a block 18 496, edges 10 404, first estimate 13 868, correction 54 316.
  Smoother network = build_smoother(network_kind("lite"), sizes);
  CHECK(count_values(network->parameters()) == 3488 + sizes.blocks * 18496 + 10404 + 13868 + 54316);
  CHECK(count_values(network->parameters()) <= 400000);
  CHECK(default_sizes("HDC_edge_refine") == NetworkSizes{});
  CHECK(default_sizes("DeepLabV3Plus_MobileNetV2").out == 21);
  const torch::NoGradGuard no_gradient;
  const torch::Tensor image = torch::rand({2, 3, 7, 10});  // odd: the last row is repeated, and cut off again
  const auto out = network->forward(image);
  CHECK(torch::equal(out.out1, image));
  CHECK(torch::equal(out.out2, torch::zeros_like(image)));
  CHECK(out.edge.sizes() == torch::IntArrayRef({2, 1, 7, 10}));
}

TEST_CASE("a state that does not fit is refused by name") {
  const NetworkKind& kind = network_kind("HDC_edge_refine");
  const NetworkSizes small{.width = 4, .blocks = 1};
  std::map<std::string, torch::Tensor> state;
  const auto source = kind.build(small), network = kind.build(small);
  for (const auto& [name, tensor] : state_of(*source)) state.emplace(name, tensor.detach().clone());

  SECTION("a missing tensor") {
    state.erase("refine.9.bias");
    CHECK_THROWS_WITH(load_state(*network, state), ContainsSubstring("refine.9.bias"));
  }
  SECTION("one too many") {
    state.emplace("refine.10.bias", torch::zeros({3}));
    CHECK_THROWS_WITH(load_state(*network, state), ContainsSubstring("refine.10.bias"));
  }
  SECTION("another size") {
    state["refine.9.bias"] = torch::zeros({4});
    CHECK_THROWS_WITH(load_state(*network, state), ContainsSubstring("refine.9.bias is [4], must be [3]"));
  }
  SECTION("the network is unchanged by a refusal") {
    const torch::Tensor before = network->parameters()[0].detach().clone();
    state["refine.9.bias"] = torch::zeros({4});
    CHECK_THROWS_AS(load_state(*network, state), DataError);
    CHECK(torch::equal(network->parameters()[0], before));
  }
  SECTION("counters of batches may be missing") {
    std::erase_if(state, [](const auto& item) { return item.first.ends_with("num_batches_tracked"); });
    load_state(*network, state);
    CHECK(torch::equal(network->parameters()[0], state.at("descriptor.conv_in.weight")));
  }
}

TEST_CASE("an unknown network is answered with the nearest name") {
  CHECK_THROWS_WITH(network_kind("HDC_edge_refin"), ContainsSubstring("did you mean 'HDC_edge_refine'"));
}

TEST_CASE("networks take any size down to a pixel; the non-local one refuses what it cannot") {
  const torch::Tensor pixel = torch::rand({1, 3, 1, 1});
  const torch::NoGradGuard no_gradient;
  for (const NetworkKind& kind : network_table()) {
    if (!is_smoother(kind.name)) continue;
    INFO(kind.name);
    Smoother network = build_smoother(kind, {.width = 8, .blocks = 1});
    network->eval();
    if (network->plan.is_non_local) {
      CHECK_THROWS_WITH(network->forward(pixel), ContainsSubstring("at least 8 x 8"));
    } else {
      CHECK(smoothed(network->forward(pixel, torch::zeros({1, 1, 1, 1}))).sizes() == pixel.sizes());
    }
  }
}
