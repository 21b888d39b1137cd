#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/export_run.h"
#include "pipelines/hashing.h"
#include "pipelines/tar_writer.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

/// Readers take all up to the first dot of a name for its key.
std::string tar_key(const std::string& key) {
  std::string encoded;
  for (const char c : key) {
    if (c == '.') {
      encoded += "%2E";
    } else if (c == '%') {
      encoded += "%25";
    } else {
      encoded += c;
    }
  }
  return encoded;
}

/// One file of a sample: its name in the archive after the key, and where it is now.
struct Member {
  std::string name, path;
};

class WebDatasetExport : public ExportRun {
 public:
  using ExportRun::ExportRun;

 protected:
  std::vector<std::string> parts() const override {
    std::vector<std::string> names;
    for (const TarShard& shard : shards()) names.push_back(shard.name);
    return names;
  }

  void write() override {
    const std::vector<TarShard> all = shards();
    std::vector<std::string> names;
    for (const TarShard& shard : all) names.push_back(shard.name);
    write_items(names, "writing shards", [&](std::size_t i) { return write_shard(all[i]); });
    report().samples = source().samples.size() - errors().size();
  }

 private:
  struct TarShard {
    std::string name;
    std::vector<std::size_t> samples;
  };

  /// The samples of a split in their order, dealt out so that no shard has two more than another.
  std::vector<TarShard> shards() const {
    std::vector<TarShard> all;
    for (const auto& [split, places] : samples_by_split(source())) {
      const std::size_t count = shards_of(places);
      for (std::size_t k = 0; k < count; ++k) {
        TarShard shard{fmt::format("{}-{}-{:06}.tar", options().name, split, k), {}};
        const std::size_t begin = places.size() * k / count, end = places.size() * (k + 1) / count;
        shard.samples.assign(places.begin() + static_cast<std::ptrdiff_t>(begin),
                             places.begin() + static_cast<std::ptrdiff_t>(end));
        all.push_back(std::move(shard));
      }
    }
    return all;
  }

  std::size_t shards_of(const std::vector<std::size_t>& places) const {
    constexpr std::uint64_t kShardBytes = 1'000'000'000;
    const std::uint64_t most = options().samples_per_shard;
    if (most > 0) return (places.size() + most - 1) / most;
    std::uint64_t bytes = 0;
    for (const std::size_t place : places) bytes += bytes_of(source().samples[place]);
    return std::clamp<std::size_t>((bytes + kShardBytes - 1) / kShardBytes, 1, places.size());
  }

  std::uint64_t bytes_of(const SampleRecord& sample) const {
    std::uint64_t bytes = 0;
    for (const std::string& file : sample.files()) {
      boost::system::error_code error;
      const std::uint64_t size = boost::filesystem::file_size(source().root / file, error);
      if (!error) bytes += size;
    }
    return bytes;
  }

  std::optional<JournalEntry> write_shard(const TarShard& shard) {
    RunningXxh128 hash;
    std::uint64_t size = 0;
    bool is_whole = true;
    out().write_streamed(shard.name, [&](const ByteSink& sink) {
      TarWriter tar([&](std::span<const std::uint8_t> bytes) {
        hash.add(bytes);
        size += bytes.size();
        sink(bytes);
      });
      for (const std::size_t place : shard.samples) {
        if (context().cancel.requested()) throw Cancelled();
        is_whole = add(tar, source().samples[place]) && is_whole;
      }
      tar.finish();
    });
    if (!is_whole) return std::nullopt;
    return JournalEntry{shard.name, {{shard.name, size, hash.hex(), ""}}};
  }

  static std::vector<Member> members_of(const SampleRecord& sample) {
    std::vector<Member> members{{"input.png", sample.blend}, {"gt.png", sample.gt}, {"edge.png", sample.edge}};
    if (sample.label) members.push_back({"seg.png", *sample.label});
    if (sample.instance) members.push_back({"instance.png", *sample.instance});
    const auto add_negatives = [&](const std::vector<SampleNegative>& negatives, const char* kind) {
      const std::vector<std::string> names = negative_names(negatives);
      for (std::size_t i = 0; i < negatives.size(); ++i) {
        members.push_back({fmt::format("neg.{}.{}.png", kind, names[i]), negatives[i].file});
      }
    };
    add_negatives(sample.over, "over");
    add_negatives(sample.under, "under");
    return members;
  }

  /// The line of samples.jsonl with the names that the files have here, and what the values of its labels mean.
  std::string json_of(const SampleRecord& sample, const std::vector<Member>& members) const {
    SampleRecord here = sample;
    std::size_t next = 0;
    const auto rename = [&](std::string& path) { path = members[next++].name; };
    rename(here.blend);
    rename(here.gt);
    rename(here.edge);
    if (here.label) rename(*here.label);
    if (here.instance) rename(*here.instance);
    for (SampleNegative& negative : here.over) rename(negative.file);
    for (SampleNegative& negative : here.under) rename(negative.file);
    here.sha256.clear();
    for (const Member& member : members) here.sha256[member.name] = sample.sha256.at(member.path);
    Json json = Json::parse(to_json_line(here));
    if (here.label) json["label_kind"] = source().head.at("label_kind");
    return json.dump() + '\n';
  }

  /// All files of a sample are read and checked before the first is written.
  bool add(TarWriter& tar, const SampleRecord& sample) {
    std::vector<Member> members = members_of(sample);
    std::map<std::string, std::vector<std::uint8_t>> files;  // an archive holds names in the order of their bytes
    for (const Member& member : members) {
      const boost::filesystem::path path = source().root / member.path;
      const bool is_good = errors().try_item(sample.key, path, "export", [&] {
        std::vector<std::uint8_t> bytes = read_file_bytes(path);
        const auto hash = sample.sha256.find(member.path);
        require<DataError>(hash != sample.sha256.end(), "samples.jsonl has no hash of it");
        require<DataError>(sha256_hex(bytes) == hash->second, "its content has changed");
        files[member.name] = std::move(bytes);
      });
      if (!is_good) return false;
    }
    const std::string json = json_of(sample, members);
    files["json"].assign(json.begin(), json.end());
    const std::string key = tar_key(sample.key);
    for (const auto& [name, bytes] : files) tar.add(key + '.' + name, bytes);
    return true;
  }
};

}  // namespace

std::unique_ptr<ExportRun> export_webdataset(const SourceDataset& source, const ExportOptions& options,
                                             const RunContext& context) {
  return std::make_unique<WebDatasetExport>(source, options, context);
}

}  // namespace csgis
