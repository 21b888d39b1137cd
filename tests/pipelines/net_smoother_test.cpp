#include "pipelines/net_smoother.h"

#include "core/error.h"
#include "core/random.h"
#include "datagen/synth_scene.h"
#include "imaging/convert.h"
#include "imaging/decode.h"
#include "model/safetensors.h"
#include "pipelines/image_listing.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/test_folder.h"

#include <algorithm>
#include <cmath>

using namespace csgis;
using namespace csgis::testing;
namespace fs = boost::filesystem;

namespace {

/// The planes of a tensor of one image.
ImageF image_of(const TensorFile& file, const std::string& name) {
  const Tensor* tensor = file.find(name);
  REQUIRE(tensor != nullptr);
  REQUIRE(tensor->shape.size() == 4);
  ImageF image({static_cast<int>(tensor->shape[2]), static_cast<int>(tensor->shape[3])},
               static_cast<int>(tensor->shape[1]));
  std::ranges::copy(stored_values<float>(*tensor), image.data());
  return image;
}

float worst(const ImageF& a, const ImageF& b) {
  REQUIRE(a.size() == b.size());
  REQUIRE(a.channels() == b.channels());
  float largest = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) largest = std::max(largest, std::abs(a.data()[i] - b.data()[i]));
  return largest;
}

/// A small golden network with one input and the sum of its estimates.
struct Sample {
  std::string weights;
  ImageF input, expected;
  float tolerance = 0;
};

Sample golden_sample() {
  const nlohmann::json cases = golden_entries("network").at("networks").at("cases");
  for (const nlohmann::json& entry : cases) {
    if (entry.at("network") != "HDC_edge_refine") continue;
    const fs::path folder = golden_folder("network");
    const TensorFile io = read_safetensors((folder / entry.at("io").get<std::string>()).string());
    Sample sample{(folder / entry.at("weights").get<std::string>()).string(), image_of(io, "x1"),
                  image_of(io, "eval1.out1"), 0};
    const ImageF correction = image_of(io, "eval1.out2");
    float largest = 0;
    for (std::size_t i = 0; i < correction.samples().size(); ++i) {
      sample.expected.data()[i] += correction.data()[i];
      largest = std::max(largest, std::abs(sample.expected.data()[i]));
    }
    sample.tolerance = 2 * largest * entry.at("tolerance").at("max_abs_diff_over_max_abs").get<float>();
    return sample;
  }
  FAIL("the golden set has no HDC_edge_refine");
  return {};
}

ImageF run(const Sample& sample, const std::string& options, const ImageF& image) {
  const auto smoother = make_smoother("net:weights=" + sample.weights + ",kind=HDC_edge_refine" + options);
  return smoother->smooth(image, {}, nullptr);
}

ImageF swapped(const ImageF& image) {
  ImageF result(image.size(), 3);
  for (int c = 0; c < 3; ++c) std::copy_n(image.plane(2 - c), image.size().pixels(), result.plane(c));
  return result;
}

}  // namespace

TEST_CASE("net gives the golden image of its network, in either channel order", "[golden]") {
  const Sample sample = golden_sample();
  CHECK(worst(run(sample, ",colour=rgb", sample.input), sample.expected) <= sample.tolerance);
  CHECK(worst(run(sample, ",colour=bgr", swapped(sample.input)), swapped(sample.expected)) <= sample.tolerance);
  CHECK(worst(run(sample, ",colour=rgb,tile=20", sample.input), sample.expected) <= sample.tolerance);
}

TEST_CASE("amount, limit, passes and rounding are applied to the network's image", "[golden]") {
  const Sample sample = golden_sample();
  const ImageF once = run(sample, "", sample.input);
  CHECK(worst(run(sample, ",amount=0", sample.input), sample.input) == 0);
  const ImageF half = run(sample, ",amount=0.5", sample.input);
  for (const std::size_t i : {std::size_t{0}, half.samples().size() / 2}) {
    CHECK(half.data()[i] == Approx((sample.input.data()[i] + once.data()[i]) / 2));
  }
  const float change = worst(once, sample.input), limited = worst(run(sample, ",limit=5", sample.input), sample.input);
  CHECK(change > 6.0F / 255);
  CHECK(limited == Approx(5.0F / 255).epsilon(1e-4));
  CHECK(worst(run(sample, ",limit=0", sample.input), once) == 0);
  CHECK(worst(run(sample, ",passes=2", sample.input), run(sample, "", once)) <= 1e-6F);
  const ImageF levels = run(sample, ",rounding=truncate", sample.input);
  for (std::size_t i = 0; i < levels.samples().size(); ++i) {
    const float level = levels.data()[i] * 255;
    CHECK(std::abs(level - std::round(level)) < 1e-3F);
    CHECK(level <= std::clamp(once.data()[i] * 255, 0.0F, 255.0F) + 1e-3F);
  }
  const ImageF small = run(sample, ",scale=0.5", sample.input);
  CHECK(small.size() == sample.input.size());
  CHECK(worst(small, once) > 0);
}

TEST_CASE("a grey image stays grey", "[golden]") {
  const Sample sample = golden_sample();
  ImageF grey({20, 24}, 1), colour({20, 24}, 3);
  for (std::size_t i = 0; i < grey.samples().size(); ++i) {
    grey.data()[i] = static_cast<float>(i % 7) / 7;
    for (int c = 0; c < 3; ++c) colour.plane(c)[i] = grey.data()[i];
  }
  const ImageF result = run(sample, "", grey), as_colour = run(sample, "", colour);
  REQUIRE(result.channels() == 1);
  const float mean = (as_colour.plane(0)[5] + as_colour.plane(1)[5] + as_colour.plane(2)[5]) / 3;
  CHECK(result.data()[5] == Approx(mean).margin(1e-6));
}

TEST_CASE("the network that ships removes texture and keeps structure") {
  SilentRun silent;
  const auto net = make_smoother("net", {Device::cpu, 1, &silent.context().log});
  CHECK(silent.messages.empty());  // it says its channel order
  CHECK(make_smoother(net->text())->identity() == net->identity());
  const SynthScene scene = synth_scene(77, 3, Size{160, 200});
  const ImageF truth = to_float(scene.image);
  ImageF blend = truth.clone();
  Random random(5, "texture", "");
  for (int y = 0; y < blend.height(); ++y) {
    for (int x = 0; x < blend.width(); ++x) {
      const auto wave = static_cast<float>(0.06 * std::sin(0.9 * x + 0.4 * y) + 0.02 * random.normal());
      for (int c = 0; c < 3; ++c) blend.row(c, y)[x] += wave;
    }
  }
  const auto squared_error = [&](const ImageF& image) {
    double sum = 0;
    for (std::size_t i = 0; i < image.samples().size(); ++i) sum += std::pow(image.data()[i] - truth.data()[i], 2);
    return sum;
  };
  CHECK(squared_error(net->smooth(blend, {}, nullptr)) < 0.5 * squared_error(blend));
  CHECK(squared_error(net->smooth(truth, {}, nullptr)) < 0.1 * squared_error(blend));
}

TEST_CASE("what cannot be meant of a network is wrong usage; what is assumed is said", "[golden]") {
  const Sample sample = golden_sample();
  CHECK_THROWS_WITH(make_smoother("nett"), ContainsSubstring("did you mean 'net'"));
  CHECK_THROWS_AS(make_smoother("net:weights=" + sample.weights + ",passes=0"), UsageError);
  CHECK_THROWS_AS(make_smoother("net:weights=" + sample.weights + ",precision=fp16"), UsageError);
  CHECK_THROWS_WITH(make_smoother("net:weights=" + sample.weights + ",kind=HDC_edge_refin"),
                    ContainsSubstring("did you mean 'HDC_edge_refine'"));
  CHECK_THROWS_AS(make_smoother("net:weights=/no/such/file"), IoError);

  SilentRun silent;
  const std::string text = "net:weights=" + sample.weights;
  const auto assumed = make_smoother(text, {Device::cpu, 1, &silent.context().log});
  CHECK_THAT(silent.messages, ContainsSubstring("rgb is assumed"));
  silent.messages.clear();
  make_smoother(text + ",colour=bgr", {Device::cpu, 1, &silent.context().log});
  CHECK(silent.messages.empty());
  CHECK(make_smoother(assumed->text())->text() == assumed->text());
  CHECK(assumed->content().size() == 64);
}

TEST_CASE("colour=bgr,rounding=truncate is the published inference program", "[golden]") {
  const nlohmann::json index = golden_entries("network");
  if (!index.contains("inference")) return;
  const fs::path folder = golden_folder("network");
  const std::string about =
      nlohmann::json::parse(read_file_bytes(folder / index["inference"]["file"].get<std::string>())).at("about");
  std::string weights;
  for (const nlohmann::json& entry : index.at("checkpoints").at("files")) {
    const std::string path = entry.at("path");
    if (about.find(path) != std::string::npos) weights = (folder / path).string();
  }
  REQUIRE_FALSE(weights.empty());
  const auto smoother = make_smoother("net:weights=" + weights + ",colour=bgr,rounding=truncate");
  const fs::path root = (folder / index["inference"]["file"].get<std::string>()).parent_path();
  std::size_t samples = 0, different = 0;
  for (const ListedImage& listed : list_images((root / "in").string(), "in")) {
    INFO(listed.file);
    const Image8 expected = to_colour8(decode_image(read_file_bytes(root / "out" / listed.file)));
    const Image8 actual =
        to_image8(smoother->smooth(to_float(to_colour8(decode_image(read_file_bytes(listed.path)))), {}, nullptr));
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.samples().size(); ++i) {
      const int difference = std::abs(int{actual.data()[i]} - int{expected.data()[i]});
      CHECK(difference <= 1);
      different += difference != 0 ? 1 : 0;
    }
    samples += actual.samples().size();
  }
  CHECK(samples > 0);
  CHECK(static_cast<double>(different) <= 0.005 * static_cast<double>(samples));
}
