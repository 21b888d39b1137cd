#include "tests/model/golden_tensors.h"

#include "model/detail/module_state.h"
#include "model/detail/vgg.h"

using namespace csgis;
using namespace csgis::testing;

namespace {

/// Sum of squared differences of the Gram matrices of the first two taps.
double gram_distance(nets::VggFeatures& vgg, const torch::Tensor& x, const torch::Tensor& y) {
  const auto gram = [](const torch::Tensor& f) {
    const torch::Tensor flat = f.flatten(2);
    return flat.bmm(flat.transpose(1, 2)) / (f.size(1) * f.size(2) * f.size(3));
  };
  const auto a = vgg->forward(x), b = vgg->forward(y);
  double total = 0;
  for (std::size_t tap : {0, 1}) total += (gram(a[tap]) - gram(b[tap])).square().sum().item<double>();
  return total;
}

/// Weighted absolute differences of all four taps.
double tap_distance(nets::VggFeatures& vgg, const torch::Tensor& x, const torch::Tensor& y) {
  constexpr std::array kWeights{1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0};
  const auto a = vgg->forward(x), b = vgg->forward(y);
  double total = 0;
  for (std::size_t tap = 0; tap < a.size(); ++tap) {
    total += kWeights[tap] * (a[tap] - b[tap]).abs().mean().item<double>();
  }
  return total;
}

}  // namespace

TEST_CASE("VGG16 features give the golden perceptual distances", "[golden]") {
  const nlohmann::json index = golden_entries("network");
  if (!index.contains("vgg16")) return;
  nets::VggFeatures vgg;
  nets::load_state(*vgg, golden_tensors(index.at("vgg16").at("file")));
  vgg->eval();
  const torch::NoGradGuard no_gradient;
  const nlohmann::json& losses = index.at("losses");
  const Tensors io = golden_tensors(losses.at("file"));
  const double tolerance = losses.at("tolerance").at("value_relative");
  int checked = 0;
  for (const auto& [name, entry] : losses.at("values").items()) {
    const std::string sample = name.substr(0, name.find('.'));
    const double expected = entry.at("value64");
    INFO(name);
    if (name == sample + ".perceptual") {
      const double actual = gram_distance(vgg, io.at(sample + ".in.pred"), io.at(sample + ".in.gt"));
      CHECK(actual == Approx(expected).epsilon(tolerance));
      ++checked;
    } else if (name == sample + ".ContrastLoss_fixed.ablation") {
      const double actual = tap_distance(vgg, io.at(sample + ".in.pred"), io.at(sample + ".in.gt"));
      CHECK(actual == Approx(expected).epsilon(tolerance));
      ++checked;
    }
  }
  CHECK(checked > 0);
}

TEST_CASE("VGG16 features halve the size after each stage") {
  const torch::NoGradGuard no_gradient;
  nets::VggFeatures vgg;
  const auto taps = vgg->forward(torch::rand({1, 3, 17, 24}));
  CHECK(taps[0].sizes() == torch::IntArrayRef({1, 64, 17, 24}));
  CHECK(taps[1].sizes() == torch::IntArrayRef({1, 128, 8, 12}));
  CHECK(taps[2].sizes() == torch::IntArrayRef({1, 256, 4, 6}));
  CHECK(taps[3].sizes() == torch::IntArrayRef({1, 512, 2, 3}));
}
