#include "pipelines/benchmark.h"

#include "classical/method.h"
#include "classical/simd_path.h"
#include "core/error.h"
#include "core/random.h"
#include "core/version.h"
#include "metrics/metric_table.h"
#include "pipelines/benchmark_inputs.h"
#include "pipelines/benchmark_plan.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/method_tuning.h"
#include "pipelines/published_values.h"
#include "pipelines/report.h"
#include "pipelines/results_json.h"
#include "pipelines/score_cells.h"
#include "pipelines/score_flags.h"
#include "pipelines/seed_groups.h"
#include "pipelines/statistics.h"
#include "pipelines/timing_pass.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

void check_sources(const BenchmarkOptions& options) {
  const int sources = !options.data.empty() + !options.pairs.empty() + !options.in.empty();
  require<UsageError>(sources == 1, "one of --data, --pairs and --in must be given");
  require<UsageError>(options.in.empty() == options.gt.empty(), "--in and --gt belong together");
  require<UsageError>(options.pairing != Pairing::multi, "--pairing multi is for csgis evaluate");
  static_cast<void>(find_metric(options.tune_metric));
}

std::set<Split> splits_of(const std::string& list) {
  if (list == "all") return {Split::train, Split::val, Split::val_gt, Split::val_texture};
  std::set<Split> splits;
  for (const std::string& name : split_list(list)) splits.insert(from_name<Split>(name, "--split"));
  return splits;
}

std::vector<std::string> method_texts(const BenchmarkOptions& options) {
  std::vector<std::string> texts = options.method;
  if (texts.empty()) {
    for (const MethodInfo& method : method_list()) texts.push_back(method.name);
  }
  std::erase(texts, "none");
  texts.insert(texts.begin(), "none");
  return texts;
}

/// "l0 (tuned)" lies in images/l0-tuned; a second one of that name gets "-2".
std::vector<std::string> folder_names(std::span<const Contender* const> contenders) {
  std::set<std::string> used{"gt"};
  std::vector<std::string> names;
  for (const Contender* contender : contenders) {
    std::string base;
    for (const char c :
         contender->record.setting == "tuned" ? contender->record.family + "-tuned" : contender->record.family) {
      base += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ? c : '_';
    }
    std::string name = base;
    for (int n = 2; !used.insert(name).second; ++n) name = fmt::format("{}-{}", base, n);
    names.push_back(name);
  }
  return names;
}

/// So many items, drawn at random but from each texture and each ground truth as often as from any other: a few images
/// drawn blindly may all have weak textures. Does not look at scores.
std::vector<BenchmarkItem> spread_choice(std::vector<BenchmarkItem> items, std::size_t count, std::uint64_t seed) {
  Random(seed, "tuning images", "").shuffle(items);
  std::vector<BenchmarkItem> chosen;
  std::map<std::string, std::size_t> of_texture, of_gt;
  while (chosen.size() < count && !items.empty()) {
    const auto uses = [&](const BenchmarkItem& item) {
      return std::pair(of_texture[item.texture_id], of_gt[item.gt_id]);
    };
    const auto next = std::ranges::min_element(items, {}, uses);
    ++of_texture[next->texture_id];
    ++of_gt[next->gt_id];
    chosen.push_back(std::move(*next));
    items.erase(next);
  }
  return chosen;
}

/// Classes of 5 dB.
std::string psnr_class(double psnr) {
  if (!std::isfinite(psnr)) return "equal";
  const double low = std::floor(psnr / 5) * 5;
  return fmt::format("{:.0f}..{:.0f} dB", low, low + 5);
}

/// Between the contrasts at which datasets are built: weak 6, nks 11, medium 20, strong 35 levels.
std::string contrast_class(double contrast) {
  if (contrast < 8.1) return "weak (below 8 levels)";
  if (contrast < 14.8) return "nks (8..15 levels)";
  if (contrast < 26.5) return "medium (15..26 levels)";
  return "strong (above 26 levels)";
}

class Benchmark {
 public:
  Benchmark(const BenchmarkOptions& options, const RunContext& context)
      : options_(options),
        context_(context),
        metrics_(metric_names(options.metrics)),
        shard_(Shard::from_option(options.shard)) {
    check_sources(options);
    const SmootherSetting setting{options.device, context.options.threads, &context.log};
    for (const std::string& text : method_texts(options)) add(make_contender(text, options.max_pixels, setting));
  }

  BenchmarkPlan plan() {
    list_items();
    BenchmarkPlan plan{items_, {}, {}, errors_.sorted()};
    for (const auto& contender : contenders_) plan.contenders.push_back(contender->record);
    const bool tunes = options_.tune_budget > 0 && std::ranges::any_of(plan.contenders, is_tunable);
    if (tunes) plan.training = training_choice();
    return plan;
  }

  /// @param places  the items to work on; null for all
  BenchmarkReport run(const std::vector<std::size_t>* places = nullptr) {
    list_items();
    if (places != nullptr) {
      std::vector<BenchmarkItem> some;
      for (const std::size_t place : *places) some.push_back(items_[place]);
      items_ = std::move(some);
    }
    OutputFolder folder(options_.out, shard_, context_.log);
    check_nothing_is_replaced(folder);
    CellStore store(folder, shard_, context_.log);
    const CellOutput out{folder, store, errors_};
    if (!shard_.is_whole()) return run_shard(out);
    if (options_.tune_budget > 0) tune_methods(out);
    score(out);
    if (options_.oracle) add_oracles(out);
    if (options_.timing == Timing::all) time();
    conclude(folder);
    return std::move(report_);
  }

 private:
  Results& results() { return report_.results; }

  /// Images are shared out for the methods as they are given, tuned methods by their number: a search needs the scores
  /// of one setting to choose the next.
  BenchmarkReport run_shard(const CellOutput& out) {
    const auto given = pointers();
    std::vector<BenchmarkItem> own;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (shard_.owns(i)) own.push_back(items_[i]);
    }
    score_for_later(own, given, out);
    if (options_.tune_budget > 0) {
      tune_methods(out);
      std::vector<const Contender*> tuned;
      for (const Contender* contender : pointers()) {
        if (std::ranges::find(given, contender) == given.end()) tuned.push_back(contender);
      }
      score_for_later(items_, tuned, out);
      if (options_.oracle) add_oracles(out);
    }
    write_errors(out.folder, shard_.file_name("errors"), errors_.sorted());
    report_.errors = errors_.size();
    report_.results = {};
    return std::move(report_);
  }

  void score_for_later(std::span<const BenchmarkItem> items, const std::vector<const Contender*>& contenders,
                       const CellOutput& out) {
    if (items.empty() || contenders.empty()) return;
    ProgressTask progress(context_.progress, "scoring", items.size() * contenders.size());
    const auto cells = score_cells(items, contenders, keeping_setup(contenders), out, progress, context_);
    for (const auto& of_one : cells) {
      report_.cells += static_cast<std::uint64_t>(
          std::ranges::count_if(of_one, [](const ScoredCell& cell) { return cell.row.error.empty(); }));
    }
  }

  void add(std::unique_ptr<Contender> contender) {
    for (const auto& other : contenders_) {
      require<UsageError>(other->record.name != contender->record.name, "--method: {} is given twice",
                          contender->record.name);
    }
    contenders_.push_back(std::move(contender));
  }

  void list_items() {
    std::vector<BenchmarkItem> all;
    if (!options_.data.empty()) {
      all = dataset_items(options_.data);
    } else if (!options_.pairs.empty()) {
      all = pair_items(options_.pairs, options_.max_pixels);
    } else {
      std::vector<PairedImage> unpaired;
      all = folder_items(options_.in, options_.gt, options_.pairing, options_.voc_modulus, unpaired);
      for (const PairedImage& image : unpaired) {
        errors_.add({image.pred.id, image.pred.file, "pair", image.reason});
      }
    }
    if (!options_.groups.empty()) read_gt_groups(options_.groups, all);
    const std::set<Split> scored = splits_of(options_.split);
    for (BenchmarkItem& item : all) {
      if (item.split == Split::train) training_.push_back(item);
      if (options_.data.empty() || scored.contains(item.split)) items_.push_back(std::move(item));
    }
    require<NothingUsable>(!items_.empty(), "--data: {} has no samples in the splits {}", options_.data,
                           options_.split);
  }

  std::vector<BenchmarkItem> training_choice() const {
    return spread_choice(training_, static_cast<std::size_t>(options_.tune_images), context_.options.seed);
  }

  void check_nothing_is_replaced(const OutputFolder& folder) const {
    if (context_.options.overwrite) return;
    if (holds_cells(folder)) return check_same_inputs(folder, options_);
    check_not_there(folder, kReportFiles, context_);
    check_not_there(folder, std::array{"results.json", "images", kErrorsFile}, context_);
  }

  /// The methods that were named without options, of a shard those that fall to it.
  std::set<std::string> methods_to_tune() const {
    std::set<std::string> names;
    std::uint64_t place = 0;
    for (const auto& contender : contenders_) {
      if (is_tunable(contender->record) && shard_.owns(place++)) names.insert(contender->record.name);
    }
    return names;
  }

  /// Adds a tuned contender after each of them.
  void tune_methods(const CellOutput& out) {
    const std::set<std::string> names = methods_to_tune();
    if (names.empty()) return;
    if (training_.empty()) {
      results().notes.emplace_back("There are no training images, so no method is tuned.");
      return;
    }
    training_ = training_choice();
    const TuningSetup setup{options_.tune_metric, static_cast<std::size_t>(options_.tune_budget), options_.score,
                            options_.max_pixels};
    ProgressTask progress(context_.progress, "tuning", names.size() * setup.budget * training_.size());
    std::vector<std::unique_ptr<Contender>> all;
    std::vector<std::string> best_psnr;
    for (std::unique_ptr<Contender>& contender : contenders_) {
      const MethodRecord record = contender->record;
      all.push_back(std::move(contender));
      if (!names.contains(record.name)) continue;
      MethodTuning tuned = tune_method(record, setup, training_, out, progress, context_);
      results().sweeps.insert(results().sweeps.end(), tuned.points.begin(), tuned.points.end());
      if (!tuned.best_psnr.empty()) best_psnr.push_back(tuned.best_psnr);
      if (tuned.contender) {
        all.push_back(std::move(tuned.contender));
      } else {
        results().notes.push_back(record.name + ": no setting could be scored on the training images.");
      }
    }
    if (!best_psnr.empty()) {
      results().notes.push_back(fmt::format("Tuned for {}. Best in psnr on the training images: {}.",
                                            options_.tune_metric, fmt::join(best_psnr, "; ")));
    }
    contenders_ = std::move(all);
    note_images_tuned_on();
  }

  void note_images_tuned_on() {
    const auto is_scored = [&](const BenchmarkItem& item) {
      return std::ranges::find(items_, item.id, &BenchmarkItem::id) != items_.end();
    };
    const auto count = std::ranges::count_if(training_, is_scored);
    if (count == 0) return;
    results().notes.push_back(
        fmt::format("Settings were chosen on {} of the {} scored images: the tuned rows look better than they are.",
                    count, items_.size()));
  }

  std::vector<const Contender*> pointers() const {
    std::vector<const Contender*> list;
    for (const auto& contender : contenders_) list.push_back(contender.get());
    return list;
  }

  /// psnr is wanted of the inputs in any case: for the strata.
  ScoringSetup scoring_setup() const {
    ScoringSetup setup{metrics_, options_.score, options_.max_pixels};
    if (std::ranges::find(metrics_, "psnr") == metrics_.end()) setup.metrics.emplace_back("psnr");
    return setup;
  }

  ScoringSetup keeping_setup(const std::vector<const Contender*>& contenders) const {
    ScoringSetup setup = scoring_setup();
    if (options_.keep == Keep::images) setup.kept_in = folder_names(contenders);
    return setup;
  }

  void score(const CellOutput& out) {
    const std::vector<const Contender*> contenders = pointers();
    ProgressTask progress(context_.progress, "scoring", items_.size() * contenders.size());
    const auto cells = score_cells(items_, contenders, keeping_setup(contenders), out, progress, context_);
    describe_images(cells.front());  // of `none`: the inputs
    for (std::size_t m = 0; m < cells.size(); ++m) add_rows(contenders[m]->record, cells[m]);
  }

  void add_rows(const MethodRecord& record, const std::vector<ScoredCell>& cells) {
    results().methods.push_back(record.name);
    results().method_records.push_back(record);
    for (const ScoredCell& cell : cells) {
      ResultRow& row = results().rows.emplace_back(cell.row);
      std::erase_if(row.metrics, [&](const auto& metric) { return !is_asked(metric.first); });
      std::erase_if(row.skipped, [&](const auto& metric) { return !is_asked(metric.first); });
    }
  }

  bool is_asked(const std::string& metric) const { return std::ranges::find(metrics_, metric) != metrics_.end(); }

  void describe_images(const std::vector<ScoredCell>& inputs) {
    const bool keeps = options_.keep == Keep::images;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const BenchmarkItem& item = items_[i];
      results().images.push_back(item.id);
      ImageRecord& record = results().image_records.emplace_back();
      record.image = item.id;
      record.gt_id = item.gt_id;
      record.texture_id = item.texture_id;
      if (!inputs[i].row.error.empty()) continue;
      record.input = inputs[i].row.file;
      record.gt = keeps ? kept_gt(item.gt_id, options_.score) : "";
      if (const auto psnr = value_of(inputs[i].row.metrics, "psnr")) {
        record.strata.emplace_back("input psnr", psnr_class(*psnr));
      }
      record.strata.emplace_back("contrast", contrast_class(inputs[i].contrast));
      if (!item.gt_group.empty()) record.strata.emplace_back("structure source", item.gt_group);
      if (!item.texture_class.empty()) record.strata.emplace_back("texture", item.texture_class);
    }
  }

  /// For each tuned family, image by image the best of all settings that were tried.
  void add_oracles(const CellOutput& out) {
    std::map<std::string, std::vector<std::unique_ptr<Contender>>> tried;
    for (const SweepPoint& point : results().sweeps) {
      tried[point.family].push_back(make_contender(point.text, {point.text, point.text, point.family, "oracle", {}}));
    }
    ScoringSetup setup = scoring_setup();
    if (std::ranges::find(setup.metrics, options_.tune_metric) == setup.metrics.end()) {
      setup.metrics.push_back(options_.tune_metric);
    }
    ProgressTask progress(context_.progress, "oracle", results().sweeps.size() * items_.size());
    for (const auto& [family, owned] : tried) {
      std::vector<const Contender*> settings;
      for (const auto& contender : owned) settings.push_back(contender.get());
      const auto cells = score_cells(items_, settings, setup, out, progress, context_);
      const MethodRecord record{family + " (oracle)",
                                family + " with the best setting of each image",
                                family,
                                "oracle",
                                {"an upper bound: it has seen the ground truths"}};
      add_rows(record, best_by_image(cells, record.name));
    }
  }

  std::vector<ScoredCell> best_by_image(const std::vector<std::vector<ScoredCell>>& cells,
                                        const std::string& name) const {
    const double sign = find_metric(options_.tune_metric).better == Better::higher ? 1 : -1;
    std::vector<ScoredCell> best;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const ScoredCell* chosen = &cells.front()[i];
      for (const auto& setting : cells) {
        const auto value = value_of(setting[i].row.metrics, options_.tune_metric);
        const auto known = value_of(chosen->row.metrics, options_.tune_metric);
        if (value && (!known || sign * *value > sign * *known)) chosen = &setting[i];
      }
      best.push_back(*chosen);
      best.back().row.method = name;
    }
    return best;
  }

  /// On the first image that the inputs' row shows to be readable.
  void time() {
    std::vector<const Contender*> timed;
    for (const auto& contender : contenders_) {
      if (contender->record.setting != "files" && contender->record.setting != "none") timed.push_back(contender.get());
    }
    const auto usable = std::ranges::find_if(results().rows, [](const ResultRow& row) { return row.error.empty(); });
    if (timed.empty() || usable == results().rows.end()) return;
    const auto item = std::ranges::find(items_, usable->image, &BenchmarkItem::id);
    std::vector<int> threads{1};
    if (context_.options.threads > 1) threads.push_back(context_.options.threads);
    results().times = time_contenders(*item, timed, threads, options_.max_pixels, context_);
  }

  void conclude(OutputFolder& folder) {
    results().metrics = metrics_;
    results().run = run_record();
    report_.errors = errors_.size();
    if (std::ranges::none_of(results().rows, [](const ResultRow& row) { return row.error.empty(); })) {
      const ItemError first = errors_.sorted().front();
      fail<NothingUsable>("none of the {} images can be scored; the first: {}: {}", items_.size(), first.file,
                          first.reason);
    }
    std::set<std::string> families;
    for (const MethodRecord& record : results().method_records) {
      if (!families.insert(record.family).second) continue;
      const auto values = published_values(record.family);
      results().published.insert(results().published.end(), values.begin(), values.end());
    }
    flag_scores(results(), items_, pointers(), options_.max_pixels);
    summarise(results());
    compare_methods(results(), context_.options.seed);
    std::vector<TrainedMethod> trained;
    for (const auto& contender : contenders_) {
      trained.push_back({contender->record.name, contender->record.text, contender->training_note()});
    }
    compare_seeds(results(), trained);
    folder.write_synced("results.json", to_json_text(results()));
    write_report(results(), folder.root(), folder, {.max_pixels = options_.max_pixels}, context_);
    write_errors(folder, kErrorsFile, errors_.sorted());
  }

  Json run_record() const {
    Json record{
        {"command", "benchmark"},    {"toolkit", fmt::format("csgis {}", kVersion)}, {"simd", simd_path_in_use()},
        {"machine", machine_name()}, {"threads", context_.options.threads},          {"seed", context_.options.seed}};
    record["options"] = to_json_record(options_);
    record["options"]["metrics"] = metrics_;
    record["options"]["method"] = method_texts(options_);
    record["inputs"] = inputs_record(options_);
    record["folder"] = fs::current_path().string();
    for (const auto& contender : contenders_) {
      if (!contender->content().empty()) record["files"][contender->record.text] = contender->content();
    }
    Json tuned_on = Json::array();
    for (const BenchmarkItem& item : training_) tuned_on.push_back(item.id);
    if (!report_.results.sweeps.empty()) record["tuned_on"] = tuned_on;
    return record;
  }

  const BenchmarkOptions& options_;
  const RunContext& context_;
  std::vector<std::string> metrics_;
  Shard shard_;
  std::vector<std::unique_ptr<Contender>> contenders_;
  std::vector<BenchmarkItem> items_, training_;
  ItemErrors errors_;
  BenchmarkReport report_;
};

}  // namespace

BenchmarkReport benchmark(const BenchmarkOptions& options, const RunContext& context) {
  validate(options);
  return Benchmark(options, context).run();
}

BenchmarkPlan plan_benchmark(const BenchmarkOptions& options, const RunContext& context) {
  validate(options);
  return Benchmark(options, context).plan();
}

BenchmarkReport benchmark_part(const BenchmarkOptions& options, const std::vector<std::size_t>& places,
                               const RunContext& context) {
  return Benchmark(options, context).run(&places);
}

}  // namespace csgis
