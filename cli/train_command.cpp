#include "cli/command_line.h"
#include "cli/session.h"
#include "pipelines/train_seeds.h"

#include <nlohmann/json.hpp>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The corrections that --fix knows, as the end of the help.
std::string fixes(std::size_t width) {
  constexpr std::size_t kColumn = 8;
  std::string text = "\nCorrections of the published program (reference: all off, corrected: all on but as said):\n";
  for (const FixInfo& fix : trainable_fixes()) {
    const std::string words = fmt::format("{} -> {}", fix.published, fix.corrected);
    text += fmt::format("{:<{}}{}\n", fmt::format("  R-{}", fix.number), kColumn, wrapped(words, kColumn, width));
  }
  return text;
}

Json to_json(const TrainReport& report) {
  return {{"out", report.out},
          {"seed", report.seed},
          {"steps", report.steps},
          {"epochs", report.epochs},
          {"complete", report.is_complete},
          {"seconds", report.seconds},
          {"score", report.score},
          {"best_epoch", report.best_epoch ? Json(*report.best_epoch) : Json(nullptr)},
          {"best", number_json(report.best)},
          {"val", report.validation.json()}};
}

Json to_json(const SeedsReport& report, const std::string& out) {
  Json runs = Json::array(), spread = Json::object();
  for (const TrainReport& run : report.runs) runs.push_back(to_json(run));
  for (const SeedSpread& s : report.spread) spread[s.name] = {{"mean", number_json(s.mean)}, {"sd", number_json(s.sd)}};
  return {{"out", out}, {"runs", std::move(runs)}, {"spread", std::move(spread)}};
}

void print(const TrainReport& report) {
  fmt::print("{}: {} steps, {} epochs, {:.0f} s{}\n", report.out, report.steps, report.epochs, report.seconds,
             report.is_complete ? "" : "; --resume goes on");
  std::string words;
  for (const auto& [name, mean] : report.validation.means()) words += fmt::format("  {} {:.5g}", name, mean);
  if (!words.empty()) fmt::print("validation:{}\n", words);
  if (report.best_epoch) fmt::print("best: epoch {}, {} {:.5g}\n", *report.best_epoch, report.score, report.best);
}

void print(const SeedsReport& report) {
  for (const TrainReport& run : report.runs) print(run);
  fmt::print("\n{:<14}{:>12}{:>12}\n", fmt::format("{} seeds", report.runs.size()), "mean", "sd");
  for (const SeedSpread& s : report.spread) fmt::print("{:<14}{:>12.5g}{:>12.2g}\n", s.name, s.mean, s.sd);
}

}  // namespace

int run_train(const Command& self, Arguments arguments) {
  TrainOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.append_to_help(fixes);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  if (options.seeds > 1) {
    const SeedsReport report = train_seeds(options, session.context());
    if (common.json) {
      print_json(to_json(report, options.out));
    } else {
      print(report);
    }
    return kDone;
  }
  const TrainReport report = train(options, session.context());
  if (!report.is_first) return kDone;
  if (common.json) {
    print_json(to_json(report));
  } else {
    print(report);
  }
  return kDone;
}

}  // namespace csgis::cli
