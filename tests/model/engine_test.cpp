#include <torch/torch.h>

#include "tests/support/catch.h"

#include "core/error.h"
#include "model/detail/engine.h"
#include "model/detail/load_predictor.h"
#include "model/detail/module_state.h"
#include "model/detail/network_table.h"

using namespace csgis;
using namespace csgis::nets;

namespace {

/// A network as after training: BN that does nothing, or weights that are still 0, would hide what is wrong before
/// them.
Smoother trained(const NetworkKind& kind, const NetworkSizes& size) {
  torch::manual_seed(7);
  Smoother network = build_smoother(kind, size);
  const torch::NoGradGuard no_gradient;
  for (auto& [name, tensor] : state_of(*network)) {
    if (tensor.dim() == 4 && tensor.count_nonzero().item<std::int64_t>() == 0) tensor.normal_(0, 0.1);
    if (name.ends_with("running_mean")) tensor.normal_(0, 0.2);
    if (name.ends_with("running_var")) tensor.uniform_(0.5, 1.5);
    const bool is_norm = name.find("bn") != std::string::npos && name.ends_with("weight") && tensor.dim() == 1;
    if (is_norm) tensor.uniform_(0.5, 1.5);
  }
  network->eval();
  return network;
}

torch::Tensor edge_for(const Smoother& network, const torch::Tensor& image) {
  if (!network->plan.edge_is_given) return {};
  return torch::rand({1, 1, image.size(2), image.size(3)});
}

torch::Tensor eager(Smoother& network, const torch::Tensor& image, const torch::Tensor& edge) {
  const torch::NoGradGuard no_gradient;
  return smoothed(network->forward(image, edge));
}

torch::Tensor engine_result(Engine& engine, const torch::Tensor& image, const torch::Tensor& edge,
                            const EngineRun& how = {}) {
  torch::Tensor out = torch::full_like(image, std::nan(""));
  engine.run(image, edge, how, out);
  return out;
}

double worst(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

std::vector<Target> cpu_targets() {
  Target plain;
  plain.plain_operators = true;
  return {Target{}, plain};
}

}  // namespace

TEST_CASE("the engine computes what the network computes") {
  for (const NetworkKind& kind : network_table()) {
    if (!is_smoother(kind.name)) continue;
    Smoother network = trained(kind, {.width = 24, .blocks = 2});
    const torch::Tensor image = torch::rand({1, 3, 33, 29}), edge = edge_for(network, image);
    const torch::Tensor expected = eager(network, image, edge);
    const double scale = expected.abs().max().item<double>();
    for (const Target& target : cpu_targets()) {
      INFO(kind.name << (target.plain_operators ? " plain" : " " + onednn_version()));
      Engine engine(record(*network), target);
      CHECK(worst(engine_result(engine, image, edge), expected) < 2e-5 * scale);
      CHECK(engine.program().is_local == kind.is_local);
    }
  }
}

TEST_CASE("tiles give the result of the whole image") {
  for (const NetworkKind& kind : network_table()) {
    if (!kind.is_local || !is_smoother(kind.name)) continue;
    Smoother network = trained(kind, {.width = 16, .blocks = 1});
    const torch::Tensor image = torch::rand({1, 3, 21, 240}), edge = edge_for(network, image);
    const torch::Tensor expected = eager(network, image, edge);
    for (const Target& target : cpu_targets()) {
      INFO(kind.name << (target.plain_operators ? " plain" : ""));
      Engine engine(record(*network), target);
      REQUIRE(2 * engine.program().halo() + 32 < image.size(3));  // else every tile would see the whole image
      CHECK(worst(engine_result(engine, image, edge, {.tile = 32}), expected) < 1e-5);
      CHECK(worst(engine_result(engine, image.transpose(2, 3), edge.defined() ? edge.transpose(2, 3) : edge,
                                {.tile = 50}),
                  eager(network, image.transpose(2, 3).contiguous(),
                        edge.defined() ? edge.transpose(2, 3).contiguous() : edge)) < 1e-5);
    }
  }
}

TEST_CASE("the halo is the longest way through the convolutions") {
  // HDC_edge_refine, 12 blocks: first 1, blocks 12 * (1 + 2 + 3), edge head 3, first estimate 1 + 3 * 6 + 1 + 1,
  // correction 1 + 6 * 6 + 1.
  const auto halo = [](const char* name, std::int64_t blocks) {
    Smoother network = build_smoother(network_kind(name), {.width = 4, .blocks = blocks});
    return record(*network).halo();
  };
  CHECK(halo("HDC_edge_refine", 12) == 1 + 72 + 3 + 21 + 38);
  CHECK(halo("HDC_edge", 20) == 1 + 120 + 3 + 21);
  CHECK(halo("HDC", 2) == 1 + 12 + 3);
  CHECK(halo("Baseline", 12) == 1 + 36 + 1 + 9 + 1 + 1);
  // A detailed block: dilation 5, joined by 1, a pair of 1.
  CHECK(halo("RDB_edge_refine", 2) == 1 + 2 * 8 + 3 + 21 + 38);
  // Squares of two pixels: first 1, a block its dilation + 1, edge head 2, first estimate 2, correction 1 + 2 * 2 + 1.
  CHECK(halo("lite", 6) == 2 * (1 + (2 + 3 + 4 + 2 + 3 + 5) + 2 + 2 + 6));
  // The given map reaches less far than the image.
  CHECK(halo("HDC_no_edge", 2) == 1 + 12 + 21 + 38);
}

TEST_CASE("bfloat16 stays near float32") {
  Smoother network = trained(network_kind("HDC_edge_refine"), {.width = 32, .blocks = 3});
  const torch::Tensor image = torch::rand({1, 3, 40, 48});
  const torch::Tensor expected = eager(network, image, {});
  for (Target target : cpu_targets()) {
    target.type = torch::kBFloat16;
    Engine engine(record(*network), target);
    const torch::Tensor actual = engine_result(engine, image, {});
    const double error = ((actual - expected).norm() / expected.norm()).item<double>();
    CHECK(error < 0.03);
    CHECK(error > 1e-6);  // it did compute in bfloat16
  }
}

TEST_CASE("an engine serves images of many sizes, strides and channel orders") {
  Smoother network = trained(network_kind("Baseline"), {.width = 8, .blocks = 1});
  Engine engine(record(*network), Target{});
  for (const auto& [height, width] : {std::pair{1, 1}, {1, 40}, {37, 2}, {16, 16}, {5, 64}, {37, 2}}) {
    const torch::Tensor image = torch::rand({1, 3, height, width});
    CHECK(worst(engine_result(engine, image, {}), eager(network, image, {})) < 1e-5);
  }
  const torch::Tensor interleaved = torch::rand({1, 9, 11, 3}).permute({0, 3, 1, 2});
  CHECK(worst(engine_result(engine, interleaved, {}), eager(network, interleaved.contiguous(), {})) < 1e-5);
  CHECK(worst(engine_result(engine, interleaved, {}, {.swap_channels = true}),
              eager(network, interleaved.flip(1).contiguous(), {}).flip(1)) < 1e-5);
}

TEST_CASE("what an engine cannot do is refused") {
  Smoother gated = trained(network_kind("HDC_cbam"), {.width = 16, .blocks = 1});
  Engine engine(record(*gated), Target{});
  const torch::Tensor image = torch::rand({1, 3, 20, 20});
  torch::Tensor out = torch::empty_like(image);
  CHECK_THROWS_WITH(engine.run(image, {}, {.tile = 10}, out), ContainsSubstring("cannot run in tiles"));

  Smoother mapped = trained(network_kind("HDC_no_edge"), {.width = 16, .blocks = 1});
  Engine with_map(record(*mapped), Target{});
  CHECK_THROWS_WITH(with_map.run(image, {}, {}, out), ContainsSubstring("edge map"));
  CHECK_THROWS_WITH(Engine(record(*mapped), Target{torch::kCPU, torch::kFloat16}), ContainsSubstring("CUDA"));
}
