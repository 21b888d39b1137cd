#include "pipelines/evaluate.h"

#include "classical/simd_path.h"
#include "core/error.h"
#include "core/version.h"
#include "imaging/crop.h"
#include "imaging/image_file.h"
#include "metrics/metric_table.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/output_folder.h"
#include "pipelines/parallel_items.h"
#include "pipelines/results_json.h"
#include "pipelines/results_text.h"
#include "pipelines/scoring.h"
#include "pipelines/several_gts.h"
#include "pipelines/statistics.h"
#include "pipelines/trade_off.h"

#include <boost/filesystem/operations.hpp>
#include <cmath>
#include <map>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// The published line has two metrics, whatever was asked for.
std::vector<std::string> metric_lists(const EvaluateOptions& options) {
  return options.format == ResultFormat::csgis_txt ? std::vector<std::string>{} : options.metrics;
}

/// The folder's own name, also for "." and "results/".
std::string title_of(const fs::path& folder) {
  const fs::path whole = fs::canonical(folder);
  return whole.filename().string();
}

Scored half_of(const Scored& image, Half half) {
  return std::visit([half](const auto& held) -> Scored { return csgis::half_of(held, half); }, image);
}

/// The images of a pair while it is scored.
struct Loaded {
  Scored pred;
  std::optional<Scored> gt;
  std::vector<Scored> gts;
  std::optional<LabelMap> labels;
};

Loaded load(const PairedImage& pair, const EvaluateOptions& options) {
  const auto read = [&](const fs::path& path) { return read_scored(path, options.score, options.max_pixels); };
  Loaded loaded{read(pair.pred.path), {}, {}, {}};
  const auto read_gt = [&](const ListedImage& gt) { return read_beside("ground truth", gt.path, read); };
  const auto read_labels = [&](const fs::path& path) { return read_label_map(path, {options.max_pixels}); };
  if (pair.gt) loaded.gt = read_gt(*pair.gt);
  for (const WeightedImage& gt : pair.gts) loaded.gts.push_back(read_gt(gt.image));
  if (pair.label) loaded.labels = read_beside("label map", *pair.label, read_labels);
  if (!options.crop_right) return loaded;
  const bool gt_is_pair = loaded.gt && view(*loaded.gt).width() == view(loaded.pred).width();
  loaded.pred = half_of(loaded.pred, Half::right);
  if (gt_is_pair) loaded.gt = half_of(*loaded.gt, Half::left);
  return loaded;
}

/// @return  the number of values that were compared
std::uint64_t score_files(const PairedImage& pair, const EvaluateOptions& options,
                          const std::vector<std::string>& metrics, ResultRow& row) {
  const Loaded loaded = load(pair, options);
  ScoredPair scored{view(loaded.pred), {}, {}, loaded.labels ? &*loaded.labels : nullptr, {}};
  if (loaded.gt) scored.gt = view(*loaded.gt);
  for (std::size_t k = 0; k < loaded.gts.size(); ++k) {
    scored.gts.push_back({view(loaded.gts[k]), pair.gts[k].weight});
  }
  require<DataError>(!loaded.labels || loaded.labels->size() == scored.pred.size(),
                     "its label map is {}x{}, the image {}x{}", loaded.labels ? loaded.labels->size().height : 0,
                     loaded.labels ? loaded.labels->size().width : 0, scored.pred.height(), scored.pred.width());
  score_pair(scored, metrics, row);
  return scored.pred.values();
}

/// Figures of the set for metrics that are pooled over its values. `values` are those of each row.
void pool(Results& results, const std::vector<std::uint64_t>& values) {
  for (MetricSummary& summary : results.summary) {
    const Pool kind = find_metric(summary.metric).pool;
    if (kind == Pool::mean || summary.count == 0) continue;
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < results.rows.size(); ++i) {
      const std::optional<double> value = value_of(results.rows[i].metrics, summary.metric);
      if (!value || results.rows[i].method != summary.method) continue;
      sum += static_cast<double>(values[i]) * (kind == Pool::values ? *value : *value * *value);
      count += static_cast<double>(values[i]);
    }
    summary.mean = kind == Pool::values ? sum / count : std::sqrt(sum / count);
  }
}

PairedFolders paired(const EvaluateOptions& options) {
  if (options.pairing == Pairing::multi) return pair_several(options.pred, options.gt, options.gt_weights);
  PairedFolders folders = pair_folders(options.pred, options.gt, options.pairing, options.voc_modulus);
  if (!options.labels.empty()) add_labels(folders, options.labels);
  return folders;
}

void check_combination(const EvaluateOptions& o) {
  const bool multi = o.pairing == Pairing::multi;
  require<UsageError>(!o.photos.empty() || !o.pred.empty(), "--pred is required");
  require<UsageError>(o.photos.empty() != o.gt.empty(), "{}",
                      o.gt.empty() ? "--gt is required, or --photos" : "--gt and --photos exclude each other");
  require<UsageError>(o.gt_weights.empty() || multi, "--gt-weights needs --pairing multi");
  require<UsageError>(!multi || (o.labels.empty() && !o.crop_right && o.format == ResultFormat::full),
                      "--pairing multi goes without --labels, --crop-right and --format csgis-txt");
  require<UsageError>(o.methods.empty() || (!o.photos.empty() && o.pred.empty()),
                      "--method needs --photos, and no --pred");
  if (o.photos.empty()) return;
  require<UsageError>(!o.labels.empty(), "--photos needs --labels");
  require<UsageError>(!o.crop_right && o.format == ResultFormat::full && o.pairing == Pairing::name,
                      "--photos goes without --crop-right, --format and --pairing");
}

class Evaluation {
 public:
  Evaluation(const EvaluateOptions& options, const RunContext& context)
      : options_(options), context_(context), metrics_(metric_names(metric_lists(options))) {}

  EvaluateReport run() {
    PairedFolders folders = paired(options_);
    const std::string title = title_of(options_.pred);
    Results& results = report_.results;
    results.metrics = metrics_;
    results.methods = {title};
    results.unmatched = std::move(folders.unmatched);
    results.rows.resize(folders.pairs.size());
    values_.resize(folders.pairs.size());
    for (std::size_t i = 0; i < folders.pairs.size(); ++i) {
      results.images.push_back(folders.pairs[i].pred.id);
      results.rows[i].method = title;
      results.rows[i].image = folders.pairs[i].pred.id;
    }
    score_all(folders.pairs);
    name_errors(results.rows);
    summarise(results);
    pool(results, values_);
    results.run = run_record();
    report_.errors = errors_.size();
    if (report_.errors == results.rows.size()) {
      const ItemError first = errors_.sorted().front();
      fail<NothingUsable>("none of the {} images can be scored; the first: {}: {}", results.rows.size(), first.file,
                          first.reason);
    }
    return std::move(report_);
  }

  const ItemErrors& errors() const { return errors_; }

 private:
  void score_all(const std::vector<PairedImage>& pairs) {
    ProgressTask progress(context_.progress, "scoring", pairs.size());
    for_each_item(pairs.size(), context_, [&](std::size_t i) {
      score_one(pairs[i], report_.results.rows[i], values_[i]);
      progress.advance();
    });
  }

  void score_one(const PairedImage& pair, ResultRow& row, std::uint64_t& values) {
    const bool good = errors_.try_item(pair.pred.id, pair.pred.path, "score", [&] {
      require<DataError>(pair.reason.empty(), "{}", pair.reason);
      values = score_files(pair, options_, metrics_, row);
    });
    if (good) return;
    row.metrics.clear();
    row.skipped.clear();
    // The reason is in errors_; rows get theirs when all is scored.
    if (context_.options.on_error == OnError::stop) {
      const ItemError first = errors_.sorted().front();
      fail<ItemFailed>("{}: {}", first.file, first.reason);
    }
  }

  void name_errors(std::vector<ResultRow>& rows) const {
    std::map<std::string, std::string> reasons;
    for (const ItemError& error : errors_.sorted()) reasons.emplace(error.item, error.reason);
    for (ResultRow& row : rows) {
      if (const auto found = reasons.find(row.image); found != reasons.end()) row.error = found->second;
    }
  }

  Json run_record() const {
    Json record{{"command", "evaluate"}, {"toolkit", fmt::format("csgis {}", kVersion)}, {"simd", simd_path_in_use()}};
    record["options"] = to_json_record(options_);
    record["options"]["metrics"] = metrics_;
    return record;
  }

  const EvaluateOptions& options_;
  const RunContext& context_;
  std::vector<std::string> metrics_;
  ItemErrors errors_;
  std::vector<std::uint64_t> values_;  ///< Compared in each row.
  EvaluateReport report_;
};

void write_results(const EvaluateOptions& options, const EvaluateReport& report, const ItemErrors& errors,
                   OutputFolder& folder) {
  if (options.format == ResultFormat::csgis_txt) {
    std::string text;
    boost::system::error_code ignored;
    if (fs::exists(folder.path("result.txt"), ignored)) {
      const auto bytes = read_file_bytes(folder.path("result.txt"));
      text.assign(bytes.begin(), bytes.end());
    }
    folder.write_synced("result.txt", text + csgis_txt_line(report.results));
  } else {
    folder.write_synced("results.json", to_json_text(report.results));
    folder.write_synced("results.csv", to_csv_text(report.results));
    folder.write_synced("results.md", to_markdown_text(report.results));
  }
  write_errors(folder, kErrorsFile, errors.sorted());
}

/// Before the work: a table that nobody asked to replace stays.
void check_nothing_is_replaced(const EvaluateOptions& options, const OutputFolder& folder, const RunContext& context) {
  if (context.options.overwrite || options.format == ResultFormat::csgis_txt) return;
  for (const char* name : {"results.json", "results.csv", "results.md", kErrorsFile}) {
    boost::system::error_code ignored;
    require<OutputError>(!fs::exists(folder.path(name), ignored), "{} exists; --overwrite replaces it",
                         folder.path(name).string());
  }
}

}  // namespace

EvaluateReport evaluate(const EvaluateOptions& options, const RunContext& context) {
  validate(options);
  check_combination(options);
  std::optional<OutputFolder> folder;
  const auto open_folder = [&] {
    if (options.out.empty()) return;
    folder.emplace(options.out, Shard{}, context.log);
    check_nothing_is_replaced(options, *folder, context);
  };
  const auto finish = [&](auto& job) {
    open_folder();
    EvaluateReport report = job.run();
    if (folder) write_results(options, report, job.errors(), *folder);
    return report;
  };
  if (!options.photos.empty()) {
    TradeOff job(options, context);
    return finish(job);
  }
  Evaluation job(options, context);
  return finish(job);
}

}  // namespace csgis
