/// Intervals over grids of groups: their width against what simulated experiments show.

#include "pipelines/cluster_bootstrap.h"
#include "tests/support/catch.h"

#include <cmath>
#include <numeric>

using namespace csgis;

namespace {

constexpr std::size_t kGts = 16, kTextures = 10;

struct Design {
  std::vector<std::string> gts, textures;
};

Design full_design() {
  Design design;
  for (std::size_t g = 0; g < kGts; ++g) {
    for (std::size_t t = 0; t < kTextures; ++t) {
      design.gts.push_back("g" + std::to_string(g));
      design.textures.push_back("t" + std::to_string(t));
    }
  }
  return design;
}

/// Effects of ground truth and texture, and noise; the true mean is 0.
std::vector<std::optional<double>> experiment(Random& random) {
  std::vector<double> gt(kGts), texture(kTextures);
  for (double& effect : gt) effect = random.normal();
  for (double& effect : texture) effect = random.normal();
  std::vector<std::optional<double>> values;
  for (std::size_t g = 0; g < kGts; ++g) {
    for (std::size_t t = 0; t < kTextures; ++t) values.emplace_back(gt[g] + texture[t] + 0.5 * random.normal());
  }
  return values;
}

}  // namespace

TEST_CASE(
    "the interval covers the true mean in nearly 95 of 100 experiments, that for independent images in far less") {
  const Design design = full_design();
  Random random(1, "experiments", "");
  int covered = 0, covered_as_independent = 0;
  constexpr int kExperiments = 300;
  for (int e = 0; e < kExperiments; ++e) {
    const auto values = experiment(random);
    const ClusterBootstrap bootstrap(design.gts, design.textures, 400, Random(static_cast<std::uint64_t>(e), "b", ""));
    const std::vector<double> means = bootstrap.means(values);
    covered += quantile(means, 0.025) <= 0 && 0 <= quantile(means, 0.975);
    double sum = 0, squares = 0;
    for (const auto& value : values) {
      sum += *value;
      squares += *value * *value;
    }
    const auto n = static_cast<double>(values.size());
    const double mean = sum / n, error = std::sqrt((squares / n - mean * mean) / n);
    covered_as_independent += std::abs(mean) < 1.96 * error;
  }
  CHECK(covered >= 0.90 * kExperiments);
  CHECK(covered <= 0.995 * kExperiments);
  CHECK(covered_as_independent < 0.60 * kExperiments);
}

TEST_CASE("draws depend on the seed alone; missing values are left out") {
  const Design design = full_design();
  Random random(2, "experiments", "");
  auto values = experiment(random);
  const auto means = [&](std::uint64_t seed) {
    return ClusterBootstrap(design.gts, design.textures, 50, Random(seed, "b", "")).means(values);
  };
  CHECK(means(1) == means(1));
  CHECK(means(1) != means(2));
  CHECK(means(1).size() == 50);
  for (auto& value : values) value = 3.0;
  for (std::size_t i = 0; i < values.size(); i += 3) values[i].reset();
  values[1] = std::numeric_limits<double>::infinity();
  for (const double mean : means(1)) CHECK(mean == Approx(3));
  for (auto& value : values) value.reset();
  CHECK(means(1).empty());
}

TEST_CASE("without textures the ground truths alone are drawn; unnamed textures beside named ones stand alone") {
  const std::vector<std::string> gts{"a", "a", "b", "c"}, none(4);
  const ClusterBootstrap bootstrap(gts, none, 200, Random(0, "b", ""));
  CHECK(bootstrap.row_groups() == 3);
  const std::vector<std::optional<double>> values{1.0, 3.0, 2.0, 2.0};
  for (const double mean : bootstrap.means(values)) CHECK(mean == Approx(2));  // 1 and 3 always come together
  CHECK(ClusterBootstrap(gts, {"x", "", "", "x"}, 1, Random(0, "b", "")).column_groups() == 3);
}

TEST_CASE("quantiles, two-sided p and Holm's adjustment") {
  const std::vector<double> v{0, 1, 2, 3, 4};
  CHECK(quantile(v, 0) == 0);
  CHECK(quantile(v, 0.5) == 2);
  CHECK(quantile(v, 0.625) == Approx(2.5));
  CHECK(quantile(v, 1) == 4);
  std::vector<double> above(99);
  std::iota(above.begin(), above.end(), 1.0);
  CHECK(two_sided_p(above) == Approx(0.02));
  std::vector<double> around(99);
  std::iota(around.begin(), around.end(), -49.0);
  CHECK(two_sided_p(around) == 1);
  // By hand: sorted .01 .02 .03 .04 times 4 3 2 1, never below the one before.
  const std::vector<double> p{0.04, 0.01, 0.03, 0.02};
  const std::vector<double> expected{0.06, 0.04, 0.06, 0.06};
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(adjusted[i] == Approx(expected[i]));
}
