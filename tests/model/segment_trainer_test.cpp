#include <torch/torch.h>

#include "tests/model/training_samples.h"
#include "tests/support/catch.h"

#include "core/error.h"
#include "model/confusion.h"
#include "model/detail/guides.h"
#include "model/detail/segment_trainer.h"
#include "model/detail/torch_trainer.h"

#include <numeric>

namespace csgis::nets {
namespace {

TrainerOptions segment_options() {
  TrainerOptions options;
  options.task = TrainingTask::segment;
  options.network = "DeepLabV3Plus_MobileNetV2";
  options.sizes = {.out = 3};
  options.threads = 2;
  return options;
}

}  // namespace

TEST_CASE("a segmenter learns where the square is") {
  const auto trainer = make_trainer(segment_options(), {});
  TrainingBatch batch = scene_batch(2, 33, 1);
  batch.label[0] = batch.label[1] = 255;
  const StepReport first = trainer->step(batch, Negative::input, 1e-3);
  StepReport last = first;
  for (int i = 0; i < 9; ++i) last = trainer->step(batch, Negative::input, 1e-3);
  CHECK(last.find("total") < 0.7 * first.find("total"));
  CHECK(mean_intersection(last.confusion) > mean_intersection(first.confusion));
  CHECK(std::accumulate(last.confusion.begin(), last.confusion.end(), 0.0) == 2 * 33 * 33 - 2);  // two are void

  const SamplePicture picture = trainer->picture(batch, 1);
  CHECK(picture.output.size() == 3 * 33 * 33);
  CHECK(picture.edge.empty());

  // What was trained guides a smoother, in the way it was trained.
  const TensorFile weights = trainer->weights();
  CHECK(weights.metadata.at(kNormalisedNote) == "imagenet");
  TrainerOptions guided = lite_options();
  guided.mode = TrainingMode::semantic;
  const auto smoother = make_trainer(guided, {.segmenter = &weights});
  CHECK(std::isfinite(smoother->step(scene_batch(2, 32, 2), Negative::input, 1e-3).find("segmentation")));
}

TEST_CASE("a segmenter refuses what it cannot learn from") {
  const auto trainer = make_trainer(segment_options(), {});
  TrainingBatch batch = scene_batch(2, 33, 1);
  batch.keys = {"first", "second"};
  batch.label[33 * 33 + 5] = 3;
  CHECK_THROWS_WITH(trainer->step(batch, Negative::input, 1e-3), ContainsSubstring("labels of second"));
  batch.label.clear();
  CHECK_THROWS_WITH(trainer->evaluate(batch, Negative::input), ContainsSubstring("no layer label"));
  CHECK_THROWS_WITH(trainer->step(scene_batch(1, 33, 1), Negative::input, 1e-3), ContainsSubstring("a batch of 1"));
  CHECK_THROWS_AS(trainer->set_margins(1, 1), InvalidArgument);
  TrainerOptions wrong = segment_options();
  wrong.network = "lite";
  CHECK_THROWS_AS(make_trainer(wrong, {}), UsageError);
}

TEST_CASE("the mean intersection over union counts classes that occur, without void") {
  // Class 0: 1 of 2, class 1: 2 of 3, class 3 found once and nowhere there: 0; class 2 does not occur.
  const torch::Tensor label = torch::tensor({0, 0, 1, 1, 255, 255, 1}).to(torch::kUInt8).view({1, 1, 7});
  const torch::Tensor found = torch::tensor({0, 3, 1, 1, 2, 0, 0}).view({1, 1, 7});
  // Class 0: both 1, either 0,1 of the label and the last one found: 3. Class 1: both 2 of 3.
  const auto score = [&](const torch::Tensor& truth) {
    const torch::Tensor table = confusion(found, truth, 4);
    return mean_intersection({table.data_ptr<double>(), table.data_ptr<double>() + table.numel()});
  };
  CHECK(score(label) == Approx((1.0 / 3 + 2.0 / 3 + 0) / 3));
  CHECK(std::isnan(score(torch::full_like(label, 255))));
}

TEST_CASE("classes have the colours of VOC") {
  const torch::Tensor colours = voc_colours(torch::arange(256).view({1, 256}));
  const auto colour = [&](int i) {
    std::array<int, 3> c{};
    for (int k = 0; k < 3; ++k) c[static_cast<std::size_t>(k)] = colours[k][0][i].item<int>();
    return c;
  };
  CHECK(colour(0) == std::array{0, 0, 0});
  CHECK(colour(1) == std::array{128, 0, 0});
  CHECK(colour(2) == std::array{0, 128, 0});
  CHECK(colour(8) == std::array{64, 0, 0});
  CHECK(colour(15) == std::array{192, 128, 128});
  CHECK(colour(20) == std::array{0, 64, 128});
  CHECK(colour(255) == std::array{224, 224, 192});
}

}  // namespace csgis::nets
