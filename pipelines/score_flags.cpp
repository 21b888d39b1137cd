#include "pipelines/score_flags.h"

#include "core/error.h"
#include "imaging/crop.h"
#include "imaging/image_file.h"
#include "pipelines/net_smoother.h"
#include "pipelines/seen_truths.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace csgis {
namespace {

std::string family_in(const std::string& method) {
  return method.substr(0, method.find(':'));
}

/// truth_hash() by ground truth; empty for one that cannot be read.
std::map<std::string, std::string> truth_hashes(std::span<const BenchmarkItem> items, std::uint64_t max_pixels) {
  std::map<std::string, std::string> hashes;
  for (const BenchmarkItem& item : items) {
    const auto [entry, is_new] = hashes.emplace(item.gt_id, "");
    if (!is_new) continue;
    try {
      const Image8 image = read_colour8(item.gt, {max_pixels});
      entry->second = item.is_pair ? truth_hash(half_of(image, Half::left)) : truth_hash(image);
    } catch (const Error&) {  // its cells have failed and say why
    }
  }
  return hashes;
}

/// One contender's words for ground truths.
class Flagger {
 public:
  Flagger(Results& results, MethodRecord& record, std::span<const BenchmarkItem> items)
      : results_(results), record_(record) {
    for (const BenchmarkItem& item : items) gt_of_[item.id] = item.gt_id;
    for (const auto& [image, gt] : gt_of_) all_.insert(gt);
  }

  void add(const char* word, const std::set<std::string>& gts, const std::string& before, const std::string& after) {
    if (gts.empty()) return;
    record_.flags.push_back(fmt::format("{} {} of the {} ground truths {}", before, gts.size(), all_.size(), after));
    for (ResultRow& row : results_.rows) {
      if (row.method == record_.name && row.error.empty() && gts.contains(gt_of_.at(row.image))) {
        row.flags.emplace_back(word);
      }
    }
  }

 private:
  Results& results_;
  MethodRecord& record_;
  std::map<std::string, std::string> gt_of_;
  std::set<std::string> all_;
};

void flag_training(const SeenTruths& seen, const std::map<std::string, std::string>& hashes, Flagger& flagger,
                   MethodRecord& record) {
  const auto known = [&hashes](const TruthList& list) {
    std::set<std::string> gts;
    for (const auto& [gt, hash] : hashes) {
      if (list.hashes.contains(hash)) gts.insert(gt);
    }
    return gts;
  };
  const char* const least = seen.trained_on.is_whole() ? "" : " at least";
  flagger.add(kTrainedOn, known(seen.trained_on), fmt::format("trained on{}", least), "it is scored on");
  flagger.add(kChosenOn, known(seen.chosen_on), "its epoch was chosen by", "it is scored on");
  if (!seen.is_start_known) record.flags.emplace_back("not recorded: what its initial weights were trained on");
}

void note_makers(Results& results, std::span<const BenchmarkItem> items) {
  std::map<std::string, std::set<std::string>> gts_of;
  std::set<std::string> all;
  for (const BenchmarkItem& item : items) {
    all.insert(item.gt_id);
    if (!item.gt_maker.empty()) gts_of[family_in(item.gt_maker)].insert(item.gt_id);
  }
  if (gts_of.empty()) return;
  std::vector<std::string> makers;
  for (const auto& [maker, gts] : gts_of) makers.push_back(fmt::format("{} {}", gts.size(), maker));
  results.notes.push_back(fmt::format(
      "Of the {} ground truths, some are photos smoothed by a method: {}. Rows of these methods are flagged.",
      all.size(), fmt::join(makers, ", ")));
}

}  // namespace

void flag_scores(Results& results, std::span<const BenchmarkItem> items, std::span<const Contender* const> contenders,
                 std::uint64_t max_pixels) {
  note_makers(results, items);
  std::map<std::string, std::string> hashes;
  for (MethodRecord& record : results.method_records) {
    Flagger flagger(results, record, items);
    std::set<std::string> made;
    for (const BenchmarkItem& item : items) {
      if (family_in(item.gt_maker) == record.family) made.insert(item.gt_id);
    }
    flagger.add(kMadeIt, made, "made", "it is scored on");
    const auto contender =
        std::ranges::find(contenders, record.name, [](const Contender* c) { return c->record.name; });
    if (record.family != kNetMethod || contender == contenders.end()) continue;
    const auto seen = seen_truths_from((*contender)->training_note());
    if (!seen) {
      record.flags.emplace_back("not recorded: what it was trained on");
      continue;
    }
    if (hashes.empty()) hashes = truth_hashes(items, max_pixels);
    flag_training(*seen, hashes, flagger, record);
  }
}

}  // namespace csgis
