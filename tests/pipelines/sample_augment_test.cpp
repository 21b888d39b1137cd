/// Whole training samples: as the published program makes them from the same random draws, and corrected.

#include "pipelines/sample_augment.h"
#include "model/safetensors.h"
#include "pipelines/layer_store.h"
#include "tests/pipelines/sample_sets.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace csgis;
using namespace csgis::testing;
namespace fs = boost::filesystem;

namespace {

/// A sample of a golden set, whole.
SampleLayers golden_sample(const fs::path& pair, std::shared_ptr<const SampleSource>& source) {
  SampleOptions options = options_for(pair.parent_path().parent_path());
  source = open_samples(options, 0);
  for (std::uint64_t i = 0; i < source->size(true); ++i) {
    if (source->key(true, i) == pair.stem().string()) return source->load(true, 0, i, {true, true, true});
  }
  FAIL("no sample " << pair);
  return {};
}

double drawn(const nlohmann::json& draws, std::size_t i) {
  return draws.at(i).back().get<double>();
}

/// The draws of one kind, in their order.
std::vector<nlohmann::json> draws_of(const nlohmann::json& draws, const std::string& kind) {
  std::vector<nlohmann::json> found;
  for (const auto& draw : draws) {
    if (draw.front() == kind) found.push_back(draw.back());
  }
  return found;
}

/// Nothing is drawn for the place of a crop that fills the image, and nothing but the place for validation.
SampleDraw four_folder_draw(const nlohmann::json& draws, std::int64_t patch) {
  SampleDraw draw{0, 0, patch, patch, {}};
  const auto places = draws_of(draws, "randint"), uniform = draws_of(draws, "uniform");
  if (!places.empty()) {
    draw.top = places.at(0);
    draw.left = places.at(1);
  }
  if (uniform.empty()) return draw;
  draw.augment.flip = draws_of(draws, "random").at(0) < 0.5;
  draw.augment.angle = uniform.at(0);
  draw.augment.brightness = uniform.at(1);
  draw.augment.contrast = uniform.at(2);
  draw.augment.hue = uniform.at(3);
  const nlohmann::json order = draws_of(draws, "shuffle").at(0);
  for (std::size_t i = 0; i < 3; ++i) draw.augment.order[i] = order.at(i);
  return draw;
}

SampleDraw edge_set_draw(const nlohmann::json& draws, std::int64_t patch) {
  const auto whole = [&](std::size_t i) { return static_cast<std::int64_t>(drawn(draws, i)); };
  SampleDraw draw{whole(2), whole(3), patch + whole(0), patch + whole(1), {}};
  draw.augment.flip = drawn(draws, 4) > 0.5;
  draw.augment.angle = drawn(draws, 5);
  draw.augment.hue = drawn(draws, 6);
  draw.augment.contrast = drawn(draws, 7);
  draw.augment.brightness = drawn(draws, 8);
  draw.augment.order[0] = 2;
  draw.augment.order[1] = 1;
  draw.augment.order[2] = 0;
  return draw;
}

/// A tensor as bytes: floats are multiples of 1/255.
std::vector<int> golden_bytes(const TensorFile& file, const std::string& name) {
  const Tensor& tensor = *std::ranges::find(file.tensors, name, &Tensor::name);
  std::vector<int> bytes;
  const bool is_float = tensor.dtype == DType::f32;
  for (std::size_t i = 0; i < tensor.bytes.size(); i += size_of(tensor.dtype)) {
    if (!is_float) {
      bytes.push_back(std::to_integer<int>(tensor.bytes[i]));
      continue;
    }
    float value = 0;
    std::memcpy(&value, tensor.bytes.data() + i, sizeof value);
    bytes.push_back(static_cast<int>(std::lround(value * 255)));
  }
  return bytes;
}

/// How many values are further apart than `levels`.
std::size_t beyond(const std::vector<std::uint8_t>& ours, const std::vector<int>& golden, int levels) {
  if (ours.size() != golden.size()) return golden.size();
  std::size_t count = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) count += std::abs(int{ours[i]} - golden[i]) > levels ? 1 : 0;
  return count;
}

nlohmann::json golden_cases(const std::string& kind) {
  const auto bytes = read_file_bytes(golden_folder("augment") / "data.json");
  nlohmann::json cases = nlohmann::json::parse(bytes.begin(), bytes.end()).at(kind);
  REQUIRE(!cases.empty());
  return cases;
}

}  // namespace

TEST_CASE("samples of the four-folder set are the published ones", "[golden]") {
  const nlohmann::json cases = golden_cases("pipeline_F");
  for (const auto& entry : cases) {
    INFO(entry.at("output").get<std::string>());
    std::shared_ptr<const SampleSource> source;
    const SampleLayers sample = golden_sample(golden_folder("augment") / entry.at("image").get<std::string>(), source);
    const std::int64_t patch = entry.at("patch");
    const SampleDraw draw = four_folder_draw(entry.at("draws"), patch);
    const bool is_training = !draws_of(entry.at("draws"), "uniform").empty();
    const SampleForm form{AugmentationStyle::four_folders,
                          is_training ? Augmentation::exact : Augmentation::none,
                          Recipe::reference(),
                          {true, true, true}};
    TrainingBatch batch = empty_batch(form, 1, patch, patch);
    put_sample(sample, draw, form, batch, 0);
    const TensorFile golden =
        read_safetensors((golden_folder("augment") / entry.at("output").get<std::string>()).string());
    CHECK(beyond(batch.input, golden_bytes(golden, "OB"), 1) == 0);  // the set's own tolerance: 1/255
    CHECK(beyond(batch.truth, golden_bytes(golden, "GT"), 1) == 0);
    CHECK(beyond(batch.over, golden_bytes(golden, "OV"), 0) == 0);
    CHECK(beyond(batch.edge, golden_bytes(golden, "EG"), 0) == 0);
    CHECK(beyond(batch.label, golden_bytes(golden, "SE"), 0) == 0);
    CHECK(batch.edge_unit == 255);
  }
}

TEST_CASE("samples of the edge set are the published ones", "[golden]") {
  const nlohmann::json cases = golden_cases("pipeline_E");
  for (const auto& entry : cases) {
    INFO(entry.at("output").get<std::string>());
    std::shared_ptr<const SampleSource> source;
    const SampleLayers sample = golden_sample(golden_folder("augment") / entry.at("image").get<std::string>(), source);
    const std::int64_t patch = entry.at("patch");
    const SampleForm form{AugmentationStyle::edge_set, Augmentation::exact, Recipe::reference(), {true, false, false}};
    TrainingBatch batch = empty_batch(form, 1, patch, patch);
    put_sample(sample, edge_set_draw(entry.at("draws"), patch), form, batch, 0);
    const TensorFile golden =
        read_safetensors((golden_folder("augment") / entry.at("output").get<std::string>()).string());
    CHECK(beyond(batch.edge, golden_bytes(golden, "EG"), 0) == 0);
    CHECK(batch.edge_unit == 1);
    CHECK(form.is_bgr());
    // A value that falls on the other side of a whole number before the jitter may turn by one step of hue.
    const std::size_t few = batch.input.size() / 200;
    CHECK(beyond(batch.input, golden_bytes(golden, "OB"), 2) <= few);
    CHECK(beyond(batch.truth, golden_bytes(golden, "GT"), 2) <= few);
  }
}

namespace {

struct OwnSample {
  Image8 input = numbered_image({60, 50}, 3, 1), edge = edge_image({60, 50}, 1);
  LabelMap label{Size{60, 50}};
  SampleLayers layers;

  OwnSample() {
    for (std::size_t i = 0; i < label.samples().size(); ++i) label.samples()[i] = i % 11 < 5 ? 255 : 7;
    const auto plane = [](const Image8& image, int c) {
      return ImagePlane{image.data() + c, image.height(), image.width(),
                        static_cast<std::ptrdiff_t>(image.row_samples()), image.channels()};
    };
    for (int c = 0; c < 3; ++c) {
      const auto at = static_cast<std::size_t>(c);
      layers.input[at] = layers.truth[at] = layers.over[at] = plane(input, c);
    }
    layers.edge = plane(edge, 0);
    layers.label = {label.data(), 60, 50, 50, 1};
  }
};

TrainingBatch augmented(const OwnSample& sample, AugmentationStyle style, const Recipe& recipe, std::uint64_t seed) {
  const SampleForm form{style, Augmentation::exact, recipe, {true, true, true}};
  Random random(seed, "test", "");
  const SampleDraw draw = style == AugmentationStyle::edge_set ? draw_edge_set(random, {60, 50}, 32)
                                                               : draw_four_folders(random, {60, 50}, 32);
  TrainingBatch batch = empty_batch(form, 1, 32, 32);
  put_sample(sample.layers, draw, form, batch, 0);
  return batch;
}

Recipe with(std::initializer_list<int> fixes) {
  Recipe recipe;
  for (const int number : fixes) recipe.set(number, true);
  return recipe;
}

std::set<int> values_of(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("R-21: the over-smoothed image goes where the ground truth goes") {
  const OwnSample sample;
  for (const auto style : {AugmentationStyle::four_folders, AugmentationStyle::edge_set}) {
    const TrainingBatch published = augmented(sample, style, with({}), 3),
                        corrected = augmented(sample, style, with({21}), 3);
    CHECK(published.over != published.truth);
    CHECK(corrected.over == corrected.truth);
    CHECK(corrected.truth == published.truth);
  }
}

TEST_CASE("R-22, R-31: an edge begins at 100") {
  OwnSample sample;
  for (std::size_t i = 0; i < sample.edge.samples().size(); ++i) {
    sample.edge.samples()[i] = static_cast<std::uint8_t>(i % 3 == 0 ? 99 : i % 3 == 1 ? 100 : 101);
  }
  using enum AugmentationStyle;
  CHECK(values_of(augmented(sample, four_folders, with({}), 1).edge) == std::set{0, 99, 100, 101});
  CHECK(values_of(augmented(sample, four_folders, with({31}), 1).edge) == std::set{0, 255});
  CHECK(values_of(augmented(sample, edge_set, with({23}), 1).edge) == std::set{0, 1, 100});
  CHECK(values_of(augmented(sample, edge_set, with({22, 23}), 1).edge) == std::set{0, 1});
}

TEST_CASE("R-23: labels keep their values") {
  const OwnSample sample;
  CHECK(values_of(augmented(sample, AugmentationStyle::edge_set, with({}), 1).label).size() > 3);
  CHECK(values_of(augmented(sample, AugmentationStyle::edge_set, with({23}), 1).label) == std::set{0, 7, 255});
  CHECK(values_of(augmented(sample, AugmentationStyle::four_folders, with({}), 1).label) == std::set{0, 7, 255});
}

TEST_CASE("R-24: the edge set has its channels in the order R,G,B") {
  OwnSample sample;
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 50; ++x) {
      std::uint8_t* const pixel = sample.input.at(y, x);
      pixel[0] = 200;
      pixel[1] = pixel[2] = 10;
    }
  }
  const SampleForm published{AugmentationStyle::edge_set, Augmentation::none, with({}), {}};
  const SampleForm corrected{AugmentationStyle::edge_set, Augmentation::none, with({24}), {}};
  for (const SampleForm& form : {published, corrected}) {
    TrainingBatch batch = empty_batch(form, 1, 60, 50);
    put_sample(sample.layers, draw_crop(nullptr, {60, 50}, 60, 50), form, batch, 0);
    CHECK(int{batch.input.front()} == (form.is_bgr() ? 10 : 200));
    CHECK(int{batch.input.back()} == (form.is_bgr() ? 200 : 10));
  }
}

TEST_CASE("draws keep to their ranges and use them") {
  double least_angle = 90, most_angle = -90;
  std::set<int> orders, flips;
  std::set<std::int64_t> tops, heights;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed, "test", "");
    const SampleDraw draw = draw_four_folders(random, {40, 70}, 32);
    CHECK((draw.top >= 0 && draw.top <= 8 && draw.left >= 0 && draw.left <= 38));
    CHECK(std::abs(draw.augment.angle) <= 45);
    CHECK((draw.augment.brightness >= 0.3 && draw.augment.contrast <= 1.7 && std::abs(draw.augment.hue) <= 0.3));
    tops.insert(draw.top);
    flips.insert(draw.augment.flip);
    orders.insert(draw.augment.order[0] * 9 + draw.augment.order[1] * 3 + draw.augment.order[2]);
    least_angle = std::min(least_angle, draw.augment.angle);
    most_angle = std::max(most_angle, draw.augment.angle);
    Random again(seed, "test", "");
    const SampleDraw sized = draw_edge_set(again, {60, 60}, 32);
    CHECK((sized.height >= 24 && sized.height <= 40 && sized.top + sized.height < 60));
    CHECK(sized.augment.angle == std::floor(sized.augment.angle));
    heights.insert(sized.height);
  }
  CHECK(tops.size() == 9);
  CHECK(heights.size() == 17);
  CHECK(orders.size() == 6);
  CHECK(flips.size() == 2);
  CHECK(least_angle < -40);
  CHECK(most_angle > 40);
}
