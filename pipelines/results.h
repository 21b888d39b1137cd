#pragma once
/// The one model behind every table, file and page of scores. What it holds is computed once (pipelines/statistics.h)
/// and rendered by several writers (results_json.h, results_text.h, report.h), which compute nothing of their own and
/// so cannot disagree.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace csgis {

/// Metric and value, in the order asked for; a value may be infinite, never NaN.
using MetricValues = std::vector<std::pair<std::string, double>>;

/// The value of that name, if there is one.
std::optional<double> value_of(const MetricValues& values, const std::string& metric);

/// One method on one image.
struct ResultRow {
  std::string method, image;
  std::optional<double> seconds;  ///< Of the smoothing alone.
  MetricValues metrics;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< Metrics that do not apply to this image, and why.
  std::string error;                                         ///< Why there are no values; empty for a good row.
  std::string file;                     ///< The smoothed image beside results.json; empty if not kept.
  std::vector<std::string> flags = {};  ///< What speaks against the score: score_flags.h.
};

/// How the setting of a row was come by.
struct MethodRecord {
  std::string name;     ///< As in rows: "l0", "l0 (tuned)".
  std::string text;     ///< What was run, all options named: "l0:lambda=0.0132,kappa=2".
  std::string family;   ///< The method whose settings are compared: "l0".
  std::string setting;  ///< "default", "given", "tuned", "oracle", "files", "external" or "none".
  std::vector<std::string>
      flags;  ///< Sentences a reader must know: "below none", "the ground truths were made with it".
};

/// What is known about an image apart from its scores. Paths are relative to results.json.
struct ImageRecord {
  std::string image, gt_id, texture_id, input, gt;
  std::vector<std::pair<std::string, std::string>> strata;  ///< Name and class: "input psnr", "20..25 dB".
};

/// Ends of a 95 % interval.
struct Interval {
  double low = 0, high = 0;
};

/// One metric of one method over its good rows.
struct MetricSummary {
  std::string metric, method;
  std::size_t count = 0;     ///< Finite values: those that the figures below are of.
  std::size_t infinite = 0;  ///< Images equal to their ground truth under psnr: apart, as they make means infinite.
  double mean = 0, median = 0;
  double deviation = 0;                               ///< Of the sample (n - 1); 0 for one value.
  double worst = 0;                                   ///< Mean of the worst 5 %, at least one value.
  std::optional<Interval> interval;                   ///< Of the mean.
  std::optional<double> gain;                         ///< Mean difference to the row `none`; positive is better.
  std::optional<std::size_t> wins;                    ///< Images on which no other method is better.
  std::optional<double> rank_by_gt, rank_by_texture;  ///< Mean rank (1 is best) of the means of each GT or texture.
};

/// Paired differences of two methods over the images both have.
struct Comparison {
  std::string metric, method, against;
  std::size_t count = 0;
  double difference = 0;  ///< Mean of method - against; in the metric's own direction.
  Interval interval;
  double p = 1, p_holm = 1;  ///< Two-sided, and adjusted by Holm over all comparisons of the metric.
};

/// A metric of networks whose trainings differ by the seed alone: see seed_groups.h.
struct SeedMean {
  std::string metric, group;
  std::size_t seeds = 0, images = 0;
  double mean = 0;
  double deviation = 0;  ///< Of the means of the seeds, as a sample (n - 1).
};

/// Mean of group - against.
struct SeedDifference {
  std::string metric, group, against;
  double difference = 0;
  Interval interval;  ///< 95 %, over other seeds on the same images.
};

/// Mean of one metric over the images of one class of a stratum.
struct StratumMean {
  std::string stratum, value, metric, method;
  std::size_t count = 0;
  double mean = 0;
};

/// One method at one size on so many threads: wall time of one image, decoding excluded.
struct TimeRecord {
  std::string method;
  int height = 0, width = 0, threads = 1;
  std::size_t repeats = 0;
  double median = 0, lower_quartile = 0, upper_quartile = 0;  ///< Seconds.
  std::uint64_t peak_bytes = 0;                               ///< Of the process while it ran.
  std::string machine;                                        ///< Times of different machines are never averaged.
};

/// One setting of a sweep or a search, scored on the images it was tried on.
struct SweepPoint {
  std::string family, text;
  MetricValues metrics;  ///< Means.
};

/// Read off a sweep: the value of `metric` where the sweep of that family reaches `at` of the metric `along`.
struct CurveValue {
  std::string family, along;
  double at = 0;
  std::string metric;
  double value = 0;
};

/// A number from the literature; never mixed with measured ones.
struct PublishedValue {
  std::string family, dataset, metric;
  double value = 0;
  std::string source;
};

struct Results {
  nlohmann::ordered_json run;        ///< What was run, where and how: the only part that may differ between equal runs.
  std::vector<std::string> metrics;  ///< In the order asked for.
  std::vector<std::string> methods;  ///< Names, in the order asked for.
  std::vector<std::string> images;   ///< Sorted.
  std::vector<std::string> unmatched;  ///< Ground truths, or keys of samples, that nothing was scored against.
  std::vector<ResultRow> rows;         ///< By method, then image.
  std::vector<MetricSummary> summary;  ///< By metric, then method.
  // Of benchmarks alone:
  std::vector<MethodRecord> method_records;
  std::vector<ImageRecord> image_records;
  std::vector<Comparison> comparisons;
  std::vector<StratumMean> strata;
  std::vector<SeedMean> seed_means;
  std::vector<SeedDifference> seed_differences;
  std::vector<TimeRecord> times;
  std::vector<SweepPoint> sweeps;
  std::vector<CurveValue> curve_values;
  std::vector<PublishedValue> published;
  std::vector<std::string> notes;  ///< Sentences about the whole: "fewer than 8 ground truths: ...".
};

/// Values, infinite ones too, of the method that has most of them in that metric.
std::size_t most_values(const Results& results, const std::string& metric);

/// Whether a method has as many values as any: a mean over the images on which it did not fail is no mean to rank by.
bool is_complete(const Results& results, const MetricSummary& summary);

/// The summary of that metric and method, or null.
const MetricSummary* find_summary(const Results& results, const std::string& metric, const std::string& method);

}  // namespace csgis
