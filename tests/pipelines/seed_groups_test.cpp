/// Trainings that differ by the seed alone are taken together.

#include "pipelines/seed_groups.h"
#include "tests/support/catch.h"

#include <limits>
#include <string>

using namespace csgis;

namespace {

std::string note(const std::string& mode, int seed, const std::string& more = "") {
  return R"({"steps":9,"identity":{"options":{"mode":")" + mode + R"(","width":16},"seed":)" + std::to_string(seed) +
         more + "}}";
}

struct Made {
  Results results;
  std::vector<TrainedMethod> trained;

  void add(const std::string& name, const std::string& training, double first, double second) {
    results.methods.push_back(name);
    results.rows.push_back({name, "a", {}, {{"psnr", first}}, {}, "", ""});
    results.rows.push_back({name, "b", {}, {{"psnr", second}}, {}, "", ""});
    trained.push_back({name, "net:weights=" + name, training});
  }
};

Made empty() {
  Made made;
  made.results.metrics = {"psnr"};
  made.results.images = {"a", "b"};
  return made;
}

}  // namespace

TEST_CASE("means and deviations over seeds, and Welch's interval of their difference") {
  Made made = empty();
  made.add("b1", note("baseline", 1), 20, 22);  // mean 21
  made.add("f1", note("full", 1), 24, 26);      // 25
  made.add("b2", note("baseline", 2), 22, 24);  // 23
  made.add("f2", note("full", 2), 25, 27);      // 26
  made.add("b3", note("baseline", 3), 21, 23);  // 22
  made.add("f3", note("full", 3), 26, 28);      // 27
  compare_seeds(made.results, made.trained);
  REQUIRE(made.results.seed_means.size() == 2);
  const SeedMean& baseline = made.results.seed_means[0];
  CHECK(baseline.group == "mode=baseline");
  CHECK(baseline.seeds == 3);
  CHECK(baseline.images == 2);
  CHECK(baseline.mean == Approx(22));
  CHECK(baseline.deviation == Approx(1));
  CHECK(made.results.seed_means[1].mean == Approx(26));
  REQUIRE(made.results.seed_differences.size() == 1);
  const SeedDifference& d = made.results.seed_differences[0];
  CHECK(d.group == "mode=full");
  CHECK(d.against == "mode=baseline");
  CHECK(d.difference == Approx(4));
  // Equal variances 1, n = 3: 4 degrees of freedom, t = 2.776445, standard error sqrt(2 / 3).
  CHECK(d.interval.low == Approx(4 - 2.776445105 * std::sqrt(2.0 / 3)).epsilon(1e-8));
  CHECK(d.interval.high == Approx(4 + 2.776445105 * std::sqrt(2.0 / 3)).epsilon(1e-8));
}

TEST_CASE("what is no group: one seed, the same seed twice, other settings, no record") {
  Made made = empty();
  made.add("a", note("baseline", 1), 20, 22);
  made.add("same", note("baseline", 1), 20, 22);
  made.add("b", note("full", 2), 20, 22);
  made.add("c", "", 20, 22);
  made.add("d", "no json", 20, 22);
  made.add("e", "[1]", 20, 22);
  made.add("f", R"({"identity":{"options":{"mode":"baseline"}}})", 20, 22);
  compare_seeds(made.results, made.trained);
  CHECK(made.results.seed_means.empty());
  CHECK(made.results.seed_differences.empty());
}

TEST_CASE("a group is named by what tells it from the others") {
  Made made = empty();
  const std::string vgg = R"(,"vgg-weights":")" + std::string(64, 'a') + '"';
  for (const int seed : {1, 2}) {
    made.add("p" + std::to_string(seed), note("contrastive", seed, R"(,"vgg-weights":null)"), 20 + seed, 22);
    made.add("q" + std::to_string(seed), note("contrastive", seed, vgg), 20, 22 + seed);
  }
  compare_seeds(made.results, made.trained);
  REQUIRE(made.results.seed_means.size() == 2);
  CHECK(made.results.seed_means[0].group == "vgg-weights=null");
  CHECK(made.results.seed_means[1].group == "vgg-weights=aaaaaaaa");
}

TEST_CASE("means are of the images that all have") {
  Made made = empty();
  made.add("b1", note("baseline", 1), 20, 22);
  made.add("b2", note("baseline", 2), 24, std::numeric_limits<double>::infinity());
  compare_seeds(made.results, made.trained);
  REQUIRE(made.results.seed_means.size() == 1);
  CHECK(made.results.seed_means[0].group == "mode=baseline");
  CHECK(made.results.seed_means[0].images == 1);
  CHECK(made.results.seed_means[0].mean == Approx(22));
}
