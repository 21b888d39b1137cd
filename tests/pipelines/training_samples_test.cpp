/// The stream of batches: what it holds depends on (seed, epoch, index) alone.

#include "datagen/edge_map.h"
#include "pipelines/sample_planes.h"
#include "pipelines/shared_cache.h"
#include "tests/pipelines/sample_sets.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <thread>

using namespace csgis;
using namespace csgis::testing;

namespace {

std::vector<TrainingBatch> two_epochs(SampleStream& stream) {
  std::vector<TrainingBatch> batches;
  for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
    for (std::uint64_t i = 0; i < stream.batches_per_epoch(); ++i) batches.push_back(stream.batch(epoch, i));
  }
  return batches;
}

bool same(const std::vector<TrainingBatch>& a, const std::vector<TrainingBatch>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return csgis::testing::same(x, y); });
}

SampleOptions synth_options(int patch = 32, int batch = 4) {
  SampleOptions options = options_for(kSynthData, patch, batch);
  options.synth_epoch = 24;
  options.synth_val = 6;
  return options;
}

}  // namespace

TEST_CASE("the stream is the same with any number of workers, after a jump and in another order") {
  const TestFolder folder;
  write_numbered_set(folder, 4, 3);
  for (const SampleOptions& options : {options_for(folder.path()), synth_options()}) {
    INFO(options.data);
    const auto stream_with = [&](int workers) {
      return std::make_unique<SampleStream>(open_samples(options, 5), StreamUse::train, options, setup_for(5, workers));
    };
    const auto plain = stream_with(0);
    const std::vector<TrainingBatch> expected = two_epochs(*plain);
    REQUIRE(expected.size() >= 8);
    for (const int workers : {1, 3}) CHECK(same(two_epochs(*stream_with(workers)), expected));
    const auto jumping = stream_with(2);
    const std::uint64_t count = jumping->batches_per_epoch();
    for (const std::uint64_t place : {count + 1, std::uint64_t{2}, std::uint64_t{3}, 2 * count - 1, std::uint64_t{0}}) {
      CHECK(testing::same(jumping->batch(place / count, place % count), expected[place]));
    }
    const auto other_seed =
        std::make_unique<SampleStream>(open_samples(options, 6), StreamUse::train, options, setup_for(6));
    CHECK(!testing::same(other_seed->batch(0, 0), expected[0]));
  }
}

TEST_CASE("an epoch goes once through the training samples, each time in another order; the rest is left out") {
  const TestFolder folder;
  write_numbered_set(folder, 5, 2);  // 10 samples, batches of 3
  const SampleOptions options = options_for(folder.path());
  SampleStream stream(open_samples(options, 1), StreamUse::train, options, setup_for());
  CHECK(stream.batches_per_epoch() == 3);
  CHECK(stream.samples_per_epoch() == 9);
  std::vector<std::string> keys[2];
  for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
    for (std::uint64_t i = 0; i < 3; ++i) {
      const TrainingBatch batch = stream.batch(epoch, i);
      CHECK((batch.count == 3 && batch.height == 16 && batch.width == 16));
      CHECK((batch.input.size() == 3 * 3 * 256 && batch.over.size() == 3 * 3 * 256 && batch.label.size() == 3 * 256));
      keys[epoch].insert(keys[epoch].end(), batch.keys.begin(), batch.keys.end());
    }
    CHECK(std::set<std::string>(keys[epoch].begin(), keys[epoch].end()).size() == 9);
  }
  CHECK(keys[0] != keys[1]);
  CHECK_THROWS_AS(stream.batch(0, 3), InvalidArgument);
}

TEST_CASE("layers that are not needed stay out, those that belong together stay together") {
  const TestFolder folder;
  write_numbered_set(folder, 3, 3);
  SampleOptions options = options_for(folder.path());
  options.augment = Augmentation::none;
  options.patch = 36;
  StreamSetup setup = setup_for();
  setup.needed = {true, false, false};
  SampleStream stream(open_samples(options, 1), StreamUse::train, options, setup);
  const TrainingBatch batch = stream.batch(0, 0);
  CHECK((batch.over.empty() && batch.label.empty() && !batch.edge.empty() && batch.draws.empty()));
  for (std::int64_t k = 0; k < batch.count; ++k) {
    const int index = std::stoi(batch.keys[static_cast<std::size_t>(k)]);
    const Image8 truth = numbered_image({40, 36}, 3, index % 3), input = numbered_image({40, 36}, 3, 1000 + index);
    const Image8 edge = edge_image({40, 36}, index % 3);
    const auto at = [&](const std::vector<std::uint8_t>& layer, std::int64_t plane) {
      return layer.begin() + plane * 36 * 36;
    };
    bool found = false;
    for (int top = 0; top <= 4 && !found; ++top) {  // the crop is as wide as the image
      found = std::equal(edge.row(top), edge.row(top) + 36 * 36, at(batch.edge, k));
      for (int c = 0; c < 3 && found; ++c) {
        for (int y = 0; y < 36; ++y) {
          for (int x = 0; x < 36; ++x) {
            found = found && at(batch.truth, 3 * k + c)[y * 36 + x] == truth.at(top + y, x)[c] &&
                    at(batch.input, 3 * k + c)[y * 36 + x] == input.at(top + y, x)[c];
          }
        }
      }
    }
    CHECK(found);
  }
}

TEST_CASE("ranks share the batches of one process with the larger batch") {
  const TestFolder folder;
  write_numbered_set(folder, 4, 3);
  const SampleOptions one = options_for(folder.path(), 16, 4), part = options_for(folder.path(), 16, 2);
  SampleStream whole(open_samples(one, 1), StreamUse::train, one, setup_for());
  for (std::uint64_t rank = 0; rank < 2; ++rank) {
    StreamSetup setup = setup_for();
    setup.rank = rank;
    setup.ranks = 2;
    SampleStream stream(open_samples(part, 1), StreamUse::train, part, setup);
    CHECK(stream.batches_per_epoch() == whole.batches_per_epoch());
    for (std::uint64_t i = 0; i < stream.batches_per_epoch(); ++i) {
      const TrainingBatch all = whole.batch(1, i), mine = stream.batch(1, i);
      const auto half = static_cast<std::ptrdiff_t>(rank) * static_cast<std::ptrdiff_t>(mine.input.size());
      CHECK(std::equal(mine.input.begin(), mine.input.end(), all.input.begin() + half));
      CHECK(mine.keys[0] == all.keys[2 * rank]);
    }
  }
}

TEST_CASE("augmentation left to the device is what the stream would have done") {
  const TestFolder folder;
  write_numbered_set(folder, 4, 3);
  SampleOptions options = options_for(folder.path());
  options.augment = Augmentation::device;
  SampleStream crops(open_samples(options, 1), StreamUse::train, options, setup_for());
  const TrainingBatch batch = crops.batch(0, 0);
  REQUIRE(batch.draws.size() == 3);
  CHECK(batch.draws[0] != batch.draws[1]);
  options.style = AugmentationStyle::edge_set;
  CHECK_THROWS_WITH(SampleStream(open_samples(options, 1), StreamUse::train, options, setup_for()),
                    ContainsSubstring("four-folders"));
}

TEST_CASE("R-16: validation takes the held-out samples and does not change; as published it takes others each time") {
  const TestFolder folder;
  write_numbered_set(folder, 5, 2);
  SampleOptions options = options_for(folder.path());
  StreamSetup setup = setup_for();
  setup.recipe.set(16, true);
  const auto source = open_samples(options, 1);
  SampleStream fixed(source, StreamUse::validation, options, setup);
  CHECK(fixed.samples_per_epoch() == 5);
  CHECK(fixed.batches_per_epoch() == 3);
  CHECK(fixed.batch(0, 0).keys == std::vector<std::string>{"10", "11"});
  CHECK(fixed.batch(0, 2).count == 1);
  CHECK(same(fixed.batch(0, 1), fixed.batch(7, 1)));
  options.validation = ValidationForm::whole;
  SampleStream whole(source, StreamUse::validation, options, setup);
  CHECK(whole.batches_per_epoch() == 5);
  CHECK((whole.batch(0, 0).height == 40 && whole.batch(0, 0).width == 36));
  CHECK(int{whole.batch(0, 0).truth[0]} == int{numbered_image({40, 36}, 3, 0).row(0)[0]});
  setup.recipe.set(16, false);
  SampleStream published(source, StreamUse::validation, options, setup);
  CHECK(published.samples_per_epoch() == 10);
  CHECK(published.batch(0, 0).keys == std::vector<std::string>{"0", "1"});
  CHECK(!same(published.batch(0, 0), published.batch(1, 0)));
}

namespace {

/// The steepest of all steps to the pixel on the right, as a share of the greatest change within 6 pixels. Near 1 where
/// edges are as sharp as they are drawn. Nothing where there is no edge.
std::optional<double> sharpness(const std::uint8_t* plane, std::ptrdiff_t side) {
  int step = 0, change = 0;
  for (std::ptrdiff_t y = 0; y < side; ++y) {
    for (std::ptrdiff_t x = 0; x + 6 < side; ++x) {
      const std::uint8_t* const at = plane + y * side + x;
      step = std::max(step, std::abs(at[3] - at[2]));
      change = std::max(change, std::abs(at[6] - at[0]));
    }
  }
  if (change < 40) return std::nullopt;
  return static_cast<double>(step) / change;
}

}  // namespace

TEST_CASE("drawn samples: no two alike, of the right size, with the shares that are promised") {
  SampleOptions options = synth_options(48, 8);
  options.synth_epoch = 400;
  StreamSetup setup = setup_for(3);
  SampleStream stream(open_samples(options, 3), StreamUse::train, options, setup);
  SampleStream validation(open_samples(options, 3), StreamUse::validation, options, setup);
  std::set<std::vector<std::uint8_t>> truths;
  int untouched = 0, count = 0, with_edges = 0, soft = 0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const TrainingBatch batch = stream.batch(1, i);
    const std::ptrdiff_t plane = 48 * 48;
    for (std::ptrdiff_t k = 0; k < 8; ++k, ++count) {
      const auto truth = batch.truth.begin() + 3 * plane * k;
      if (const auto sharp = sharpness(batch.truth.data() + 3 * plane * k, 48)) {
        ++with_edges;
        soft += *sharp < 0.6 ? 1 : 0;
      }
      truths.emplace(truth, truth + 3 * plane);
      untouched += std::equal(truth, truth + 3 * plane, batch.input.begin() + 3 * plane * k) ? 1 : 0;
      CHECK(!std::equal(truth, truth + 3 * plane, batch.over.begin() + 3 * plane * k));
      Image8 image({48, 48}, 3);
      for (std::ptrdiff_t p = 0; p < 3 * plane; ++p)
        image.samples()[static_cast<std::size_t>(p % plane * 3 + p / plane)] = truth[p];
      const Image8 edge = edge_map(image, {});
      CHECK(std::equal(edge.samples().begin(), edge.samples().end(), batch.edge.begin() + plane * k));
    }
  }
  CHECK(truths.size() > 310);                  // plain pieces of the same wall may be equal
  CHECK((untouched >= 4 && untouched <= 40));  // 1 in 20 of 320
  INFO(soft << " of " << with_edges << " are soft");
  CHECK(with_edges > 280);
  CHECK((10 * soft > 4 * with_edges && 10 * soft < 6 * with_edges));  // without softened scenes: 49 of 318
  CHECK(!testing::same(validation.batch(0, 0), stream.batch(0, 0)));
  CHECK(validation.samples_per_epoch() == 6);
}

TEST_CASE("a source without the layer that is needed is a usage error that names the remedy") {
  const TestFolder folder;
  write_numbered_set(folder, 3, 2);
  boost::filesystem::remove_all(folder / "over");
  const SampleOptions options = options_for(folder.path());
  const auto open = [&](const SampleOptions& o, const StreamSetup& s) {
    SampleStream(open_samples(o, 1), StreamUse::train, o, s);
  };
  CHECK_THROWS_WITH(open(options, setup_for()), ContainsSubstring("no over-smoothed images"));
  StreamSetup setup = setup_for();
  setup.needed.over = false;
  CHECK_NOTHROW(open(options, setup));
  folder.write("dataset.json", R"({"label_kind": "instance"})");
  CHECK_THROWS_WITH(open(options, setup), ContainsSubstring("of instances"));
  folder.write("dataset.json", R"({"label_kind": )");
  CHECK_THROWS_AS(open(options, setup), DataError);
  boost::filesystem::remove(folder / "dataset.json");
  CHECK_THROWS_WITH(open(options_for(folder.path(), 16, 7), setup), ContainsSubstring("fewer than a batch"));
}

TEST_CASE("what is wanted by several threads at once is made once, and what fails is tried again") {
  SharedCache<int> cache(2, [](const int&) { return std::uint64_t{1}; });
  std::atomic<int> made{0};
  std::vector<std::thread> team;
  std::atomic<int> sum{0};
  for (int t = 0; t < 4; ++t) {
    team.emplace_back([&] {
      sum += *cache.get(7, [&] {
        ++made;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return 5;
      });
    });
  }
  for (std::thread& thread : team) thread.join();
  CHECK(made == 1);
  CHECK(sum == 20);
  CHECK_THROWS_AS(cache.get(8, []() -> int { fail<DataError>("no"); }), DataError);
  CHECK(*cache.get(8, [] { return 6; }) == 6);
  for (int i = 0; i < 5; ++i) cache.get(static_cast<std::uint64_t>(i), [&] { return i; });
  cache.get(7, [&] { return ++made; });
  CHECK(made == 2);  // it had been forgotten
}
