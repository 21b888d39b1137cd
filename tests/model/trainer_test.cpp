#include <torch/torch.h>

#include "tests/model/training_samples.h"
#include "tests/support/catch.h"

#include "core/error.h"
#include "model/detail/module_state.h"
#include "model/detail/network_table.h"
#include "model/detail/smoother_trainer.h"
#include "model/detail/ssim_loss.h"
#include "model/detail/torch_tensors.h"
#include "model/detail/torch_trainer.h"

#include <cstring>

namespace csgis::nets {
namespace {

TrainerOptions normalised_options() {
  TrainerOptions options = lite_options();
  options.network = "HDC_edge_refine";
  options.sizes = {.width = 4, .blocks = 1};
  return options;
}

bool same_bytes(const TensorFile& a, const TensorFile& b) {
  if (a.tensors.size() != b.tensors.size()) return false;
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    const auto &x = a.tensors[i], &y = b.tensors[i];
    if (x.name != y.name || x.bytes.size() != y.bytes.size()) return false;
    if (std::memcmp(x.bytes.data(), y.bytes.data(), x.bytes.size()) != 0) return false;
  }
  return true;
}

bool same_state(const Checkpoint& a, const Checkpoint& b) {
  return same_bytes(a.state, b.state) && same_bytes(a.optimizer->tensors, b.optimizer->tensors) &&
         a.state.metadata == b.state.metadata && a.optimizer->groups == b.optimizer->groups;
}

/// DeepLabV3+ with random weights as a file.
TensorFile random_segmenter(std::int64_t classes) {
  torch::manual_seed(5);
  DeepLab network(Backbone::mobilenet_v2, 16, classes);
  return as_file(state_of(*network));
}

double relative(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max().clamp_min(1e-30)).item<double>();
}

}  // namespace

TEST_CASE("the fused SSIM is that of plain operators, with its gradient") {
  torch::manual_seed(1);
  for (const auto& [h, w] : {std::pair{1, 1}, {1, 7}, {5, 3}, {11, 11}, {16, 16}, {17, 33}, {64, 15}, {8, 128}}) {
    INFO(h << " x " << w);
    const torch::Tensor p = torch::rand({2, 3, h, w}).requires_grad_(), g = torch::rand({2, 3, h, w});
    const torch::Tensor exact = p.detach().to(torch::kFloat64).requires_grad_();
    const torch::Tensor ours = 3 * ssim(p, g), plain = 3 * plain_ssim(exact, g.to(torch::kFloat64));
    CHECK(relative(ours, plain) < 1e-5);
    CHECK(relative(torch::autograd::grad({ours}, {p})[0], torch::autograd::grad({plain}, {exact})[0]) < 2e-5);
  }
  const torch::Tensor image = torch::rand({1, 3, 20, 20});
  CHECK(ssim(image, image).item<double>() == Approx(1).epsilon(1e-5));
  CHECK_THROWS_AS(ssim(image, torch::rand({1, 3, 20, 21})), InvalidArgument);
}

TEST_CASE("gradients of the whole objective are those of finite differences") {
  for (const char* network_name : {"lite", "HDC_edge_refine", "HDC_edge", "HDC"}) {
    INFO(network_name);
    TrainerOptions options = lite_options();
    options.network = network_name;
    options.sizes = {.width = 6, .blocks = 1};
    options.mode = TrainingMode::contrastive;
    options.random_vgg = true;
    options.margin = options.margin_features = 1;  // both hinges at work
    Guides guides = load_guides(options, {});
    guides.features->to(torch::kCPU, torch::kFloat64);
    SmootherTrainer trainer(options, guides);
    SmootherImpl& network = trainer.network();
    network.to(torch::kFloat64);
    network.train();
    BatchTensors batch = as_tensors(scene_batch(2, 12, 3), torch::kCPU);
    for (torch::Tensor* layer : {&batch.input, &batch.truth, &batch.over, &batch.edge, &batch.smooth}) {
      *layer = layer->to(torch::kFloat64);
    }
    torch::manual_seed(2);
    const torch::NoGradGuard no_gradient;
    for (auto& parameter : network.parameters()) parameter.add_(0.05 * torch::randn_like(parameter));
    const auto loss = [&] {
      const torch::AutoGradMode gradient(true);
      // The edge loss is computed in float32, whose steps are too coarse here.
      auto out = network.forward(batch.input);
      if (out.edge.defined()) out.edge = torch::zeros_like(out.edge);
      return trainer.objective().terms(network.plan, out, batch, Negative::over).total;
    };
    const auto gradients = torch::autograd::grad({loss()}, network.parameters(), {}, c10::nullopt, false, true);
    for (int direction = 0; direction < 2; ++direction) {
      std::vector<torch::Tensor> along;
      double expected = 0;
      for (std::size_t i = 0; i < gradients.size(); ++i) {
        along.push_back(torch::randn_like(network.parameters()[i]));
        if (gradients[i].defined()) expected += (gradients[i] * along[i]).sum().item<double>();
      }
      constexpr double kStep = 1e-9;  // deep networks with normalisation are far from linear
      const auto move = [&](double by) { at::_foreach_add_(network.parameters(), along, by); };
      move(kStep);
      const double above = loss().item<double>();
      move(-2 * kStep);
      const double below = loss().item<double>();
      move(kStep);
      CHECK((above - below) / (2 * kStep) == Approx(expected).epsilon(1e-3));
    }
  }
}

TEST_CASE("one batch is learnt by heart") {
  TrainerOptions options = lite_options();
  options.sizes = {.width = 24, .blocks = 3};
  options.recipe.set(11, false);  // the total variation of the truth itself is no error
  const auto trainer = make_trainer(options, {});
  const TrainingBatch batch = scene_batch(2, 16, 4);
  const double first = trainer->step(batch, Negative::input, 3e-3).find("total");
  double last = first;
  for (int i = 0; i < 600 && last > 0.05 * first; ++i) {
    last = trainer->step(batch, Negative::input, i < 300 ? 3e-3 : 1e-3).find("total");
  }
  CHECK(last < 0.05 * first);
  CHECK(trainer->evaluate(batch, Negative::input).find("total") < 0.06 * first);
  CHECK(trainer->evaluate(batch, Negative::input).psnr > 22);
}

TEST_CASE("a restored training goes on bit for bit") {
  struct Case {
    const char* name;
    TrainerOptions options;
  };
  const TensorFile segmenter = random_segmenter(3);
  TrainerOptions averaged = normalised_options(), sgd = lite_options(), drifting = normalised_options();
  averaged.ema = 0.9;
  averaged.accumulate = 3;  // five steps end in the middle of a group
  sgd.optimizer = OptimizerKind::sgd;
  drifting.mode = TrainingMode::semantic;
  drifting.recipe = Recipe::reference();
  drifting.recipe.set(12, true);  // so that dropout and statistics of the segmenter reach the weights
  const auto& [name, options] = GENERATE_COPY(values<Case>(
      {{"adam, averages, groups", averaged}, {"sgd", sgd}, {"drifting segmenter with dropout", drifting}}));
  INFO(name);
  const GuideWeights guides{.segmenter = &segmenter};
  const auto run = [&](Trainer& trainer, int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto report = trainer.step(scene_batch(2, 32, static_cast<std::uint64_t>(i)), Negative::input, 1e-3);
      REQUIRE(report.is_finite);
    }
  };
  const auto whole = make_trainer(options, guides), first = make_trainer(options, guides);
  run(*whole, 0, 10);
  run(*first, 0, 5);
  const auto second = make_trainer(options, guides);
  const Checkpoint middle = first->state();
  second->restore(middle);
  CHECK(same_state(second->state(), middle));
  run(*second, 5, 10);
  CHECK(same_state(second->state(), whole->state()));
  CHECK_FALSE(same_state(middle, whole->state()));
  const TrainingBatch held_out = scene_batch(2, 32, 99);
  CHECK(second->evaluate(held_out, Negative::input).values == whole->evaluate(held_out, Negative::input).values);
}

TEST_CASE("weights that were taken out compute the same") {
  for (const TrainerOptions& options : {lite_options(), normalised_options()}) {
    INFO(options.network);
    SmootherTrainer trainer(options, {});
    for (int i = 0; i < 3; ++i) trainer.step(scene_batch(2, 16, 6), Negative::input, 1e-3);
    const TensorFile weights = trainer.weights();
    CHECK(weights.metadata.at("kind") == options.network);
    CHECK(kinds_of_state(weights).front() == options.network);
    Smoother loaded = build_smoother(network_kind(options.network), options.sizes);
    load_state(*loaded, as_torch(weights));
    loaded->eval();
    trainer.network().eval();
    use_channels_last(*loaded);  // other kernels round otherwise
    const torch::NoGradGuard no_gradient;
    const torch::Tensor image = torch::rand({1, 3, 17, 22}).contiguous(torch::MemoryFormat::ChannelsLast);
    CHECK(torch::equal(smoothed(loaded->forward(image)), smoothed(trainer.network().forward(image))));
  }
}

TEST_CASE("a step that is not finite changes nothing") {
  for (const TrainerOptions& options : {lite_options(), normalised_options()}) {
    INFO(options.network);
    const auto trainer = make_trainer(options, {});
    const TrainingBatch batch = scene_batch(2, 16, 7);
    REQUIRE(trainer->step(batch, Negative::input, 1e-3).is_finite);
    Checkpoint broken = trainer->state();
    TensorFile state;
    for (csgis::Tensor& tensor : broken.state.tensors) {
      std::vector<std::byte> bytes(tensor.bytes.begin(), tensor.bytes.end());
      const float nan = std::nanf("");
      if (tensor.name == "descriptor.conv_in.weight") std::memcpy(bytes.data(), &nan, sizeof nan);
      state.add_copy({tensor.name, tensor.dtype, tensor.shape, bytes});
    }
    state.metadata = broken.state.metadata;
    broken.state = state;
    trainer->restore(broken);
    const StepReport report = trainer->step(batch, Negative::input, 1e-3);
    CHECK_FALSE(report.is_finite);
    CHECK(same_state(trainer->state(), broken));
  }
}

TEST_CASE("averaged weights follow by their decay, and are what is used") {
  TrainerOptions options = normalised_options();
  options.ema = 0.75;
  SmootherTrainer trainer(options, {});
  const auto values = [&](const TensorFile& file, const char* name) { return as_torch(file).at(name).clone(); };
  const char* const name = "refine.9.bias";
  torch::Tensor average = values(trainer.weights(), name);
  for (int i = 0; i < 4; ++i) {
    trainer.step(scene_batch(2, 16, 8), Negative::input, 1e-2);
    average = 0.75 * average + 0.25 * trainer.network().named_parameters()[name].detach();
    CHECK(relative(values(trainer.weights(), name), average) < 1e-5);
  }
  CHECK_FALSE(torch::equal(values(trainer.weights(), name), trainer.network().named_parameters()[name]));
  const char* const statistics = "refine.1.running_mean";
  CHECK(torch::equal(values(trainer.weights(), statistics), trainer.network().named_buffers()[statistics]));
}

TEST_CASE("gathered batches make the step of the larger batch, without batch normalisation") {
  // Both halves have as many edges: their balance is that of the whole. The mean of R-30 makes the terms means.
  TrainingBatch half = scene_batch(3, 16, 9);
  half.label.clear();
  TrainingBatch other = half, whole = half;
  std::reverse(other.input.begin(), other.input.end());
  whole.count = 6;
  for (const auto layer : {&TrainingBatch::input, &TrainingBatch::truth, &TrainingBatch::over, &TrainingBatch::edge}) {
    (whole.*layer).insert((whole.*layer).end(), (other.*layer).begin(), (other.*layer).end());
  }
  TrainerOptions options = lite_options();
  options.optimizer = OptimizerKind::sgd;
  SmootherTrainer large(options, {});
  options.accumulate = 2;
  SmootherTrainer small(options, {});
  const auto biases = [](SmootherTrainer& t) { return t.network().named_parameters()["interpreter2.2.bias"].detach(); };
  for (int i = 0; i < 3; ++i) {
    large.step(whole, Negative::input, 0.1);
    small.step(half, Negative::input, 0.1);
    small.step(other, Negative::input, 0.1);
    CHECK(relative(biases(small), biases(large)) < 1e-4);
    CHECK(biases(large).abs().max().item<double>() > 0);
  }
}

TEST_CASE("bf16 trains near fp32, with weights in fp32") {
  TrainerOptions options = lite_options();
  SmootherTrainer wide(options, {});
  options.precision = NetPrecision::bf16;
  SmootherTrainer narrow(options, {});
  const TrainingBatch batch = scene_batch(2, 16, 10);
  double a = 0, b = 0;
  for (int i = 0; i < 10; ++i) {
    a = wide.step(batch, Negative::input, 1e-3).find("total");
    b = narrow.step(batch, Negative::input, 1e-3).find("total");
  }
  CHECK(b == Approx(a).epsilon(0.03));
  CHECK(b != a);
  for (const auto& parameter : narrow.network().parameters()) CHECK(parameter.scalar_type() == torch::kFloat32);
}

TEST_CASE("edges of the older sets are subtracted in bytes, as published") {
  TrainingBatch batch = scene_batch(1, 8, 11);
  batch.edge_unit = 1;
  batch.edge.assign(64, 0);
  batch.edge[3] = 1;
  batch.edge[5] = 100;
  const BatchTensors tensors = as_tensors(batch, torch::kCPU);
  const torch::Tensor smooth = tensors.smooth.flatten();
  CHECK(smooth[0].item<float>() == 1);
  CHECK(smooth[3].item<float>() == 0);
  CHECK(smooth[5].item<float>() == 157);
  CHECK(tensors.edge.flatten()[5].item<float>() == 100);
  batch.edge.resize(63);
  CHECK_THROWS_WITH(as_tensors(batch, torch::kCPU), ContainsSubstring("edge has 63 bytes"));
}

TEST_CASE("hinges report distances and whether they are at work") {
  TrainerOptions options = lite_options();
  options.mode = TrainingMode::contrastive;
  options.random_vgg = true;
  const auto trainer = make_trainer(options, {});
  const TrainingBatch batch = scene_batch(2, 16, 12);
  trainer->set_margins(1, 1);
  StepReport report = trainer->evaluate(batch, Negative::over);
  CHECK(report.find("active_con") == 1);
  CHECK(report.find("active_gram") == 1);
  CHECK(report.find("contrast") == Approx(report.find("con_pos") - report.find("con_neg") + report.find("gram_pos") -
                                          report.find("gram_neg") + 2));
  trainer->set_margins(-1, -1e3);
  report = trainer->evaluate(batch, Negative::over);
  CHECK(report.find("contrast") == 0);
  CHECK(report.find("active_con") + report.find("active_gram") == 0);
  const auto distances = trainer->negative_distances(batch, Negative::over);
  CHECK(distances[0] > 0.01);
  CHECK(distances[1] > 0);
  CHECK(trainer->negative_distances(batch, Negative::input)[0] != distances[0]);
}

TEST_CASE("what a trainer cannot do is refused") {
  TrainerOptions options = lite_options();
  SECTION("layers that the mode needs") {
    const auto trainer = make_trainer(options, {});
    TrainingBatch batch = scene_batch(1, 16, 13);
    batch.edge.clear();
    CHECK_THROWS_WITH(trainer->step(batch, Negative::input, 1e-3), ContainsSubstring("no layer edge"));
    batch.truth.clear();
    CHECK_THROWS_WITH(trainer->evaluate(batch, Negative::input), ContainsSubstring("no layer truth"));
  }
  SECTION("guides that the mode needs") {
    options.mode = TrainingMode::contrastive;
    CHECK_THROWS_WITH(make_trainer(options, {}), ContainsSubstring("VGG16"));
    options.mode = TrainingMode::semantic;
    CHECK_THROWS_WITH(make_trainer(options, {}), ContainsSubstring("segmentation network"));
    const TensorFile wrong = as_file({{"x", torch::zeros({1})}});
    CHECK_THROWS_AS(make_trainer(options, {.segmenter = &wrong}), DataError);
  }
  SECTION("options") {
    TrainerOptions wrong = options;
    wrong.network = "VGG16_features";
    CHECK_THROWS_AS(make_trainer(wrong, {}), UsageError);
    wrong = options;
    wrong.precision = NetPrecision::fp16;
    CHECK_THROWS_AS(make_trainer(wrong, {}), UsageError);
    wrong = options;
    wrong.ema = 1;
    CHECK_THROWS_AS(make_trainer(wrong, {}), InvalidArgument);
    wrong = options;
    wrong.accumulate = 0;
    CHECK_THROWS_AS(make_trainer(wrong, {}), InvalidArgument);
  }
  SECTION("states of other trainings") {
    const auto trainer = make_trainer(options, {});
    TrainerOptions other = options;
    other.optimizer = OptimizerKind::sgd;
    CHECK_THROWS_WITH(trainer->restore(make_trainer(other, {})->state()), ContainsSubstring("sgd"));
    other = options;
    other.sizes.width = 20;
    CHECK_THROWS_AS(trainer->restore(make_trainer(other, {})->state()), DataError);
  }
}

TEST_CASE("a picture shows one sample") {
  SmootherTrainer trainer(lite_options(), {});
  const TrainingBatch batch = scene_batch(3, 16, 14);
  const SamplePicture picture = trainer.picture(batch, 1);
  const auto part = [&](const std::vector<std::uint8_t>& layer) {
    return std::vector<std::uint8_t>(layer.begin() + 3 * 256, layer.begin() + 6 * 256);
  };
  CHECK(picture.input == part(batch.input));
  CHECK(picture.truth == part(batch.truth));
  CHECK(picture.output == picture.input);  // lite starts as the identity
  CHECK(picture.edge.size() == 256);
  CHECK_THROWS_AS(trainer.picture(batch, 3), InvalidArgument);
}

}  // namespace csgis::nets
