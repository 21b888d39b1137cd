#include "tests/model/golden_tensors.h"

#include "model/detail/module_state.h"
#include "model/detail/network_table.h"
#include "model/detail/smoother_trainer.h"

#include <torch/torch.h>

namespace csgis::nets {

using namespace csgis::testing;

namespace {

using nlohmann::json;
TrainingMode mode_named(const std::string& published) {
  if (published == "HDC_cons") return TrainingMode::contrastive;
  if (published == "HDC_seg") return TrainingMode::semantic;
  if (published == "HDC_cons_seg") return TrainingMode::full;
  CHECK(published == "Baseline");
  return TrainingMode::baseline;
}

/// Names in the records of the published program.
std::string published_name(const std::string& value) {
  return value == "segmentation" ? "segmantation" : value;
}

bool has_part(const std::string& key, const std::string& part) {
  return ("." + key + ".").find("." + part + ".") != std::string::npos;
}

/// What the goldens of training begin with: a network, a batch, guides.
class Start {
 public:
  explicit Start(const json& index)
      : modes_(index.at("modes")),
        network_(golden_tensors(modes_.at("net"))),
        batch_(golden_tensors(modes_.at("batch"))) {
    if (modes_.contains("vgg")) vgg_ = golden_tensors(modes_.at("vgg"));
    if (modes_.contains("seg_weights")) segmenter_ = golden_tensors(modes_.at("seg_weights"));
  }

  TrainerOptions options(TrainingMode mode) const {
    const json& made = modes_.at("net_ctor");
    TrainerOptions options;
    options.network = made.at("network");
    options.sizes = {.width = made.at("dim"), .blocks = made.at("num_block")};
    options.mode = mode;
    options.recipe = Recipe::reference();
    options.threads = 1;
    return options;
  }

  /// Of the published program; without its dropout, which no other program can repeat.
  Guides guides(TrainingMode mode, bool segmenter_drifts, torch::ScalarType type) const {
    Guides guides;
    if (mode == TrainingMode::contrastive || mode == TrainingMode::full) {
      VggFeatures vgg;
      load_state(*vgg, vgg_);
      guides.features = std::make_shared<FeatureGuide>(vgg, false);
      guides.features->to(torch::kCPU, type);
    }
    if (mode == TrainingMode::semantic || mode == TrainingMode::full) {
      const std::int64_t classes = segmenter_.at("classifier.classifier.3.weight").size(0);
      DeepLab network(Backbone::mobilenet_v2, modes_.at("seg_output_stride").get<int>(), classes);
      load_state(*network, segmenter_);
      for (const auto& module : network->modules()) {
        if (auto* dropout = module->as<torch::nn::Dropout>()) dropout->options.p(0);
      }
      guides.segmenter = std::make_shared<SegmentGuide>(network, classes, false, segmenter_drifts);
      guides.segmenter->to(torch::kCPU, type);
    }
    return guides;
  }

  BatchTensors batch(torch::ScalarType type) const {
    const auto layer = [&](const char* name) { return batch_.at(name).to(type); };
    return {layer("OB"), layer("GT"), layer("OV"), layer("EG"), 1 - layer("EG"), batch_.at("SE")};
  }

  /// A trainer at the golden weights, in a precision that trainers of users do not have.
  std::unique_ptr<SmootherTrainer> trainer(const TrainerOptions& options, Guides guides, torch::ScalarType type) const {
    auto trainer = std::make_unique<SmootherTrainer>(options, std::move(guides));
    trainer->network().to(type);
    Checkpoint start;
    start.state = as_file({network_.begin(), network_.end()});
    trainer->restore(start);
    return trainer;
  }

 private:
  json modes_;
  Tensors network_, batch_, vgg_, segmenter_;
};

/// @param ignored  a value that is logged alone, and squares what noise does to the weights
void check_losses(const StepReport& report, const json& losses, double tolerance, const std::string& ignored = {}) {
  std::size_t found = 0;
  for (const auto& [name, value] : report.values) {
    if (!losses.contains(published_name(name))) continue;
    ++found;
    if (name == ignored) continue;
    INFO(name);
    const double expected = losses.at(published_name(name));
    CHECK(std::abs(value - expected) <= tolerance * std::abs(expected));
  }
  CHECK(found == losses.size());
}

/// Gradients of all parameters against those in the file under `key`.
void check_gradients(SmootherImpl& network, const Tensor& loss, const Tensors& expected, const std::string& key) {
  constexpr double kGlobal = 1e-3, kPerTensor = 2e-2;  // as golden.json words it
  const auto parameters = network.named_parameters();
  const auto gradients = torch::autograd::grad({loss}, network.parameters());
  double difference = 0, size = 0, largest = 0;
  for (const auto& [name, tensor] : expected) {
    if (name.starts_with(key)) largest = std::max(largest, tensor.abs().max().item<double>());
  }
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Tensor reference = expected.at(key + parameters[i].key());
    difference += (gradients[i] - reference).square().sum().item<double>();
    size += reference.square().sum().item<double>();
    // A bias before a normalisation has no gradient but rounding.
    if (reference.abs().max().item<double>() < 1e-6 * largest) continue;
    INFO(parameters[i].key());
    CHECK(relative_error(gradients[i], reference) <= kPerTensor);
  }
  CHECK(std::sqrt(difference / size) <= kGlobal);
}

void check_state(const SmootherImpl& network, const Tensors& expected, const std::string& key, double tolerance) {
  int compared = 0;
  for (const auto& [name, tensor] : state_of(network)) {
    const Tensor difference = (tensor.detach() - expected.at(key + name)).abs().to(torch::kFloat64);
    INFO(name);
    CHECK(difference.max().item<double>() <= tolerance);
    ++compared;
  }
  CHECK(compared > 0);
}

/// What single precision leaves comparable of a run of Adam, whose first steps follow the signs of gradients. The bound
/// of single values is that of a noisy run against an exact one; here both are noisy.
void check_noisy_state(const SmootherImpl& network, const Tensors& expected, const std::string& key,
                       const json& trace) {
  const double largest =
      trace.at("tolerance").at("float32 Adam: final parameters absolute (5 x lr, sign noise of tiny gradients)");
  const auto noise = trace.at("values").at("params_with_zero_true_gradient").get<std::vector<std::string>>();
  for (const auto& item : network.named_parameters()) {
    if (std::find(noise.begin(), noise.end(), item.key()) != noise.end()) continue;
    const Tensor difference = (item.value().detach() - expected.at(key + item.key())).abs();
    INFO(item.key());
    CHECK(difference.max().item<double>() <= 2 * largest);
    CHECK(difference.mean().item<double>() <= trace.at("tolerance").at("float32 Adam: mean absolute per tensor"));
  }
}

}  // namespace

TEST_CASE("one training step has the golden losses and gradients in every mode", "[golden]") {
  const json index = golden_entries("network");
  const json& modes = index.at("modes");
  const Start start(index);
  const Tensors grads = golden_tensors(modes.at("grads"));
  const json& tolerance = modes.at("tolerance");
  CHECK(!modes.at("values").empty());
  for (const auto& [key, entry] : modes.at("values").items()) {
    INFO(key);
    const bool is_training = has_part(key, "train");
    const auto first = key.find('.') + 1;
    const TrainingMode mode = mode_named(key.substr(first, key.find('.', first) - first));
    const TrainerOptions options = start.options(mode);
    const auto guides = start.guides(mode, has_part(key, "seg_train_nodropout"), torch::kFloat32);
    const auto trainer = start.trainer(options, guides, torch::kFloat32);
    SmootherImpl& network = trainer->network();
    network.train(is_training);
    const BatchTensors batch = start.batch(torch::kFloat32);
    const auto out = network.forward(batch.input);
    const Terms terms = trainer->objective().terms(network.plan, out, batch,
                                                   has_part(key, "neg_OV") ? Negative::over : Negative::input);
    const StepReport report = as_report(terms);
    check_losses(report, entry.at("losses"), tolerance.at("loss_relative"));
    CHECK(report.ssim == Approx(entry.at("ssim").get<double>()).margin(tolerance.at("ssim_abs")).epsilon(0));
    CHECK(report.psnr == Approx(entry.at("psnr").get<double>()).margin(tolerance.at("psnr_abs_dB")).epsilon(0));
    const auto pred = grads.find(key + ".pred");
    if (pred != grads.end()) CHECK(relative_error(smoothed(out), pred->second) < 1e-4);
    const std::string gradient_key = key.substr(0, key.find(".seg_")) + ".grad.";
    if (is_training && grads.contains(gradient_key + network.named_parameters()[0].key())) {
      check_gradients(network, terms.total, grads, gradient_key);
    }
  }
}

TEST_CASE("five steps of each optimiser end at the golden weights", "[golden]") {
  const json index = golden_entries("network");
  const json& trace = index.at("trace");
  const Start start(index);
  const Tensors finals = golden_tensors(trace.at("file"));
  const json& tolerance = trace.at("tolerance");
  int runs = 0;
  for (const auto& [key, steps] : trace.at("values").items()) {
    const bool is_double = key.ends_with(".f64");
    if (!is_double && !key.ends_with(".f32")) continue;
    INFO(key);
    ++runs;
    const bool is_adam = has_part(key, "Adam");
    const auto type = is_double ? torch::kFloat64 : torch::kFloat32;
    const TrainingMode mode = mode_named(key.substr(0, key.find('.')));
    TrainerOptions options = start.options(mode);
    options.optimizer = is_adam ? OptimizerKind::adam : OptimizerKind::sgd;
    const auto trainer = start.trainer(options, start.guides(mode, false, type), type);
    const char* const group = is_double ? "float64 Adam and SGD" : is_adam ? "float32 Adam" : "float32 SGD";
    const double of_losses = tolerance.at(std::string(group) + ": losses relative");
    for (const json& step : steps) {
      INFO("step " << step.at("step"));
      const auto negative = step.at("neg") == "OV" ? Negative::over : Negative::input;
      const StepReport report = trainer->step(start.batch(type), negative, is_adam ? 1e-3 : 5e-4);
      CHECK(report.is_finite);
      check_losses(report, step.at("losses"), of_losses, is_adam && !is_double ? "DTV" : "");
    }
    const std::string final_key = key + ".final.";
    if (is_double) {
      check_state(trainer->network(), finals, final_key,
                  tolerance.at("float64: final state absolute (edge loss evaluated in float32 as in the reference)"));
    } else if (is_adam) {
      check_noisy_state(trainer->network(), finals, final_key, trace);
    } else {
      check_state(trainer->network(), finals, final_key, tolerance.at("float32 SGD: final state absolute"));
    }
  }
  CHECK(runs > 0);
}

}  // namespace csgis::nets
