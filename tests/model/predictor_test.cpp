#include <torch/torch.h>

#include "tests/support/catch.h"

#include "core/error.h"
#include "model/detail/load_predictor.h"
#include "model/detail/module_state.h"
#include "model/detail/network_table.h"
#include "model/detail/torch_tensors.h"

using namespace csgis;
using namespace csgis::nets;

namespace {

TensorFile weights_of(const char* kind, const NetworkSizes& size) {
  torch::manual_seed(3);
  return as_file(state_of(*network_kind(kind).build(size)));
}

/// Planes of random values.
struct Picture {
  Picture(std::int64_t h, std::int64_t w, std::int64_t c = 3)
      : height(h), width(w), channels(c), values(torch::rand({1, c, h, w})) {}
  PixelView<float> view() { return {values.data_ptr<float>(), height, width, channels, width, 1, height * width}; }
  PixelView<const float> seen() { return {view().data, height, width, channels, width, 1, height * width}; }

  std::int64_t height, width, channels;
  torch::Tensor values;
};

}  // namespace

TEST_CASE("a predictor gives the network's image") {
  const TensorFile weights = weights_of("HDC_edge_refine", {.width = 8, .blocks = 2});
  const auto predictor = load_predictor(weights, {});
  CHECK(predictor->info().kind == "HDC_edge_refine");
  CHECK(predictor->info().width == 8);
  CHECK(predictor->info().blocks == 2);
  CHECK(predictor->info().is_local);
  Picture in(23, 17), out(23, 17);
  predictor->smooth(in.seen(), out.view());

  Smoother network = build_smoother(network_kind("HDC_edge_refine"), {.width = 8, .blocks = 2});
  load_state(*network, as_torch(weights));
  network->eval();
  const torch::NoGradGuard no_gradient;
  CHECK((out.values - smoothed(network->forward(in.values))).abs().max().item<double>() < 1e-5);
}

TEST_CASE("the network is told by name, by the notes of the file, or by its tensors") {
  TensorFile weights = weights_of("HDC_no_edge", {.width = 8, .blocks = 1});
  // The tensors are also those of HDC_edge_refine, which can run.
  CHECK(load_predictor(weights, {})->info().kind == "HDC_edge_refine");
  CHECK_THROWS_WITH(load_predictor(weights, {.kind = "HDC_no_edge"}), ContainsSubstring("edge map"));
  weights.metadata["kind"] = "HDC_no_edge";
  CHECK_THROWS_WITH(load_predictor(weights, {}), ContainsSubstring("edge map"));
  CHECK_THROWS_WITH(load_predictor(weights, {.kind = "Baseline"}), ContainsSubstring("triple_conv"));
  CHECK_THROWS_AS(load_predictor(weights, {.kind = "nothing"}), UsageError);
  CHECK_THROWS_AS(load_predictor(TensorFile{}, {}), DataError);
}

TEST_CASE("tiles follow from the memory that may be used") {
  const TensorFile weights = weights_of("HDC", {.width = 16, .blocks = 1});
  const auto small = load_predictor(weights, {.memory = 4 << 20});
  const auto large = load_predictor(weights, {.memory = 1 << 30});
  CHECK(large->tile_for(200, 300) == 0);
  CHECK(small->tile_for(20, 30) == 0);
  const std::int64_t tile = small->tile_for(2000, 3000);
  CHECK(tile >= 64);
  CHECK(tile < 2000);
  CHECK(load_predictor(weights, {.tile = 40})->tile_for(100, 30) == 40);
  CHECK(load_predictor(weights, {.tile = 100})->tile_for(100, 30) == 0);

  Picture in(90, 130), whole(90, 130), tiled(90, 130);
  large->smooth(in.seen(), whole.view());
  load_predictor(weights, {.tile = 40})->smooth(in.seen(), tiled.view());
  CHECK((whole.values - tiled.values).abs().max().item<double>() < 1e-5);
}

TEST_CASE("a network that sees the whole image never runs in tiles") {
  const auto predictor = load_predictor(weights_of("Edge_guided", {.width = 8, .blocks = 1}), {});
  CHECK_FALSE(predictor->info().is_local);
  CHECK(predictor->tile_for(64, 64) == 0);
  CHECK_THROWS_WITH(predictor->tile_for(20000, 30000), ContainsSubstring("GiB"));
  const auto tiled = load_predictor(weights_of("Edge_guided", {.width = 8, .blocks = 1}), {.tile = 32});
  Picture in(16, 16), out(16, 16);
  CHECK_THROWS_WITH(tiled->smooth(in.seen(), out.view()), ContainsSubstring("cannot run in tiles"));
}

TEST_CASE("a predictor refuses images and devices that do not fit") {
  const TensorFile weights = weights_of("HDC", {.width = 8, .blocks = 1});
  const auto predictor = load_predictor(weights, {});
  Picture in(8, 8), narrow(8, 7), grey(8, 8, 1);
  CHECK_THROWS_AS(predictor->smooth(in.seen(), narrow.view()), InvalidArgument);
  CHECK_THROWS_WITH(predictor->smooth(grey.seen(), grey.view()), ContainsSubstring("takes 3 channels"));
  CHECK_THROWS_AS(load_predictor(weights, {.device = "abacus"}), UsageError);
  CHECK_THROWS_AS(load_predictor(weights, {.device = "cuda:99"}), UsageError);
  CHECK_THROWS_AS(load_predictor(weights, {.precision = NetPrecision::fp16}), InvalidArgument);
}
