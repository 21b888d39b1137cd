/// What makes a kept score be computed again.

#include "pipelines/score_cells.h"

#include "imaging/png_writer.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

#include <atomic>

using namespace csgis;

namespace {

/// Counts its runs; gives the input back.
class Counting : public Contender {
 public:
  explicit Counting(std::string version) : version_(std::move(version)) { record.name = "counting"; }
  std::string identity(const BenchmarkItem& /*item*/) const override { return "counting " + version_; }
  Outcome run(const BenchmarkItem& /*item*/, const LoadedItem& loaded, Score score, int /*threads*/) const override {
    ++runs;
    return {as_scored(loaded.input, score), 0.5};
  }
  mutable std::atomic<int> runs{0};

 private:
  std::string version_;
};

class Fixture {
 public:
  Fixture() {
    PngWriter png;
    for (int i = 0; i < 3; ++i) {
      Image8 image({12, 14}, 3);
      for (std::size_t k = 0; k < image.samples().size(); ++k) {
        image.samples()[k] = static_cast<std::uint8_t>(k * 7 + static_cast<std::size_t>(i));
      }
      const std::string name = "i" + std::to_string(i);
      write_single_file(folder_.path() / (name + ".png"), png.encode(image), false);
      BenchmarkItem item;
      item.id = name;
      item.gt_id = "i0";
      item.input = folder_.path() / (name + ".png");
      item.gt = folder_.path() / "i0.png";
      items_.push_back(item);
    }
  }

  int runs_of(const Counting& contender, const ScoringSetup& setup) {
    testing::SilentRun run(2);
    OutputFolder out(folder_.path() / "out", Shard{}, run);
    CellStore store(out, Shard{}, run);
    ItemErrors errors;
    ProgressTask progress(run, "scoring", 3);
    const std::vector<const Contender*> contenders{&contender};
    const int before = contender.runs;
    const auto cells = score_cells(items_, contenders, setup, {out, store, errors}, progress, run.context());
    CHECK(errors.empty());
    CHECK(std::isinf(cells[0][0].row.metrics.at(0).second));
    CHECK(cells[0][2].row.metrics.at(0).second > 20);
    CHECK(cells[0][2].row.seconds == 0.5);
    return contender.runs - before;
  }

 private:
  testing::TestFolder folder_;
  std::vector<BenchmarkItem> items_;
};

}  // namespace

TEST_CASE("cells are kept for equal methods, versions, metrics and images, and computed again for others") {
  Fixture fixture;
  const Counting first("1"), second("2");
  ScoringSetup setup{{"psnr"}, Score::rounded, 1000};
  CHECK(fixture.runs_of(first, setup) == 3);
  CHECK(fixture.runs_of(first, setup) == 0);
  CHECK(fixture.runs_of(second, setup) == 3);
  CHECK(fixture.runs_of(first, setup) == 0);
  setup.metrics.emplace_back("mae");
  CHECK(fixture.runs_of(first, setup) == 3);
  setup.metrics.pop_back();
  CHECK(fixture.runs_of(first, setup) == 0);
  setup.kept_in = {"here"};
  CHECK(fixture.runs_of(first, setup) == 3);
  CHECK(fixture.runs_of(first, setup) == 0);
  setup.kept_in = {"there"};
  CHECK(fixture.runs_of(first, setup) == 3);
  setup.kept_in.clear();
  setup.score = Score::unclipped;
  CHECK(fixture.runs_of(first, setup) == 3);
}
