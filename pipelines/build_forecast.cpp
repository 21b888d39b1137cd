#include "core/error.h"
#include "pipelines/build_run.h"
#include "pipelines/export.h"
#include "pipelines/scratch_folder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace csgis {
namespace {

/// A calibration makes at most so many samples of each of as many GTs.
constexpr std::size_t kMostGts = 16, kMostSamplesOfGt = 16;
/// Samples of two runs over the double number of GTs and of samples each, against those of the last: 4 times as many.
constexpr double kGrowth = 4;

/// How much of everything a run or a shard has.
struct Load {
  double gts = 0, gt_pixels = 0;  ///< GTs whose shared files it writes.
  double read_again_pixels = 0;   ///< Of GTs that it reads besides.
  double samples = 0, sample_pixels = 0;
};

/// One run of a calibration.
struct Measured {
  Load load;
  double cpu_seconds = 0;
  Tally files;
};

class BuildForecast {
 public:
  BuildForecast(const PreparedBuild& build, const BuildOptions& given, const RunContext& context, double check_seconds)
      : build_(build), given_(given), context_(context), check_seconds_(check_seconds) {}

  void fill(Forecast& forecast) {
    const Shard shard = Shard::parse(build_.options.shard);
    choose_gts();
    forecast.measured_seconds = calibrate(kMostGts, kGrowth, context_, [this](std::size_t n) { measure(n); });
    forecast.measured = fmt::format("{} of {} samples", both_.load.samples, build_.plan.samples.size());
    forecast.counts = counts(shard);
    forecast.cost = cost(shard);
    if (shard.is_whole()) return;
    forecast.whole = {counts({}), cost({})};
    // Every shard checks all inputs, and reads the GTs of its samples.
    Cost& whole = forecast.whole->second;
    const Load all = load_of({});
    const double readers = std::min<double>(shard.count, all.samples / std::max(1.0, all.gts));
    whole.cpu_seconds += (shard.count - 1) * check_seconds_ + (readers - 1) * all.gt_pixels * check_rate();
    whole.seconds = whole.cpu_seconds / cores_of(context_);
  }

 private:
  double pixels(std::size_t gt) const { return static_cast<double>(build_.inputs.gts[gt].size.pixels()); }

  /// GTs that have samples, evenly chosen, with the places of these.
  void choose_gts() {
    std::vector<std::size_t> with_samples;
    const std::vector<std::uint64_t>& first = build_.plan.first_sample_of_gt;
    for (std::size_t gt = 0; gt < first.size(); ++gt) {
      if (first[gt] < build_.plan.samples.size()) with_samples.push_back(gt);
    }
    for (const std::size_t place : evenly_chosen(with_samples.size(), kMostGts)) {
      positions_[with_samples[place]] = {};
    }
    for (std::uint64_t i = 0; i < build_.plan.samples.size(); ++i) {
      const auto chosen = positions_.find(build_.plan.samples[i].gt);
      if (chosen != positions_.end()) chosen->second.push_back(i);
    }
  }

  /// Two runs over n GTs: one sample of each, and up to 2 n of each. What the second has more is the samples' own.
  void measure(std::size_t n) {
    one_ = run_of(n, 1);
    both_ = run_of(n, std::min(2 * n, kMostSamplesOfGt));
  }

  /// Of the k-th GT the k-th of its chosen samples and those after it, so that one sample each shows several textures.
  std::vector<std::uint64_t> chosen_positions(std::size_t gts, std::size_t samples_of_gt) const {
    std::vector<std::uint64_t> chosen;
    std::vector<std::vector<std::uint64_t>> of_gt;
    for (const auto& [gt, positions] : positions_) of_gt.push_back(positions);
    std::size_t k = 0;
    for (const std::size_t place : evenly_chosen(of_gt.size(), gts)) {
      const std::vector<std::uint64_t>& positions = of_gt[place];
      const auto places = evenly_chosen(positions.size(), std::min(2 * gts, kMostSamplesOfGt));
      for (std::size_t i = 0; i < std::min(samples_of_gt, places.size()); ++i) {
        chosen.push_back(positions[places[(k + i) % places.size()]]);
      }
      ++k;
    }
    std::ranges::sort(chosen);
    return chosen;
  }

  /// Builds a part of the plan as if it were all of it.
  Measured run_of(std::size_t gts, std::size_t samples_of_gt) const {
    const ScratchFolder scratch;
    BuildOptions options = build_.options;
    options.out = scratch.file("set").string();
    options.shard = Shard{}.text();
    BuildPlan plan;
    plan.texture_held_out = build_.plan.texture_held_out;
    plan.first_sample_of_gt.assign(build_.inputs.gts.size(), std::numeric_limits<std::uint64_t>::max());
    Measured measured;
    for (const std::uint64_t position : chosen_positions(gts, samples_of_gt)) {
      const PlannedSample& sample = build_.plan.samples[position];
      std::uint64_t& first = plan.first_sample_of_gt[sample.gt];
      if (first > plan.samples.size()) {
        first = plan.samples.size();
        ++measured.load.gts;
        measured.load.gt_pixels += pixels(sample.gt);
      }
      ++measured.load.samples;
      measured.load.sample_pixels += pixels(sample.gt);
      plan.samples.push_back(sample);
    }
    Unheard unheard;
    const RunContext context = unheard.context(context_);
    const double begin = process_seconds();
    {
      ItemErrors errors;
      OutputFolder out(options.out, Shard{}, context.log);
      run_build(options, build_.inputs, plan, context, out, errors);
    }
    if (given_.layout == Layout::webdataset) {
      ExportOptions shards;
      shards.out = scratch.file("shards").string();
      export_dataset(options.out, shards, context);
    }
    measured.cpu_seconds = process_seconds() - begin;
    measured.files = tally(scratch.file(given_.layout == Layout::webdataset ? "shards" : "set"));
    return measured;
  }

  Load load_of(const Shard& shard) const {
    Load load;
    std::set<std::uint32_t> read;
    const BuildPlan& plan = build_.plan;
    for (std::uint64_t i = 0; i < plan.samples.size(); ++i) {
      if (!shard.owns(i)) continue;
      const std::uint32_t gt = plan.samples[i].gt;
      ++load.samples;
      load.sample_pixels += pixels(gt);
      if (!read.insert(gt).second) continue;
      const bool is_owned = shard.owns(plan.first_sample_of_gt[gt]);
      load.gts += is_owned ? 1 : 0;
      (is_owned ? load.gt_pixels : load.read_again_pixels) += pixels(gt);
    }
    return load;
  }

  /// Seconds per pixel of a GT that is read and checked.
  double check_rate() const {
    double all = 0;
    for (const GtInput& gt : build_.inputs.gts) all += static_cast<double>(gt.size.pixels());
    for (const TextureInput& texture : build_.inputs.textures) all += static_cast<double>(texture.size.pixels());
    return check_seconds_ / all;
  }

  /// What a run of that load has of something that grows with the pixels of GTs and of samples.
  double by_pixels(double of_one, double of_both, const Load& load) const {
    const Line line = Line::through(one_.load.sample_pixels, of_one, both_.load.sample_pixels, of_both);
    const double of_gt = std::max(0.0, line.fixed) / both_.load.gt_pixels;
    return of_gt * load.gt_pixels + line.each * load.sample_pixels;
  }

  Cost cost(const Shard& shard) const {
    const Load load = load_of(shard);
    const Tally &one = one_.files, &both = both_.files;
    const auto number = [](std::uint64_t n) { return static_cast<double>(n); };
    Cost cost;
    cost.cpu_seconds =
        check_seconds_ + by_pixels(one_.cpu_seconds, both_.cpu_seconds, load) + load.read_again_pixels * check_rate();
    cost.seconds = cost.cpu_seconds / cores_of(context_);
    const Line lists =
        Line::through(one_.load.samples, number(one.list_bytes), both_.load.samples, number(both.list_bytes));
    const double image_bytes = by_pixels(number(one.image_bytes), number(both.image_bytes), load);
    cost.bytes = static_cast<std::uint64_t>(image_bytes + lists.at(load.samples));
    double images = 0;
    if (given_.layout == Layout::webdataset) {
      images = std::ceil(image_bytes / 1e9) + static_cast<double>(splits() - 1);
    } else {
      const Line of_samples =
          Line::through(one_.load.samples, number(one.images), both_.load.samples, number(both.images));
      images = of_samples.fixed / both_.load.gts * load.gts + of_samples.each * load.samples;
    }
    cost.files = static_cast<std::uint64_t>(std::llround(images)) + both.lists;
    return cost;
  }

  std::size_t splits() const {
    std::set<Split> splits;
    for (const PlannedSample& sample : build_.plan.samples) splits.insert(sample.split);
    return splits.size();
  }

  Forecast::Counts counts(const Shard& shard) const {
    const BuildInputs& inputs = build_.inputs;
    Forecast::Counts counts{{"gt", inputs.gts.size()},
                            {"textures", inputs.textures.size()},
                            {"samples", static_cast<std::uint64_t>(load_of(shard).samples)},
                            {"without_label", inputs.without_label()}};
    if (!build_.options.photos.empty()) counts.emplace_back("without_photo", inputs.without_photo());
    return counts;
  }

  const PreparedBuild& build_;
  const BuildOptions& given_;
  const RunContext& context_;
  double check_seconds_;
  std::map<std::size_t, std::vector<std::uint64_t>> positions_;  ///< Of the samples of each chosen GT.
  Measured one_, both_;
};

}  // namespace

Forecast forecast_build(const BuildOptions& given, const RunContext& context) {
  validate(given);
  const BuildOptions options = options_of_build(given.layout == Layout::webdataset ? native_options(given) : given);
  BuildSources sources = list_build_sources(options);
  const double begin = process_seconds();
  ItemErrors errors;
  const PreparedBuild build = prepare_build(options, std::move(sources), context, errors);
  Forecast forecast;
  forecast.errors = errors.sorted().size();
  if (forecast.errors > 0) {
    const ItemError first = errors.sorted().front();
    forecast.first_error = fmt::format("{}: {}", first.file, first.reason);
  }
  BuildForecast(build, given, context, process_seconds() - begin).fill(forecast);
  if (given.layout == Layout::webdataset) {
    forecast.notes.emplace_back("the native dataset, which is there until all is in shards, needs space besides");
  }
  note_what_lies_there(given.out, forecast);
  return forecast;
}

}  // namespace csgis
