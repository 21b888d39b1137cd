#include "core/error.h"
#include "pipelines/benchmark_plan.h"
#include "pipelines/method_tuning.h"
#include "pipelines/parallel_items.h"
#include "pipelines/report.h"
#include "pipelines/scratch_folder.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

/// A calibration scores at most so many images.
constexpr std::size_t kMostImages = 16;
/// Repeats of the timing pass, with the one that warms up; see timing_pass.cpp.
constexpr double kTimings = 6;

/// One run of a calibration, on one thread.
struct Measured {
  double images = 0, pixels = 0;
  double cpu_seconds = 0, smoothing = 0;    ///< All of it; what the methods took of it.
  std::map<std::string, double> of_method;  ///< Seconds by the name of the row.
  double kept_bytes = 0, gts = 0, gt_bytes = 0;
  double list_bytes = 0, page_bytes = 0, cell_bytes = 0;
  std::uint64_t lists = 0;
};

class BenchmarkForecast {
 public:
  BenchmarkForecast(const BenchmarkOptions& options, const RunContext& context)
      : options_(options), context_(context), plan_(plan_benchmark(options, context)) {}

  Forecast run() {
    read_all();
    Forecast forecast;
    forecast.errors = plan_.errors.size();
    if (forecast.errors > 0) {
      const ItemError& first = plan_.errors.front();
      forecast.first_error = fmt::format("{}: {}", first.file, first.reason);
    }
    forecast.measured_seconds = calibrate(std::min(kMostImages, good_.size()), 2, context_, [this](std::size_t n) {
      before_ = std::exchange(last_, run_of(n));
      if (before_.images == 0) before_ = last_;
    });
    forecast.measured = fmt::format("{} of {} images", last_.images, plan_.items.size());
    count(forecast);
    time(forecast.cost);
    size(forecast.cost);
    if (tunable_ > 0) {
      forecast.notes.push_back("tuning and what follows from it are upper bounds: the search often ends early");
    }
    if (!Shard::from_option(options_.shard).is_whole()) {
      forecast.notes.push_back("this is the whole benchmark, of which a shard takes its part");
    }
    note_what_lies_there(options_.out, forecast);
    return forecast;
  }

 private:
  /// Finds what cannot be read, as the scoring would, and how large the rest is.
  void read_all() {
    std::vector<double> pixels(plan_.items.size());
    ItemErrors errors;
    for (const ItemError& error : plan_.errors) errors.add(error);
    {
      ProgressTask progress(context_.progress, "checking inputs", plan_.items.size());
      for_each_item(plan_.items.size(), context_, [&](std::size_t i) {
        const BenchmarkItem& item = plan_.items[i];
        const bool is_good = errors.try_item(item.id, item.input, "read", [&] {
          const LoadedItem loaded = load_item(item, options_.score, options_.max_pixels);
          pixels[i] = static_cast<double>(loaded.input.height()) * loaded.input.width();
        });
        if (!is_good && context_.options.on_error == OnError::stop) {
          const ItemError first = errors.sorted().front();
          fail<ItemFailed>("{}: {}", first.item, first.reason);
        }
        progress.advance();
      });
    }
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (pixels[i] == 0) continue;
      good_.push_back(i);
      pixels_ += pixels[i];
    }
    plan_.errors = errors.sorted();
    if (good_.empty()) {
      const ItemError first = plan_.errors.front();
      fail<NothingUsable>("none of the {} images can be scored; the first: {}: {}", plan_.items.size(), first.file,
                          first.reason);
    }
  }

  Measured run_of(std::size_t count) const {
    const ScratchFolder scratch;
    BenchmarkOptions options = options_;
    options.out = scratch.file("out").string();
    options.shard = Shard{}.text();
    options.tune_budget = 0;
    options.oracle = false;
    options.timing = Timing::none;
    std::vector<std::size_t> places;
    for (const std::size_t k : evenly_chosen(good_.size(), count)) places.push_back(good_[k]);
    Unheard unheard;
    RunContext context = unheard.context(context_);
    context.options.threads = 1;
    const double begin = process_seconds();
    const auto began = std::chrono::steady_clock::now();
    const BenchmarkReport report = benchmark_part(options, places, context);

    Measured measured;
    measured.cpu_seconds = process_seconds() - begin;
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    measured.images = static_cast<double>(places.size());
    measured.pixels = pixels_ / static_cast<double>(good_.size()) * measured.images;
    take_seconds(report, wall, measured);
    const fs::path out = options.out;
    const Tally all = tally(out), gts = tally(out / "images" / "gt");
    boost::system::error_code error;
    const auto size_of = [&](const char* file) {
      const std::uintmax_t bytes = fs::file_size(out / file, error);
      return error ? 0.0 : static_cast<double>(bytes);
    };
    measured.kept_bytes = static_cast<double>(all.image_bytes - gts.image_bytes);
    measured.gts = static_cast<double>(gts.images);
    measured.gt_bytes = static_cast<double>(gts.image_bytes);
    measured.page_bytes = size_of("report.html");
    measured.cell_bytes = size_of("cells.jsonl") / static_cast<double>(report.results.rows.size());
    measured.list_bytes = static_cast<double>(all.list_bytes) - measured.page_bytes - size_of("cells.jsonl");
    measured.lists = all.lists;
    return measured;
  }

  /// The seconds of rows are those of a clock, which also ticks for whatever else the machine does.
  void take_seconds(const BenchmarkReport& report, double wall, Measured& measured) const {
    std::map<std::string, std::string> setting;
    for (const MethodRecord& record : plan_.contenders) setting[record.name] = record.setting;
    double outside = 0;
    for (const ResultRow& row : report.results.rows) {
      if (setting[row.method] == "external") outside += row.seconds.value_or(0);
    }
    const double share = std::min(1.0, measured.cpu_seconds / std::max(1e-9, wall - outside));
    for (const ResultRow& row : report.results.rows) {
      double& seconds = measured.of_method[row.method];
      if (setting[row.method] == "files") continue;  // somebody else's time
      seconds += row.seconds.value_or(0) * (setting[row.method] == "external" ? 1 : share);
    }
    for (const auto& [method, seconds] : measured.of_method) {
      if (setting[method] != "external") measured.smoothing += seconds;
    }
  }

  void count(Forecast& forecast) {
    for (const MethodRecord& record : plan_.contenders) {
      if (is_tunable(record) && !plan_.training.empty()) ++tunable_;
    }
    const std::uint64_t settings = tunable_ * static_cast<std::uint64_t>(options_.tune_budget);
    tuning_runs_ = settings * plan_.training.size();
    rows_ = plan_.contenders.size() + tunable_;
    cells_ = rows_ * plan_.items.size() + tuning_runs_;
    if (options_.oracle) cells_ += settings * plan_.items.size();
    forecast.counts = {{"images", plan_.items.size()},
                       {"methods", rows_ + (options_.oracle ? tunable_ : 0)},
                       {"tuning_images", plan_.training.size()},
                       {"tuning_runs", tuning_runs_},
                       {"cells", cells_}};
  }

  /// Seconds per pixel of one thread: of a method, and of reading, scoring and keeping one result.
  double rate_of(const std::string& method) const { return last_.of_method.at(method) / last_.pixels; }

  void time(Cost& cost) const {
    const Line rest = Line::through(before_.images, before_.cpu_seconds - before_.smoothing, last_.images,
                                    last_.cpu_seconds - last_.smoothing);
    const double others =
        std::max(0.0, rest.each) * last_.images / last_.pixels / static_cast<double>(plan_.contenders.size());
    const double mean_pixels = pixels_ / static_cast<double>(good_.size());
    const double training = mean_pixels * static_cast<double>(plan_.training.size());
    const double timed_threads = context_.options.threads > 1 ? 1 + 1 / cores_of(context_) : 1;
    double parallel = 0, serial = std::max(0.0, rest.fixed);
    for (const MethodRecord& record : plan_.contenders) {
      const double each = rate_of(record.name) + others;
      const bool is_tuned = is_tunable(record) && !plan_.training.empty();
      const double rows = is_tuned ? 2 : 1;
      parallel += rows * each * pixels_;
      if (is_tuned) parallel += options_.tune_budget * each * (training + (options_.oracle ? pixels_ : 0));
      if (options_.timing == Timing::all)
        serial += rows * kTimings * timed_threads * rate_of(record.name) * mean_pixels;
    }
    cost.cpu_seconds = parallel + serial;
    cost.seconds = parallel / cores_of(context_) + serial;
  }

  void size(Cost& cost) const {
    const double images = static_cast<double>(plan_.items.size());
    const double more_rows = static_cast<double>(rows_) / static_cast<double>(plan_.contenders.size());
    std::set<std::string> gts;
    for (const std::size_t place : good_) gts.insert(plan_.items[place].gt_id);
    double bytes = last_.kept_bytes * pixels_ / last_.pixels * more_rows;
    if (last_.gts > 0) bytes += last_.gt_bytes / last_.gts * static_cast<double>(gts.size());
    const Line lists = Line::through(before_.images, before_.list_bytes, last_.images, last_.list_bytes);
    bytes += lists.fixed + lists.each * images * more_rows + last_.cell_bytes * static_cast<double>(cells_);
    const Line page = Line::through(before_.images, before_.page_bytes, last_.images, last_.page_bytes);
    bytes +=
        std::min(page.fixed + page.each * images * more_rows, std::max(ReportOptions{}.page_size * 1e6, page.fixed));
    cost.bytes = static_cast<std::uint64_t>(bytes);
    cost.files = last_.lists;
    if (options_.keep == Keep::images) cost.files += rows_ * good_.size() + gts.size();
  }

  const BenchmarkOptions& options_;
  const RunContext& context_;
  BenchmarkPlan plan_;
  std::vector<std::size_t> good_;  ///< Places of the items that can be read.
  double pixels_ = 0;
  Measured before_, last_;
  std::uint64_t tunable_ = 0, rows_ = 0, tuning_runs_ = 0, cells_ = 0;
};

}  // namespace

Forecast forecast_benchmark(const BenchmarkOptions& options, const RunContext& context) {
  return BenchmarkForecast(options, context).run();
}

}  // namespace csgis
