/// The search for settings, on functions whose optimum is known.

#include "pipelines/tuning.h"
#include "tests/support/catch.h"

#include <cmath>
#include <set>

using namespace csgis;

namespace {

const TuningRange kOne{"f", {{"a", 0.001, 0.4, true, false}}};
const TuningRange kThree{"f", {{"a", 0.001, 1, true, false}, {"b", 0, 10, false, false}, {"n", 1, 9, false, true}}};

double bump(double x, double best) {
  return -std::pow(std::log(x / best), 2);
}

}  // namespace

TEST_CASE("tuning finds the optimum of one parameter to a few percent within 40 trials") {
  for (const double best : {0.0013, 0.0077, 0.05, 0.31}) {
    std::size_t calls = 0;
    const TuningOutcome outcome = tune(kOne, {0.02}, 40, [&](const std::vector<Setting>& settings) {
      std::vector<std::optional<double>> scores;
      for (const Setting& setting : settings) scores.emplace_back(bump(setting[0], best));
      calls += settings.size();
      return scores;
    });
    INFO(best);
    REQUIRE(outcome.best);
    CHECK(outcome.trials[*outcome.best].setting[0] == Approx(best).epsilon(0.03));
    CHECK(outcome.trials.size() <= 40);
    CHECK(calls == outcome.trials.size());
    CHECK(outcome.trials.front().setting[0] == 0.02);
    CHECK(outcome.widened.empty());
    CHECK(outcome.at_limit.empty());
  }
}

TEST_CASE("tuning of three parameters: jointly, whole numbers whole, no setting twice, within the budget") {
  const auto score = [](const Setting& s) {
    return bump(s[0], 0.03) - std::pow((s[1] - 7) / 3, 2) - std::abs(s[2] - 4);
  };
  for (const std::size_t budget : {1, 7, 40, 200}) {
    const TuningOutcome outcome = tune(kThree, {0.5, 1, 8}, budget, [&](const std::vector<Setting>& settings) {
      std::vector<std::optional<double>> scores;
      for (const Setting& setting : settings) scores.emplace_back(score(setting));
      return scores;
    });
    std::set<Setting> different;
    for (const TuningTrial& trial : outcome.trials) {
      different.insert(trial.setting);
      CHECK(trial.setting[2] == std::round(trial.setting[2]));
    }
    CHECK(different.size() == outcome.trials.size());
    CHECK(outcome.trials.size() <= budget);
    for (const TuningTrial& trial : outcome.trials) CHECK(*trial.score <= *outcome.trials[*outcome.best].score);
    if (budget < 200) continue;
    const Setting& best = outcome.trials[*outcome.best].setting;
    CHECK(best[0] == Approx(0.03).epsilon(0.1));
    CHECK(best[1] == Approx(7).margin(0.3));
    CHECK(best[2] == 4);
  }
}

TEST_CASE("an optimum beyond the range widens it, and one beyond what may be tried is named") {
  const auto run = [](double best) {
    return tune(kOne, {0.02}, 60, [best](const std::vector<Setting>& settings) {
      std::vector<std::optional<double>> scores;
      for (const Setting& setting : settings) scores.emplace_back(bump(setting[0], best));
      return scores;
    });
  };
  CHECK(run(0.7).widened == std::vector<std::string>{"a"});
  CHECK(run(0.7).trials[*run(0.7).best].setting[0] == Approx(0.7).epsilon(0.1));
  CHECK(run(0.0006).widened == std::vector<std::string>{"a"});
  CHECK(run(100).at_limit == std::vector<std::string>{"a"});
}

TEST_CASE("settings that a method refuses are passed over; without any good one there is no best") {
  const TuningOutcome some = tune(kOne, {0.02}, 30, [](const std::vector<Setting>& settings) {
    std::vector<std::optional<double>> scores;
    for (const Setting& setting : settings) {
      scores.push_back(setting[0] > 0.1 ? std::nullopt : std::optional(setting[0]));
    }
    return scores;
  });
  REQUIRE(some.best);
  CHECK(some.trials[*some.best].setting[0] == Approx(0.1).epsilon(0.1));
  const TuningOutcome none = tune(kOne, {0.02}, 30, [](const std::vector<Setting>& settings) {
    return std::vector<std::optional<double>>(settings.size());
  });
  CHECK_FALSE(none.best);
}

TEST_CASE("settings as method strings") {
  CHECK(setting_text(kThree, {0.0123456, 2.5, 3}) == "f:a=0.01235,b=2.5,n=3");
}
