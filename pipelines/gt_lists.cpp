#include "pipelines/gt_lists.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/gt_sheet.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

Json sample_json(const GtRecord& record, const GtDecision& decision) {
  const GtCandidate& chosen = *decision.chosen;
  const std::string gt = fmt::format("gt/{}.png", record.id);
  Json sample{{"key", record.id},
              {"gt_id", record.id},
              {"gt", gt},
              {"label", record.label ? Json(fmt::format("label/{}.png", record.id)) : Json()},
              {"photo", record.file},
              {"photo_sha256", record.sha256},
              {"candidate", chosen.file},
              {"method", chosen.method},
              {"score", to_json(chosen.score)},
              {"ease", record.ease},
              {"chosen_by", decision.is_by_person ? "person" : "screening"}};
  sample["runner_up"] = decision.runner_up == nullptr ? Json()
                                                      : Json{{"method", decision.runner_up->method},
                                                             {"score", to_json(decision.runner_up->score)}};
  sample["sha256"] = {{gt, chosen.sha256}};
  return sample;
}

Json rejected_json(const GtRecord& record, const GtDecision& decision) {
  return {{"id", record.id},
          {"photo", record.file},
          {"stage", decision.is_by_person ? "choice" : "screening"},
          {"reason", decision.reason},
          {"ease", record.ease},
          {"best", {{"method", decision.best->method}, {"score", to_json(decision.best->score)}}}};
}

/// The photos that --select left out, by their place among all.
std::vector<Json> unselected_json(const Json& dataset) {
  std::vector<double> ease;
  for (const Json& input : dataset.at("inputs")) ease.push_back(input.at("ease"));
  const Json& select = dataset.at("options").at("select");
  if (select.is_null() || select.get<std::uint64_t>() >= ease.size()) return {};
  const std::vector<std::size_t> kept = places_of_greatest(ease, select.get<std::uint64_t>());
  std::vector<Json> lines;
  for (std::size_t i = 0; i < ease.size(); ++i) {
    if (std::ranges::binary_search(kept, i)) continue;
    const auto easier = std::ranges::count_if(ease, [&](double other) { return other > ease[i]; });
    const Json& input = dataset.at("inputs").at(i);
    lines.push_back({{"id", input.at("id")},
                     {"photo", input.at("file")},
                     {"stage", "select"},
                     {"reason", fmt::format("{} of {} photos look easier, {} were to be kept", easier, ease.size(),
                                            select.get<std::uint64_t>())},
                     {"ease", ease[i]},
                     {"best", nullptr}});
  }
  return lines;
}

std::string text_of(const std::vector<Json>& lines) {
  std::string text;
  for (const Json& line : lines) text += line.dump() + '\n';
  return text;
}

void check_choices(const GtChoices& choices, const std::vector<GtRecord>& records) {
  for (const auto& [id, candidate] : choices) {
    const bool is_known = std::ranges::find(records, id, &GtRecord::id) != records.end();
    require<DataError>(is_known, "--choices: the run has no candidates of a photo '{}'", id);
  }
}

/// Writes lists and remembers them for the journal.
class ListWriter {
 public:
  ListWriter(OutputFolder& out, std::vector<FileRecord>& lists) : out_(out), lists_(lists) { lists_.clear(); }

  void write(const std::string& file, const std::string& text) {
    lists_.push_back(write_list(out_, file, text));
  }

 private:
  OutputFolder& out_;
  std::vector<FileRecord>& lists_;
};

}  // namespace

std::vector<std::size_t> places_of_greatest(const std::vector<double>& values, std::optional<std::uint64_t> count) {
  std::vector<std::size_t> places(values.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (!count || *count >= values.size()) return places;
  std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  places.resize(static_cast<std::size_t>(*count));
  std::ranges::sort(places);
  return places;
}

std::vector<GtRecord> read_gt_records(const OutputFolder& out, const std::vector<JournalEntry>& entries) {
  std::vector<GtRecord> records;
  for (const JournalEntry& entry : entries) {
    require<DataError>(!entry.files.empty(), "the journal of {} is damaged", out.root().string());
    const std::string& file = entry.files.front().path;
    try {
      const auto bytes = read_file_bytes(out.path(file));
      records.push_back(gt_record_from_json(Json::parse(bytes.begin(), bytes.end())));
    } catch (const nlohmann::json::exception& e) {
      fail<DataError>("{}: {}", out.path(file).string(), e.what());
    }
  }
  std::ranges::sort(records, {}, &GtRecord::file);
  return records;
}

std::vector<std::string> gt_parts(const Shard& shard) {
  std::vector<std::string> names{shard.file_name("samples"), shard.file_name("rejected"), "candidates/", "gt/",
                                 "label/"};
  if (shard.is_whole()) names.insert(names.end(), {kGtFile, gt_sheet_file(0)});
  return names;
}

GtCounts close_gt_run(OutputFolder& out, const Shard& shard, const GtRun& run, const GtChoices& choices,
                      std::size_t errors, const RunContext& context, std::vector<FileRecord>& lists) {
  check_choices(choices, run.records);
  const double least_score = run.dataset().at("options").at("least-score");
  GtCounts counts;
  std::vector<Json> samples, rejected;
  std::vector<GtDecision> decisions;
  for (const GtRecord& record : run.records) {
    decisions.push_back(decide(record, least_score, choices));
    counts.by_person += decisions.back().is_by_person ? 1 : 0;
  }
  out.make_folder("gt");  // nothing is written before every choice is known to fit
  for (std::size_t i = 0; i < run.records.size(); ++i) {
    const GtRecord& record = run.records[i];
    const std::string gt = fmt::format("gt/{}.png", record.id);
    if (decisions[i].chosen == nullptr) {
      out.remove(gt);
      rejected.push_back(rejected_json(record, decisions[i]));
    } else {
      out.write(gt, read_file_bytes(out.path(decisions[i].chosen->file)));
      samples.push_back(sample_json(record, decisions[i]));
    }
  }
  counts.chosen = samples.size();
  counts.rejected = rejected.size();
  counts.photos = run.dataset().at("inputs").size();
  ListWriter writer(out, lists);
  std::ranges::sort(samples, {}, [](const Json& sample) { return sample.at("key").get<std::string>(); });
  writer.write(shard.file_name("samples"), text_of(samples));
  if (!shard.is_whole()) {
    writer.write(shard.file_name("rejected"), text_of(rejected));
    return counts;
  }
  std::vector<Json> unselected = unselected_json(run.dataset());
  counts.unselected = unselected.size();
  std::ranges::move(unselected, std::back_inserter(rejected));
  std::ranges::sort(rejected, {}, [](const Json& line) { return line.at("photo").get<std::string>(); });
  writer.write(shard.file_name("rejected"), text_of(rejected));
  counts.sheets = write_gt_sheets(out, run, decisions, context,
                                  [&](const std::string& file, const std::string& page) { writer.write(file, page); });
  Json whole = run.dataset();
  whole["counts"] = {{"photos", counts.photos}, {"not_selected", counts.unselected}, {"rejected", counts.rejected},
                     {"chosen", counts.chosen}, {"by_person", counts.by_person},     {"errors", errors}};
  writer.write(kGtFile, whole.dump(2) + '\n');
  return counts;
}

}  // namespace csgis
