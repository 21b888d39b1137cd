#include "core/error.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/sample_table.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

/// Takes the samples of one archive after the other into a table.
class ShardReader {
 public:
  explicit ShardReader(SampleTable& table) : table_(table) {}

  void read(const fs::path& archive) {
    archive_ = archive;
    const std::vector<TarMember> members = list_tar(archive);
    // The files of a sample follow one another; a key is all up to the first dot.
    for (auto first = members.begin(); first != members.end();) {
      const std::string key = first->name.substr(0, first->name.find('.'));
      std::map<std::string, TarMember> files;
      auto next = first;
      for (; next != members.end() && next->name.substr(0, next->name.find('.')) == key; ++next) {
        const std::string name = next->name.substr(std::min(key.size() + 1, next->name.size()));
        require<DataError>(files.emplace(name, *next).second, "{}: holds '{}' twice", archive.string(), next->name);
      }
      add_sample(key, files);
      first = next;
    }
  }

  /// However the samples are dealt out.
  std::string identity() const {
    std::string text;
    for (const auto& [key, hash] : records_) text += hash + '\n';
    return sha256_hex(text);
  }
  bool has_instances() const { return has_instances_; }

 private:
  using Members = std::map<std::string, TarMember>;

  void add_sample(const std::string& key, const Members& files) {
    const auto json = files.find("json");
    require<DataError>(json != files.end(), "{}: sample '{}' has no json", archive_.string(), key);
    const auto bytes = read_file_range(archive_, json->second.range);
    const std::string text(bytes.begin(), bytes.end());
    SampleRecord record;
    try {
      record = sample_from_json(text);
      has_instances_ = has_instances_ || nlohmann::json::parse(text).value("label_kind", "") == "instance";
    } catch (const DataError& e) {
      fail<DataError>("{}: '{}' {}", archive_.string(), json->second.name, e.what());
    } catch (const nlohmann::json::exception& e) {
      fail<DataError>("{}: '{}': {}", archive_.string(), json->second.name, e.what());
    }
    require<DataError>(records_.emplace(record.key, sha256_hex(text)).second, "{}: sample '{}' is there twice",
                       archive_.string(), record.key);
    const auto add = [&](const std::string& name, LayerKind kind) {
      const auto file = files.find(name);
      require<DataError>(file != files.end(), "{}: sample '{}' lacks its {}", archive_.string(), key, name);
      table_.files.push_back({archive_, kind, file->second});
      return LayerRef{table_.files.size() - 1};
    };
    TableSample sample;
    sample.key = record.key;
    sample.truth = add(record.gt, LayerKind::colour);
    sample.input = add(record.blend, LayerKind::colour);
    sample.edge = add(record.edge, LayerKind::grey);
    if (record.label) sample.label = add(*record.label, LayerKind::label);
    for (const SampleNegative& over : record.over) sample.over.push_back(add(over.file, LayerKind::colour));
    (record.split == Split::train ? table_.train : table_.held_out).push_back(std::move(sample));
  }

  SampleTable& table_;
  fs::path archive_;
  std::map<std::string, std::string> records_;  ///< Key -> hash of its json.
  bool has_instances_ = false;
};

std::vector<fs::path> shards_in(const fs::path& folder) {
  std::vector<fs::path> shards;
  if (!fs::is_directory(folder)) return shards;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && name.ends_with(".tar")) shards.push_back(entry.path());
  }
  std::sort(shards.begin(), shards.end());
  return shards;
}

}  // namespace

bool has_shards(const fs::path& folder) {
  return !shards_in(folder).empty();
}

SampleTable webdataset_table(const fs::path& folder) {
  SampleTable table;
  table.name = folder.string();
  ShardReader reader(table);
  for (const fs::path& shard : shards_in(folder)) reader.read(shard);
  require<NothingUsable>(!table.files.empty(), "--data: the archives in {} hold no samples", folder.string());
  const auto by_key = [](const TableSample& a, const TableSample& b) { return a.key < b.key; };
  std::sort(table.train.begin(), table.train.end(), by_key);
  std::sort(table.held_out.begin(), table.held_out.end(), by_key);
  table.identity = reader.identity();
  const auto has_label = [](const TableSample& sample) { return sample.label.has_value(); };
  if (std::ranges::any_of(table.train, has_label) || std::ranges::any_of(table.held_out, has_label)) {
    table.labels = reader.has_instances() ? SampleLabels::instances : declared_labels(folder, SampleLabels::classes);
  }
  return table;
}

}  // namespace csgis
