#include "pipelines/train_seeds.h"

#include "core/error.h"
#include "pipelines/output_folder.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

SeedSpread spread_of(const std::string& name, const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double v : values) sum += v;
  const double mean = sum / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return {name, mean, values.size() < 2 ? 0 : std::sqrt(squares / (n - 1))};
}

std::vector<SeedSpread> spreads(const std::vector<TrainReport>& runs) {
  std::vector<SeedSpread> out;
  for (const auto& [name, mean] : runs.front().validation.means()) {
    std::vector<double> values;
    values.reserve(runs.size());
    for (const TrainReport& run : runs) values.push_back(run.validation.mean(name));
    out.push_back(spread_of(name, values));
  }
  std::vector<double> best;
  for (const TrainReport& run : runs) {
    if (run.best_epoch) best.push_back(run.best);
  }
  if (best.size() == runs.size()) out.push_back(spread_of("best", best));
  return out;
}

Json to_json(const SeedsReport& report) {
  Json runs = Json::array(), spread = Json::object();
  for (const TrainReport& run : report.runs) {
    runs.push_back({{"seed", run.seed},
                    {"steps", run.steps},
                    {"best_epoch", run.best_epoch ? Json(*run.best_epoch) : Json(nullptr)},
                    {"best", number_json(run.best)},
                    {"val", run.validation.json()}});
  }
  for (const SeedSpread& s : report.spread) spread[s.name] = {{"mean", number_json(s.mean)}, {"sd", number_json(s.sd)}};
  return {{"schema", 1}, {"runs", std::move(runs)}, {"spread", std::move(spread)}};
}

}  // namespace

SeedsReport train_seeds(const TrainOptions& options, const RunContext& context) {
  check(options);
  OutputFolder folder(options.out, Shard{}, context.log);
  SeedsReport report;
  for (int i = 0; i < options.seeds; ++i) {
    RunContext one = context;
    one.options.seed += static_cast<std::uint64_t>(i);
    TrainOptions seeded = options;
    seeded.seeds = 1;
    seeded.out = folder.path(fmt::format("seed-{}", one.options.seed)).string();
    context.log.info("seed {}: {} of {}", one.options.seed, i + 1, options.seeds);
    report.runs.push_back(train(seeded, one));
  }
  report.spread = spreads(report.runs);
  folder.write_synced("seeds.json", to_json(report).dump(1) + '\n');
  return report;
}

}  // namespace csgis
