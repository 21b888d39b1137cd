#include "pipelines/evaluate.h"

#include "classical/simd_path.h"
#include "core/error.h"
#include "core/version.h"
#include "imaging/crop.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/output_folder.h"
#include "pipelines/parallel_items.h"
#include "pipelines/results_json.h"
#include "pipelines/results_text.h"
#include "pipelines/scoring.h"
#include "pipelines/statistics.h"

#include <boost/filesystem/operations.hpp>
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

void score_files(const PairedImage& pair, const EvaluateOptions& options, const std::vector<std::string>& metrics,
                 ResultRow& row) {
  Scored pred = read_scored(pair.pred.path, options.score, options.max_pixels);
  Scored gt = read_scored(pair.gt->path, options.score, options.max_pixels);
  if (options.crop_right) {
    const bool gt_is_pair = view(gt).width() == view(pred).width();
    pred = half_of(pred, Half::right);
    if (gt_is_pair) gt = half_of(gt, Half::left);
  }
  score_pair(pred, gt, metrics, row);
}

class Evaluation {
 public:
  Evaluation(const EvaluateOptions& options, const RunContext& context)
      : options_(options), context_(context), metrics_(metric_names(metric_lists(options))) {}

  EvaluateReport run() {
    PairedFolders folders = pair_folders(options_.pred, options_.gt, options_.pairing, options_.voc_modulus);
    const std::string title = title_of(options_.pred);
    Results& results = report_.results;
    results.metrics = metrics_;
    results.methods = {title};
    results.unmatched = std::move(folders.unmatched);
    results.rows.resize(folders.pairs.size());
    for (std::size_t i = 0; i < folders.pairs.size(); ++i) {
      results.images.push_back(folders.pairs[i].pred.id);
      results.rows[i].method = title;
      results.rows[i].image = folders.pairs[i].pred.id;
    }
    score_all(folders.pairs);
    name_errors(results.rows);
    summarise(results);
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
      score_one(pairs[i], report_.results.rows[i]);
      progress.advance();
    });
  }

  void score_one(const PairedImage& pair, ResultRow& row) {
    const bool good = errors_.try_item(pair.pred.id, pair.pred.path, "score", [&] {
      require<DataError>(pair.gt.has_value(), "{}", pair.reason);
      score_files(pair, options_, metrics_, row);
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
  for (const char* name : {"results.json", "results.csv", "results.md"}) {
    boost::system::error_code ignored;
    require<OutputError>(!fs::exists(folder.path(name), ignored), "{} exists; --overwrite replaces it",
                         folder.path(name).string());
  }
}

}  // namespace

EvaluateReport evaluate(const EvaluateOptions& options, const RunContext& context) {
  validate(options);
  Evaluation evaluation(options, context);
  std::optional<OutputFolder> folder;
  if (!options.out.empty()) {
    folder.emplace(options.out, Shard{}, context.log);
    check_nothing_is_replaced(options, *folder, context);
  }
  EvaluateReport report = evaluation.run();
  if (folder) write_results(options, report, evaluation.errors(), *folder);
  return report;
}

}  // namespace csgis
