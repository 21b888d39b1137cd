#include "tests/model/golden_tensors.h"

#include "core/error.h"
#include "model/detail/deeplab.h"
#include "model/detail/module_state.h"

using namespace csgis;
using namespace csgis::testing;

namespace {

nets::DeepLab loaded(const Tensors& state, int output_stride) {
  nets::DeepLab network(nets::Backbone::mobilenet_v2, output_stride,
                        state.at("classifier.classifier.3.weight").size(0));
  nets::load_state(*network, state);
  return network;
}

/// What follows `prefix` in a name up to the next dot: "os8" in "eval.os8.logits".
std::string stride_part(const std::string& name, const std::string& prefix) {
  return name.substr(prefix.size(), name.find('.', prefix.size()) - prefix.size());
}

}  // namespace

TEST_CASE("DeepLabV3+ gives the golden logits and features at each output stride", "[golden]") {
  const nlohmann::json index = golden_entries("network");
  if (!index.contains("deeplab")) return;
  const nlohmann::json& entry = index.at("deeplab");
  const double tolerance = entry.at("tolerance");
  const Tensors state = golden_tensors(entry.at("weights")), io = golden_tensors(entry.at("io"));
  for (const auto& [name, expected] : io) {
    INFO(name);
    if (name.starts_with("eval.")) {
      nets::DeepLab network = loaded(state, std::stoi(stride_part(name, "eval.os")));
      network->eval();
      const torch::NoGradGuard no_gradient;
      const auto features = network->features(io.at("x"));
      const torch::Tensor actual = name.ends_with(".low_level") ? features.low
                                   : name.ends_with(".out")     ? features.high
                                                                : network->forward(io.at("x"));
      CHECK(relative_error(actual, expected) <= tolerance);
    } else if (name.starts_with("train_nodropout.") && name.ends_with(".logits")) {
      const std::string stride = stride_part(name, "train_nodropout.os");
      nets::DeepLab network = loaded(state, std::stoi(stride));
      for (const auto& module : network->modules()) {
        if (auto* dropout = module->as<torch::nn::Dropout>()) dropout->options.p(0);
      }
      CHECK(relative_error(network->forward(io.at("x_train")), expected) <= tolerance);
      for (const auto& [buffer, value] : nets::state_of(*network)) {
        const auto after = io.find("train_nodropout.os" + stride + ".after." + buffer);
        if (after != io.end()) CHECK(relative_error(value, after->second) <= tolerance);
      }
    }
  }
}

TEST_CASE("both backbones give logits of the input's size") {
  const torch::NoGradGuard no_gradient;
  for (const nets::Backbone backbone : {nets::Backbone::mobilenet_v2, nets::Backbone::resnet50}) {
    for (const int stride : {8, 16}) {
      nets::DeepLab network(backbone, stride, 5);
      network->eval();
      CHECK(network->forward(torch::rand({1, 3, 33, 47})).sizes() == torch::IntArrayRef({1, 5, 33, 47}));
      const auto high = network->features(torch::rand({1, 3, 64, 64})).high;
      CHECK(high.size(2) == Approx(64.0 / stride).margin(1));
    }
  }
  CHECK_THROWS_AS(nets::DeepLab(nets::Backbone::resnet50, 32, 21), InvalidArgument);
}
