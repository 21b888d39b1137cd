/// The parts of a training that need no network: schedule, means, records, event files, state.

#include "core/error.h"
#include "pipelines/event_file.h"
#include "pipelines/learning_rate.h"
#include "pipelines/step_means.h"
#include "pipelines/train_log.h"
#include "pipelines/train_options.h"
#include "pipelines/train_output.h"
#include "pipelines/train_page.h"
#include "pipelines/train_pictures.h"
#include "pipelines/train_process.h"
#include "pipelines/train_state.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/test_folder.h"

#include <cmath>
#include <cstdlib>
#include <limits>

using namespace csgis;
using namespace csgis::testing;

namespace {

using Json = nlohmann::ordered_json;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

StepReport report_of(double total, double ssim) {
  StepReport report;
  report.values = {{"total", total}, {"L1", total / 2}};
  report.ssim = ssim;
  report.psnr = 10 * ssim;
  return report;
}

LearningRate published() {
  LearningRate rate;
  rate.milestones = parse_milestones(TrainOptions{}.milestones);
  return rate;
}

std::vector<std::string> lines_of(const TestFolder& folder) {
  std::vector<std::string> lines;
  for (const Json& line : read_metrics(folder / kMetricsFile)) lines.push_back(line.dump());
  return lines;
}

}  // namespace

TEST_CASE("the published schedule falls one epoch after its milestones", "[golden]") {
  const auto golden = golden_entries("network").at("schedule");
  const double tolerance = golden.at("tolerance");
  const auto& changes = golden.at("lr_changes");
  REQUIRE(!changes.empty());
  const LearningRate rate = published();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::int64_t first = changes[i].at("epoch");
    const std::int64_t next = i + 1 < changes.size() ? changes[i + 1].at("epoch").get<std::int64_t>() : first + 100;
    for (std::int64_t epoch = first; epoch < next; ++epoch) {
      CHECK(std::abs(rate.at(epoch, 7 * epoch) - changes[i].at("lr").get<double>()) <= tolerance);
    }
  }
}

TEST_CASE("cosine and poly fall from the first step to the last, warm-up rises before") {
  LearningRate rate;
  rate.curve = RateCurve::cosine;
  rate.base = 1;
  rate.last = 0.1;
  rate.steps = 100;
  CHECK(rate.at(0, 0) == 1);
  CHECK(rate.at(9, 50) == Approx(0.55));
  CHECK(rate.at(0, 100) == Approx(0.1));
  rate.curve = RateCurve::poly;
  CHECK(rate.at(0, 50) == Approx(std::pow(0.5, 0.9)));
  CHECK(rate.at(0, 100) == 0);
  rate.warmup = 4;
  CHECK(rate.at(0, 0) == Approx(0.25));
  CHECK(rate.at(0, 1) == Approx(0.5 * std::pow(0.99, 0.9)));
}

TEST_CASE("milestones are ascending epochs") {
  CHECK(parse_milestones("").empty());
  CHECK(parse_milestones("3,17") == std::vector<std::int64_t>{3, 17});
  for (const char* bad : {"3,", ",3", "3,3", "4,3", "-1", "3;4", "x", " 3", "3,17,9999999999999999999999"}) {
    CHECK_THROWS_AS(parse_milestones(bad), UsageError);
  }
}

TEST_CASE("means of an epoch: the published ones leave out the losses of the first batch") {
  StepMeans all, published(true);
  for (const double total : {9.0, 1.0, 2.0}) {
    all.add(report_of(total, total / 10));
    published.add(report_of(total, total / 10));
  }
  CHECK(all.mean("total") == Approx(4));
  CHECK(published.mean("total") == Approx(1.5));
  CHECK(published.mean("L1") == Approx(0.75));
  CHECK(published.mean("ssim") == Approx(0.4));  // of all three
  CHECK(published.mean("psnr") == Approx(4));
  StepMeans one(true);
  one.add(report_of(9, 0.5));
  CHECK(std::isnan(one.mean("total")));
  CHECK(one.json()["total"].is_null());
  CHECK(one.mean("ssim") == 0.5);
  CHECK(StepMeans().means().empty());
}

TEST_CASE("means can be saved in the middle and end bit for bit the same") {
  StepMeans whole(true), half(true);
  const double values[] = {0.1, 1e-9 / 3, 2.0 / 3, 1e17, -0.7, std::numeric_limits<double>::infinity()};
  for (std::size_t i = 0; i < 6; ++i) {
    if (i == 3) half = StepMeans::from_saved(Json::parse(half.saved().dump()));
    whole.add(report_of(values[i], values[i]));
    half.add(report_of(values[i], values[i]));
  }
  CHECK(whole.saved() == half.saved());
  CHECK(whole.json().dump() == half.json().dump());
  CHECK(whole.json()["psnr"] == "inf");
  CHECK_THROWS_AS(StepMeans::from_saved(Json{{"steps", 1}}), DataError);
}

TEST_CASE("the mIoU of many batches is that of their pixels") {
  StepMeans means(false, false);
  const auto batch = [](std::vector<double> table) {
    StepReport report = report_of(1, 0);
    report.confusion = std::move(table);
    return report;
  };
  means.add(batch({8, 0, 0, 0}));  // of the first class alone, and all of it found: 1
  CHECK(means.mean("miou") == 1);
  means = StepMeans::from_saved(Json::parse(means.saved().dump()));
  means.add(batch({0, 2, 1, 1}));  // 0 and 1/4
  CHECK(means.mean("miou") == Approx((8.0 / 11 + 1.0 / 4) / 2));
  CHECK(means.means().back().first == "miou");
  CHECK(std::isnan(StepMeans().mean("miou")));
}

TEST_CASE("the published rule keeps what is better than all before, and every thirtieth epoch") {
  CHECK(published_rule_saves(0, 0, 0));
  CHECK(published_rule_saves(1, 0.1, 0));
  CHECK(!published_rule_saves(1, 0.1, 0.1));
  CHECK(!published_rule_saves(29, 0.1, 0.2));
  CHECK(published_rule_saves(60, 0.1, 0.2));
  CHECK(!published_rule_saves(1, kNaN, 0));
  CHECK(published_checkpoint_name(12, 0.8125, 24.5) == "epoch 12_ssim 0.812500_psnr 24.500000 ");
}

TEST_CASE("CRC-32C as in RFC 3720, and masked") {
  CHECK(crc32c("123456789") == 0xE3069283U);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43U);
  CHECK(masked_crc32c("123456789") == ((0xE3069283U >> 15 | 0xE3069283U << 17) + 0xA282EAD8U));
}

TEST_CASE("a log that goes on holds what belongs before its state, and no torn line") {
  const TestFolder folder;
  SilentRun run;
  OutputFolder out(folder.path(), Shard{}, run);
  {
    TrainLog log(out, 0, 0);
    log.write({{"step", 10}, {"epoch", 0}, {"total", 1.5}});
    log.write({{"step", 12}, {"epoch", 0}, {"val", {{"ssim", 0.5}}}});
    log.write({{"step", 20}, {"epoch", 1}, {"total", 0.5}});
    log.write({{"step", 24}, {"epoch", 1}, {"val", {{"ssim", 0.6}}}});
    log.write({{"step", 24}, {"epoch", 2}, {"end", true}, {"val", {{"ssim", 0.6}}}});
  }
  const std::vector<std::string> all = lines_of(folder);
  REQUIRE(all.size() == 5);
  AppendFile(folder / kMetricsFile).append("{\"step\":30,\"ep");
  CHECK(lines_of(folder) == all);
  {
    TrainLog log(out, 24, 2);  // both epochs are done, the training goes on
    CHECK(lines_of(folder) == std::vector<std::string>(all.begin(), all.begin() + 4));
  }
  {
    TrainLog log(out, 24, 1);  // the second was not validated yet
    log.write({{"step", 30}, {"epoch", 1}});
    CHECK(lines_of(folder).size() == 4);
    CHECK(lines_of(folder)[2] == all[2]);
  }
  {
    TrainLog log(out, 12, 1);
    CHECK(lines_of(folder) == std::vector<std::string>(all.begin(), all.begin() + 2));
  }
  { TrainLog log(out, 0, 0); }
  CHECK(lines_of(folder).empty());
  folder.write(kMetricsFile, "{\"step\":1}\nno json\n");
  CHECK_THROWS_WITH(read_metrics(folder / kMetricsFile), ContainsSubstring("line 2"));
}

TEST_CASE("the state of a training comes back from its checkpoint") {
  const TestFolder folder;
  Checkpoint trainer;
  const float weights[] = {0.1F, -3.5F};
  trainer.state.add_copy({"a.weight", DType::f32, {2}, std::as_bytes(std::span(weights))});
  TrainState state;
  state.epoch = 3;
  state.batch = 5;
  state.step = 41;
  state.rate = 0.1 / 3;
  state.best = 0.7;
  state.best_epoch = 2;
  state.margin = 0.05;
  state.epoch_means.add(report_of(1.0 / 3, 0.3));
  state.identity = "abc";
  save_train_state(folder / kStateFile, trainer, state);
  const SavedTraining saved = load_train_state(folder / kStateFile);
  CHECK(saved.state.epoch == 3);
  CHECK(saved.state.batch == 5);
  CHECK(saved.state.step == 41);
  CHECK(saved.state.rate == 0.1 / 3);
  CHECK(saved.state.best == 0.7);
  CHECK(saved.state.best_epoch == 2);
  CHECK(saved.state.margin == 0.05);
  CHECK(saved.state.epoch_means.saved() == state.epoch_means.saved());
  CHECK(saved.state.identity == "abc");
  CHECK(saved.trainer.epoch == 3);
  REQUIRE(saved.trainer.state.find("a.weight") != nullptr);
  CHECK(stored_values<float>(*saved.trainer.state.find("a.weight")) == std::vector(weights, weights + 2));

  write_torch_file((folder / "weights.pth").string(), trainer, true);
  CHECK_THROWS_WITH(load_train_state(folder / "weights.pth"), ContainsSubstring("no training to go on with"));
  trainer.state.metadata["csgis.training"] = R"({"epoch":-1})";
  write_torch_file((folder / "damaged.pth").string(), trainer, true);
  CHECK_THROWS_WITH(load_train_state(folder / "damaged.pth"), ContainsSubstring("damaged.pth"));
}

TEST_CASE("a grid of pictures has a row for each sample") {
  SamplePicture one{1, 2, {10, 11, 20, 21, 30, 31}, {1, 2, 3, 4, 5, 6}, {7, 7, 8, 8, 9, 9}, {0, 255}};
  SamplePicture two = one;
  two.edge.clear();
  const Image8 grid = picture_grid({one, two});
  REQUIRE(grid.size() == Size{4, 14});
  CHECK(std::vector(grid.at(0, 1), grid.at(0, 1) + 3) == std::vector<std::uint8_t>{11, 21, 31});
  CHECK(std::vector(grid.at(0, 4), grid.at(0, 4) + 3) == std::vector<std::uint8_t>{1, 3, 5});
  CHECK(std::vector(grid.at(0, 13), grid.at(0, 13) + 3) == std::vector<std::uint8_t>{255, 255, 255});
  CHECK(std::vector(grid.at(0, 12), grid.at(0, 12) + 3) == std::vector<std::uint8_t>{0, 0, 0});
  CHECK(grid.at(1, 0)[0] == 255);  // the gap
  CHECK(grid.at(3, 8)[2] == 9);
  CHECK(grid.at(3, 12)[0] == 255);  // no edge map
}

TEST_CASE("the page of a training: text of its files is text, and what they lack is left out") {
  const TestFolder folder;
  const std::string hostile = "</script><b>&\"'@style@";
  Json run{{"schema", 1}, {"network", {{"kind", hostile}}}, {"runs", {{{"device", hostile}}}}};
  run["identity"] = {{"options", {{"mode", hostile}}}, {"recipe", hostile}};
  folder.write("run.json", run.dump());
  std::string page = train_page(folder.path());
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("&lt;/script&gt;&lt;b&gt;&amp;&quot;") != std::string::npos);
  CHECK(page.find("id=\"epochs\" hidden") != std::string::npos);

  Json epoch{{"step", 4}, {"epoch", 0}, {"train", {{hostile, 1.5}}}, {"val", {{hostile, nullptr}, {"ssim", 0.5}}}};
  folder.write(kMetricsFile, Json{{"step", 2}, {"rate", 0.1}, {hostile, "inf"}}.dump() + '\n' + epoch.dump() + '\n');
  page = train_page(folder.path());
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("id=\"epochs\" hidden") == std::string::npos);
  CHECK(page.find("epoch 0, ssim 0.5") != std::string::npos);

  folder.write("run.json", "{}");
  CHECK_THROWS_WITH(train_page(folder.path()), ContainsSubstring("run.json"));
}

TEST_CASE("what a mode needs is said by the option that is missing") {
  TrainOptions options;
  options.samples.data = "synth";
  options.out = "out";
  CHECK_NOTHROW(check(options));
  options.mode = TrainingMode::contrastive;
  CHECK_THROWS_WITH(check(options), ContainsSubstring("--vgg-weights"));
  options.vgg_weights = "random:1";
  CHECK_NOTHROW(check(options));
  CHECK(needed_layers(options) == LayerSet{true, false, true});
  options.mode = TrainingMode::semantic;
  CHECK_THROWS_WITH(check(options), ContainsSubstring("--seg-weights"));
  options.seg_weights = "deeplab.pth";
  CHECK_THROWS_WITH(check(options), ContainsSubstring("--vgg-weights is of no use"));
  options.vgg_weights.clear();
  CHECK_NOTHROW(check(options));
  CHECK(needed_layers(options) == LayerSet{true, true, false});
  options.network = "VGG16_features";
  CHECK_THROWS_WITH(check(options), ContainsSubstring("does not fit"));
}

TEST_CASE("a launcher says which of several processes this is, and one process is none of several") {
  const char* const kVariables[] = {
      "RANK",           "WORLD_SIZE",           "LOCAL_RANK",           "MASTER_ADDR",
      "MASTER_PORT",    "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
      "PMIX_NAMESPACE", "SLURM_PROCID",         "SLURM_NTASKS",         "SLURM_STEP_NUM_TASKS",
      "SLURM_LOCALID",  "SLURM_JOB_ID",         "SLURM_STEP_ID",        "SLURM_RESTART_COUNT"};
  const auto process = [&](const std::vector<std::pair<const char*, const char*>>& set) {
    for (const char* name : kVariables) ::unsetenv(name);
    for (const auto& [name, value] : set) ::setenv(name, value, 1);
    return TrainProcess::from_environment("out");
  };
  CHECK(process({}).is_alone());
  CHECK(process({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).is_alone());
  // A job script outside of srun: four tasks are there, but it is one process.
  CHECK(process({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}).is_alone());

  const TrainProcess torchrun = process({{"RANK", "5"},
                                         {"WORLD_SIZE", "8"},
                                         {"LOCAL_RANK", "1"},
                                         {"MASTER_ADDR", "node7"},
                                         {"MASTER_PORT", "1234"},
                                         {"SLURM_PROCID", "1"},
                                         {"SLURM_STEP_NUM_TASKS", "2"}});
  CHECK(torchrun.rank == 5);
  CHECK(torchrun.count == 8);
  CHECK(torchrun.local_rank == 1);
  CHECK(torchrun.meeting == "node7:1234");
  CHECK(!torchrun.is_first());

  const TrainProcess mpi = process(
      {{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}, {"PMIX_NAMESPACE", "prterun-node7-1234@1/x"}});
  CHECK(mpi.is_first());
  CHECK(mpi.meeting == "out/.csgis-meeting-prterun-node7-1234_1_x--");

  const TrainProcess slurm = process({{"SLURM_PROCID", "3"},
                                      {"SLURM_STEP_NUM_TASKS", "4"},
                                      {"SLURM_LOCALID", "1"},
                                      {"SLURM_JOB_ID", "77"},
                                      {"SLURM_STEP_ID", "0"},
                                      {"MASTER_ADDR", "n1"}});
  CHECK(slurm.rank == 3);
  CHECK(slurm.local_rank == 1);
  CHECK(slurm.meeting == "n1:29500");

  CHECK_THROWS_AS(process({{"RANK", "2"}, {"WORLD_SIZE", "2"}}), UsageError);
  CHECK_THROWS_AS(process({{"RANK", "one"}, {"WORLD_SIZE", "2"}}), UsageError);
  process({});
}

TEST_CASE("margins are those of the recipe unless they are given") {
  TrainOptions options;
  CHECK(!margins_of(options).colours);
  options.recipe = RecipeName::reference;
  CHECK(margins_of(options).colours == 0.3);
  CHECK(margins_of(options).features == 0.04);
  options.margin = "0.05";
  options.margin_features = "auto";
  CHECK(margins_of(options).colours == 0.05);
  CHECK(!margins_of(options).features);
  for (const char* bad : {"automatic", "-1", "1x", "inf", "nan"}) {
    options.margin = bad;
    CHECK_THROWS_AS(margins_of(options), UsageError);
  }
}
