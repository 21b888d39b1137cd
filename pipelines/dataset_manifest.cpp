#include "pipelines/dataset_manifest.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/negative_summary.h"

#include <boost/filesystem/operations.hpp>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

Json json_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

std::optional<std::string> optional_path(const Json& object, const char* key) {
  if (!object.contains(key) || object.at(key).is_null()) return std::nullopt;
  return inner_path(object.at(key));
}

Json to_json(const std::vector<SampleNegative>& negatives) {
  Json array = Json::array();
  for (const SampleNegative& n : negatives) array.push_back({{"file", n.file}, {"method", n.method}, {"from", n.from}});
  return array;
}

std::vector<SampleNegative> negatives_from(const Json& array) {
  std::vector<SampleNegative> negatives;
  for (const Json& n : array) negatives.push_back({inner_path(n.at("file")), n.at("method"), n.at("from")});
  return negatives;
}

}  // namespace

std::vector<std::string> SampleRecord::files() const {
  std::vector<std::string> all{gt, blend, edge};
  if (label) all.push_back(*label);
  if (instance) all.push_back(*instance);
  for (const auto* list : {&over, &under}) {
    for (const SampleNegative& negative : *list) {
      if (negative.file != blend) all.push_back(negative.file);
    }
  }
  return all;
}

void SampleRecord::add_negatives(std::span<const NegativeRecord> negatives) {
  for (const NegativeRecord& n : negatives) {
    if (n.file.empty()) continue;
    (n.kind == NegativeKind::over ? over : under).push_back({n.file, n.method, n.from});
  }
}

std::string to_json_line(const SampleRecord& record) {
  Json line{{"key", record.key},
            {"gt_id", record.gt_id},
            {"texture_id", record.texture_id},
            {"split", to_name(record.split)},
            {"gt", record.gt},
            {"blend", record.blend},
            {"edge", record.edge},
            {"label", json_or_null(record.label)}};
  if (record.instance) line["instance"] = *record.instance;
  line["over"] = to_json(record.over);
  line["under"] = to_json(record.under);
  if (!record.recipe.empty()) line["recipe"] = Json::parse(record.recipe);
  line["sha256"] = record.sha256;
  return line.dump();
}

SampleRecord sample_from_json(std::string_view line) {
  try {
    const Json object = Json::parse(line);
    SampleRecord record;
    record.key = object.at("key");
    record.gt_id = object.at("gt_id");
    record.texture_id = object.at("texture_id");
    record.split = from_name<Split>(object.at("split").get<std::string>(), "split");
    record.gt = inner_path(object.at("gt"));
    record.blend = inner_path(object.at("blend"));
    record.edge = inner_path(object.at("edge"));
    record.label = optional_path(object, "label");
    record.instance = optional_path(object, "instance");
    record.over = negatives_from(object.at("over"));
    record.under = negatives_from(object.at("under"));
    if (object.contains("recipe")) record.recipe = object.at("recipe").dump();
    record.sha256 = object.at("sha256").get<std::map<std::string, std::string>>();
    return record;
  } catch (const nlohmann::json::exception& e) {
    fail<DataError>("is no line of a samples file: {}", e.what());
  }
}

std::vector<std::string> read_lines(const fs::path& path) {
  const std::vector<std::uint8_t> bytes = read_file_bytes(path);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<SampleRecord> read_samples(const fs::path& path) {
  std::vector<SampleRecord> records;
  for (const std::string& line : read_lines(path)) {
    try {
      records.push_back(sample_from_json(line));
    } catch (const Error& e) {
      fail<DataError>("{}, line {}: {}", path.string(), records.size() + 1, e.what());
    }
  }
  return records;
}

void write_samples(OutputFolder& folder, const std::string& name, const NextSample& next) {
  folder.write_lines_synced(name, [&](std::string& line) {
    const std::optional<SampleRecord> record = next();
    if (record) line = to_json_line(*record);
    return record.has_value();
  });
}

SplitCounts write_samples_and_splits(OutputFolder& folder, const NextSample& next) {
  std::map<std::string, std::string> lists{{"train", ""}, {"val", ""}};
  SplitCounts counts{{"train", 0}, {"val", 0}};
  folder.make_folder("splits");
  write_samples(folder, kSamplesFile, [&] {
    std::optional<SampleRecord> record = next();
    if (record) {
      lists[to_name(record->split)] += record->key + '\n';
      ++counts[to_name(record->split)];
    }
    return record;
  });
  for (const auto& [split, keys] : lists) folder.write_synced("splits/" + split + ".txt", keys);
  return counts;
}

DatasetSummaries summaries_of(std::span<const JournalEntry* const> entries) {
  return {blend_summary(entries), negative_summary(entries)};
}

void write_dataset_json(OutputFolder& folder, Json head, const SplitCounts& counts, std::size_t errors,
                        const DatasetSummaries& summaries) {
  std::uint64_t samples = 0;
  for (const auto& [split, count] : counts) samples += count;
  std::size_t without_label = 0;
  for (const Json& gt : head.at("inputs").at("gt")) without_label += gt.at("label").is_null() ? 1 : 0;
  head["counts"] = {{"gt", head.at("inputs").at("gt").size()},
                    {"textures", head.at("inputs").at("textures").size()},
                    {"without_label", without_label},
                    {"samples", samples},
                    {"splits", counts},
                    {"errors", errors}};
  if (!summaries.blends.is_null()) head["blends"] = summaries.blends;
  if (!summaries.negatives.is_null()) head["negatives"] = summaries.negatives;
  folder.write_synced(kDatasetFile, head.dump(2) + '\n');
}

std::vector<FileRecord> list_records(const OutputFolder& folder, const Shard& shard, Layout layout) {
  const bool is_native = layout == Layout::native;
  std::vector<std::string> names{shard.file_name("errors")};
  if (is_native) names.push_back(shard.file_name("samples"));
  if (shard.is_whole()) {
    names.emplace_back(kDatasetFile);
    if (!is_native) names.emplace_back(kMapFile);
    for (const std::string& split : names_of<Split>()) {
      if (is_native) names.push_back("splits/" + split + ".txt");
    }
  }
  std::vector<FileRecord> records;
  for (const std::string& name : names) {
    if (fs::exists(folder.path(name)))
      records.push_back(record_of(name, read_file_bytes(folder.path(name)), Publish::no));
  }
  return records;
}

void write_errors(OutputFolder& folder, const std::string& file_name, std::span<const ItemError> errors) {
  if (errors.empty()) {
    folder.remove(file_name);
    return;
  }
  std::string lines;
  for (const ItemError& error : errors) lines += to_json_line(error) + '\n';
  folder.write_synced(file_name, lines);
}

}  // namespace csgis
