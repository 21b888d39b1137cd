#include "tests/model/golden_tensors.h"

#include "model/detail/guides.h"
#include "model/detail/losses.h"
#include "model/detail/module_state.h"
#include "model/detail/ssim_loss.h"

#include <torch/torch.h>

namespace csgis::nets {

using namespace csgis::testing;

namespace {

/// The inputs of one sample; those that a loss is differentiated by want gradients.
struct Inputs {
  Tensors tensors;
  const Tensor& operator[](const std::string& name) const { return tensors.at(name); }
};

Inputs inputs_of(const Tensors& io, const std::string& sample, torch::ScalarType type) {
  Inputs inputs;
  const std::string prefix = sample + ".in.";
  for (const auto& [name, tensor] : io) {
    if (!name.starts_with(prefix)) continue;
    const bool is_number = tensor.is_floating_point();
    const std::string input = name.substr(prefix.size());
    Tensor copy = is_number ? tensor.to(type).clone() : tensor;
    if (input == "pred" || input == "pre" || input.ends_with("logits")) copy.requires_grad_();
    inputs.tensors.emplace(input, copy);
  }
  return inputs;
}

/// VGG16 where the set has its weights.
class GoldenVgg {
 public:
  explicit GoldenVgg(const nlohmann::json& index) {
    if (!index.contains("vgg16")) return;
    VggFeatures network;
    load_state(*network, golden_tensors(index.at("vgg16").at("file")));
    guide_ = std::make_unique<FeatureGuide>(network, false);
  }
  FeatureGuide& in(torch::ScalarType type) {
    REQUIRE(guide_ != nullptr);
    guide_->to(torch::kCPU, type);
    return *guide_;
  }

 private:
  std::unique_ptr<FeatureGuide> guide_;
};

Tensor gram_of(GoldenVgg& vgg, const Tensor& x, const Tensor& y) {
  FeatureGuide& guide = vgg.in(x.scalar_type());
  return gram_distance(guide.grams(x, 2), guide.grams(y, 2));
}

Tensor ratio_of(GoldenVgg& vgg, const Inputs& in, bool is_ablation) {
  FeatureGuide& guide = vgg.in(in["pred"].scalar_type());
  const Features negative = guide.features(in["ob"], 4);
  return contrast_ratio(guide.features(in["pred"], 4), guide.features(in["gt"], 4), is_ablation ? nullptr : &negative);
}

/// "const.ov.k0.3": the negative and the margin. "inactive" has an image near the truth and a negative far away.
Tensor triplet(GoldenVgg& vgg, const Inputs& in, const std::string& name) {
  const bool is_gram = name.starts_with("const2.");
  const auto distance = [&](const Tensor& x, const Tensor& y) {
    return is_gram ? gram_of(vgg, x, y) : channel_mean_distance(x, y);
  };
  const std::string rest = name.substr(name.find('.') + 1);
  if (rest == "inactive") {
    const Tensor x = in["gt"] + 0.1 * (in["pred"] - in["gt"]);
    return hinge(distance(x, in["gt"]), distance(x, is_gram ? 6 * in["ob"] : in["ob"] + 2), is_gram ? 0 : 0.3);
  }
  const auto dot = rest.find(".k");
  return hinge(distance(in["pred"], in["gt"]), distance(in["pred"], in[rest.substr(0, dot)]),
               std::stod(rest.substr(dot + 2)));
}

Tensor edge_term(const Inputs& in, const std::string& name) {
  const Tensor& z = in["edge_logits"];
  if (name == "edge_all_negative") return edge_loss(z, torch::zeros_like(z), {});
  if (name == "edge_all_positive") return edge_loss(z, torch::ones_like(z), {});
  return edge_loss(z, in[name == "edge_softlabel" ? "eg_soft" : "eg"], {});
}

Tensor value_of(GoldenVgg& vgg, const Inputs& in, const std::string& name) {
  const auto similarity = [&](const char* image) { return multi_scale_ssim(in[image], in["gt"]).sum; };
  const auto variation = [&](const char* image) { return masked_variation(in[image], 1 - in["eg"]); };
  if (name == "L1") return absolute_difference(in["pred"], in["gt"]);
  if (name == "mL1") return multi_scale_difference(in["pred"], in["gt"]);
  if (name == "SSIM") return ssim(in["pred"], in["gt"]);
  if (name == "mSSIM") return similarity("pred");
  if (name == "mSSIM_term") return 0.1 * ((4 - similarity("pre")) + (4 - similarity("pred")));
  if (name == "GD") return variation("pred");
  if (name == "GD_softlabel") return masked_variation(in["pred"], 1 - in["eg_soft"]);
  if (name == "DTV_term") return 10 * variation("pre") + variation("pred");
  if (name.starts_with("TV")) return total_variation(in["pred"], name == "TV" ? 1 : std::stod(name.substr(4)));
  if (name.starts_with("edge")) return edge_term(in, name);
  if (name == "L_con") return channel_mean_distance(in["pred"], in["gt"]);
  if (name.starts_with("const")) return triplet(vgg, in, name);
  if (name == "perceptual") return gram_of(vgg, in["pred"], in["gt"]);
  if (name.starts_with("ContrastLoss")) return ratio_of(vgg, in, name.ends_with("ablation"));
  if (name == "CE") return segmentation_loss(in["seg_logits"], in["seg_label"]);
  FAIL("no loss " << name);
  return {};
}

struct Tolerance {
  double value, gradient;
};

Tolerance tolerance_of(const nlohmann::json& all, const std::string& name) {
  if (name.find("SSIM") != std::string::npos) {
    return {all.at("value_relative_SSIM_types"), all.at("gradient_SSIM_types")};
  }
  const bool is_feature = name.starts_with("const2") || name == "perceptual" || name.starts_with("ContrastLoss");
  return {all.at("value_relative"), all.at(is_feature ? "gradient_const2_perceptual_ContrastLoss" : "gradient")};
}

void check_value(double actual, double expected, double tolerance) {
  CHECK(std::abs(actual - expected) <= tolerance * std::abs(expected));
}

}  // namespace

TEST_CASE("every loss has the golden value and gradient", "[golden]") {
  const nlohmann::json index = golden_entries("network");
  const nlohmann::json& losses = index.at("losses");
  const Tensors io = golden_tensors(losses.at("file"));
  GoldenVgg vgg(index);
  CHECK(!losses.at("values").empty());
  for (const auto& [full_name, entry] : losses.at("values").items()) {
    INFO(full_name);
    const auto dot = full_name.find('.');
    const std::string sample = full_name.substr(0, dot), name = full_name.substr(dot + 1);
    const Tolerance tolerance = tolerance_of(losses.at("tolerance"), name);

    const Inputs in = inputs_of(io, sample, torch::kFloat32);
    const Tensor value = value_of(vgg, in, name);
    check_value(value.item<double>(), entry.at("value"), tolerance.value);
    std::vector<Tensor> by;
    for (const std::string input : entry.at("grad_wrt")) by.push_back(in[input]);
    const auto gradients = torch::autograd::grad({value}, by);
    for (std::size_t i = 0; i < by.size(); ++i) {
      const std::string input = entry.at("grad_wrt").at(i);
      CHECK(relative_error(gradients[i], io.at(full_name + ".grad." + input)) <= tolerance.gradient);
    }

    // In double the rounding of the sums is gone; the edge loss stays in float.
    constexpr double kInDouble = 1e-6;
    const double in_double = value_of(vgg, inputs_of(io, sample, torch::kFloat64), name).item<double>();
    check_value(in_double, entry.at("value64"), kInDouble);
  }
}

}  // namespace csgis::nets
