#include "metrics/metric_table.h"
#include "pipelines/cluster_bootstrap.h"
#include "pipelines/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace csgis {
namespace {

/// At least so many, and so many for each method: p values of 1 over their number, adjusted for all comparisons, can
/// still be small.
constexpr std::size_t kReplicates = 2000, kReplicatesPerMethod = 400;
constexpr std::size_t kFewestGts = 8, kFewestTextures = 5;
constexpr std::size_t kFewestImages = 2;  // of one image there is no interval
constexpr const char* kBaseline = "none";

using Values = std::vector<std::optional<double>>;  // of one method, by image

Interval interval_of(const std::vector<double>& ascending) {
  return {quantile(ascending, 0.025), quantile(ascending, 0.975)};
}

double mean_of(const Values& values) {
  double sum = 0, count = 0;
  for (const std::optional<double>& value : values) {
    if (!value || !std::isfinite(*value)) continue;
    sum += *value;
    ++count;
  }
  return sum / count;
}

std::size_t count_of(const Values& values) {
  return static_cast<std::size_t>(
      std::ranges::count_if(values, [](const auto& value) { return value && std::isfinite(*value); }));
}

Values difference(const Values& a, const Values& b) {
  Values out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] && b[i] && std::isfinite(*a[i]) && std::isfinite(*b[i])) out[i] = *a[i] - *b[i];
  }
  return out;
}

/// One metric: the values of all methods on all images.
class MetricTable {
 public:
  MetricTable(Results& results, const MetricInfo& metric, const ClusterBootstrap& bootstrap)
      : results_(results), metric_(metric), bootstrap_(bootstrap) {
    std::map<std::string, std::size_t> image_at;
    for (std::size_t i = 0; i < results.images.size(); ++i) image_at[results.images[i]] = i;
    for (const std::string& method : results.methods) values_[method].resize(results.images.size());
    for (const ResultRow& row : results.rows) {
      values_[row.method][image_at.at(row.image)] = value_of(row.metrics, metric.name);
    }
  }

  void fill() {
    const std::string best = best_method();
    for (MetricSummary& summary : results_.summary) {
      if (summary.metric != metric_.name || summary.count == 0) continue;
      if (summary.count >= kFewestImages) summary.interval = interval_of(bootstrap_.means(values_[summary.method]));
      if (!is_oracle(summary.method)) summary.wins = wins_of(summary.method);
      if (values_.contains(kBaseline)) summary.gain = gain_of(summary.method);
    }
    fill_ranks(&ImageRecord::gt_id, &MetricSummary::rank_by_gt);
    fill_ranks(&ImageRecord::texture_id, &MetricSummary::rank_by_texture);
    fill_strata();
    compare(best);
  }

 private:
  double sign() const { return metric_.better == Better::higher ? 1 : -1; }

  /// Oracles have seen the ground truths: they neither win nor are they what others are compared with.
  bool is_oracle(const std::string& method) const {
    const auto record = std::ranges::find(results_.method_records, method, &MethodRecord::name);
    return record != results_.method_records.end() && record->setting == "oracle";
  }

  std::string best_method() const {
    const MetricSummary* best = nullptr;
    for (const MetricSummary& summary : results_.summary) {
      if (summary.metric != metric_.name || summary.count == 0 || summary.method == kBaseline) continue;
      if (is_oracle(summary.method) || !is_complete(results_, summary)) continue;
      if (best == nullptr || sign() * summary.mean > sign() * best->mean) best = &summary;
    }
    return best == nullptr ? "" : best->method;
  }

  std::optional<double> gain_of(const std::string& method) {
    const Values gains = difference(values_[method], values_[kBaseline]);
    if (count_of(gains) == 0) return std::nullopt;
    return sign() * mean_of(gains);
  }

  /// Images on which nothing is better; equal ones both win.
  std::size_t wins_of(const std::string& method) const {
    std::size_t wins = 0;
    for (std::size_t i = 0; i < results_.images.size(); ++i) {
      const std::optional<double>& own = values_.at(method)[i];
      if (!own) continue;
      const bool is_beaten = std::ranges::any_of(values_, [&](const auto& other) {
        return other.second[i] && !is_oracle(other.first) && sign() * *other.second[i] > sign() * *own;
      });
      if (!is_beaten) ++wins;
    }
    return wins;
  }

  /// Groups of images, by a field of their records.
  std::map<std::string, std::vector<std::size_t>> groups(std::string ImageRecord::*field) const {
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < results_.image_records.size(); ++i) {
      const std::string& name = results_.image_records[i].*field;
      if (!name.empty()) groups[name].push_back(i);
    }
    return groups;
  }

  Values part(const std::string& method, const std::vector<std::size_t>& images) const {
    Values values;
    for (const std::size_t i : images) values.push_back(values_.at(method)[i]);
    return values;
  }

  /// Mean over the groups of the method's place in each; methods of equal means share the mean of their places.
  /// Oracles take no place.
  void fill_ranks(std::string ImageRecord::*field, std::optional<double> MetricSummary::*rank) {
    std::map<std::string, double> sums;
    std::map<std::string, std::size_t> counts;
    for (const auto& [name, images] : groups(field)) {
      std::vector<std::pair<double, std::string>> means;
      for (const std::string& method : results_.methods) {
        if (is_oracle(method)) continue;
        const Values values = part(method, images);
        if (count_of(values) > 0) means.emplace_back(sign() * mean_of(values), method);
      }
      for (const auto& [mean, method] : means) {
        const auto above = std::ranges::count_if(means, [&](const auto& other) { return other.first > mean; });
        const auto equal = std::ranges::count_if(means, [&](const auto& other) { return other.first == mean; });
        sums[method] += static_cast<double>(above) + (static_cast<double>(equal) + 1) / 2;
        ++counts[method];
      }
    }
    for (MetricSummary& summary : results_.summary) {
      if (summary.metric != metric_.name || counts[summary.method] == 0) continue;
      summary.*rank = sums[summary.method] / static_cast<double>(counts[summary.method]);
    }
  }

  void fill_strata() {
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> classes;
    for (std::size_t i = 0; i < results_.image_records.size(); ++i) {
      for (const auto& stratum : results_.image_records[i].strata) classes[stratum].push_back(i);
    }
    for (const auto& [stratum, images] : classes) {
      for (const std::string& method : results_.methods) {
        const Values values = part(method, images);
        const std::size_t count = count_of(values);
        if (count == 0) continue;
        results_.strata.push_back({stratum.first, stratum.second, metric_.name, method, count, mean_of(values)});
      }
    }
  }

  void compare(const std::string& best) {
    std::vector<Comparison> list;
    for (const std::string& against : {std::string(kBaseline), best}) {
      if (!values_.contains(against)) continue;
      for (const std::string& method : results_.methods) {
        // The best is compared with `none` in the first list already.
        if (method == against || (against == best && method == kBaseline)) continue;
        const Values differences = difference(values_[method], values_[against]);
        if (count_of(differences) < kFewestImages) continue;
        const std::vector<double> means = bootstrap_.means(differences);
        list.push_back({metric_.name, method, against, count_of(differences), mean_of(differences), interval_of(means),
                        two_sided_p(means), 1});
      }
    }
    std::vector<double> p;
    for (const Comparison& comparison : list) p.push_back(comparison.p);
    const std::vector<double> adjusted = holm(p);
    for (std::size_t k = 0; k < list.size(); ++k) list[k].p_holm = adjusted[k];
    results_.comparisons.insert(results_.comparisons.end(), list.begin(), list.end());
  }

  Results& results_;
  const MetricInfo& metric_;
  const ClusterBootstrap& bootstrap_;
  std::map<std::string, Values> values_;
};

void note_few_groups(Results& results, const ClusterBootstrap& bootstrap, bool has_textures) {
  if (bootstrap.row_groups() < kFewestGts) {
    results.notes.push_back(
        fmt::format("Ground truths: {}, fewer than {}: the intervals are rough and tend to be too narrow.",
                    bootstrap.row_groups(), kFewestGts));
  }
  if (!has_textures) {
    results.notes.emplace_back("Textures are not known: the intervals account for shared ground truths alone.");
  } else if (bootstrap.column_groups() < kFewestTextures) {
    results.notes.push_back(
        fmt::format("Textures: {}, fewer than {}: the intervals are rough and tend to be too narrow.",
                    bootstrap.column_groups(), kFewestTextures));
  }
}

/// Methods that make things worse by metrics that judge the whole image.
void flag_losers(Results& results) {
  for (MethodRecord& record : results.method_records) {
    std::vector<std::string> lost;
    for (const MetricSummary& summary : results.summary) {
      if (summary.method != record.name || !summary.gain || *summary.gain >= 0 || record.name == kBaseline) continue;
      if (find_metric(summary.metric).covers == Covers::all) lost.push_back(summary.metric);
    }
    if (!lost.empty()) record.flags.push_back(fmt::format("below the unsmoothed input in {}", fmt::join(lost, ", ")));
  }
}

}  // namespace

void compare_methods(Results& results, std::uint64_t seed) {
  std::vector<std::string> gts, textures;
  for (const ImageRecord& record : results.image_records) {
    gts.push_back(record.gt_id);
    textures.push_back(record.texture_id);
  }
  const std::size_t replicates = std::max(kReplicates, kReplicatesPerMethod * results.methods.size());
  const ClusterBootstrap bootstrap(gts, textures, replicates, Random(seed, "bootstrap", ""));
  for (const std::string& name : results.metrics) MetricTable(results, find_metric(name), bootstrap).fill();
  flag_losers(results);
  note_few_groups(results, bootstrap, std::ranges::any_of(textures, [](const auto& name) { return !name.empty(); }));
}

}  // namespace csgis
