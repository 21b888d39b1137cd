/// Training from WebDataset shards: the batches are those of the native dataset; archives that are not what they
/// should be.

#include "imaging/image_file.h"
#include "pipelines/packed_samples.h"
#include "pipelines/tar_index.h"
#include "pipelines/tar_writer.h"
#include "tests/pipelines/sample_sets.h"
#include "tests/support/catch.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

using namespace csgis;
using namespace csgis::testing;
namespace fs = boost::filesystem;

namespace {

using Files = std::map<std::string, std::vector<std::uint8_t>>;
/// Changes the files of a sample before they are packed.
using Harm = std::function<void(const std::string& key, Files& files)>;

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

/// A shard per sample and split, named so that their order is not that of the keys.
void write_shards(const fs::path& native, const TestFolder& out, const Harm& harm = {}) {
  int number = 100;
  for (SampleRecord record : read_samples(native / "samples.jsonl")) {
    Files files;
    const auto take = [&](std::string& path, const std::string& name) {
      files[name] = read_file_bytes(native / path);
      path = name;
    };
    take(record.blend, "input.png");
    take(record.gt, "gt.png");
    take(record.edge, "edge.png");
    take(*record.label, "seg.png");
    take(record.over[0].file, "neg.over.l0.png");
    take(record.over[1].file, "neg.over.rtv.png");
    files["json"] = bytes_of(to_json_line(record));
    if (harm) harm(record.key, files);
    std::vector<std::uint8_t> bytes;
    TarWriter tar([&](std::span<const std::uint8_t> part) { bytes.insert(bytes.end(), part.begin(), part.end()); });
    for (const auto& [name, content] : files) tar.add(record.key + '.' + name, content);
    tar.finish();
    write_single_file(out / fmt::format("set-{}-{:06}.tar", to_name(record.split), --number), bytes, true);
  }
}

void read_all(const fs::path& data) {
  const auto source = open_samples(options_for(data), 1);
  for (const bool is_training : {true, false}) {
    for (std::uint64_t i = 0; i < source->size(is_training); ++i) source->load(is_training, 0, i, {true, true, true});
  }
}

}  // namespace

TEST_CASE("batches from shards are those from the native dataset, and so are those of a file packed from them") {
  const TestFolder native, shards;
  write_native_set(native);
  write_shards(native.path(), shards);
  SilentRun run;
  PackOptions pack;
  pack.out = (shards / "set.pack").string();
  REQUIRE(pack_dataset(shards.path(), pack, run.context()).errors.empty());
  const auto stream = [](const fs::path& data, StreamUse use) {
    const SampleOptions options = options_for(data);
    return SampleStream(open_samples(options, 1), use, options, setup_for());
  };
  for (const StreamUse use : {StreamUse::train, StreamUse::validation}) {
    SampleStream expected = stream(native.path(), use), streamed = stream(shards.path(), use);
    SampleStream packed = stream(shards / "set.pack", use);
    REQUIRE(streamed.batches_per_epoch() == expected.batches_per_epoch());
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
      const TrainingBatch batch = expected.batch(epoch, 0);
      CHECK(same(streamed.batch(epoch, 0), batch));
      CHECK(same(packed.batch(epoch, 0), batch));
    }
  }
}

TEST_CASE("the identity of shards follows the samples, not how they are dealt out") {
  const TestFolder native, shards, other;
  write_native_set(native);
  write_shards(native.path(), shards);
  const std::string identity = open_samples(options_for(shards.path()), 1)->identity();
  fs::rename(shards / "set-train-000099.tar", shards / "set-train-000001.tar");  // the last of them is the first
  CHECK(open_samples(options_for(shards.path()), 1)->identity() == identity);
  write_shards(native.path(), other, [](const std::string&, Files& files) {
    auto json = nlohmann::json::parse(files["json"]);
    json["recipe"] = {{"std", 3}};
    files["json"] = bytes_of(json.dump());
  });
  CHECK(open_samples(options_for(other.path()), 1)->identity() != identity);
}

TEST_CASE("label maps of instances in shards are known as such") {
  const TestFolder native, shards;
  write_native_set(native);
  write_shards(native.path(), shards, [](const std::string&, Files& files) {
    auto json = nlohmann::json::parse(files["json"]);
    json["label_kind"] = "instance";
    files["json"] = bytes_of(json.dump());
  });
  CHECK(open_samples(options_for(shards.path()), 1)->label_kind() == SampleLabels::instances);
}

TEST_CASE("samples of shards that are not what they should be are named") {
  struct Case {
    const char* what;
    void (*harm)(Files&);
    const char* reason;
  };
  const Case cases[] = {
      {"no json", [](Files& files) { files.erase("json"); }, "sample 'b__u' has no json"},
      {"broken json", [](Files& files) { files["json"] = bytes_of("{"); }, "b__u.json"},
      {"json of something else", [](Files& files) { files["json"] = bytes_of("[1]"); }, "b__u.json"},
      {"no edge", [](Files& files) { files.erase("edge.png"); }, "sample 'b__u' lacks its edge.png"},
      {"no negative", [](Files& files) { files.erase("neg.over.l0.png"); }, "lacks its neg.over.l0.png"},
      {"an image cut short", [](Files& files) { files["gt.png"].resize(40); }, "b__u.gt.png: "},
      {"a colour edge", [](Files& files) { files["edge.png"] = files["gt.png"]; }, "b__u.edge.png: "},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    const TestFolder native, shards;
    write_native_set(native);
    write_shards(native.path(), shards, [&](const std::string& key, Files& files) {
      if (key == "b__u") one.harm(files);
    });
    CHECK_THROWS_WITH(read_all(shards.path()), ContainsSubstring(".tar") && ContainsSubstring(one.reason));
  }
}

TEST_CASE("archives that are none, damaged or cut off are named") {
  const TestFolder native, shards;
  write_native_set(native);
  write_shards(native.path(), shards);
  const fs::path victim = shards / "set-val-000097.tar";
  const std::vector<std::uint8_t> sound = read_file_bytes(victim);
  const auto refused = [&](std::span<const std::uint8_t> bytes) {
    write_single_file(victim, bytes, true);
    CHECK_THROWS_WITH(read_all(shards.path()), ContainsSubstring("set-val-000097.tar"));
  };
  refused(bytes_of(std::string(2000, 'x')));
  refused({});
  auto damaged = sound;
  damaged[3] ^= 1U;  // in the name of the first header, which its sum covers
  refused(damaged);
  write_single_file(victim, sound, true);
  const FileRange last = list_tar(victim).back().range;
  const std::uint64_t end = (last.offset + last.bytes + 511) / 512 * 512;
  REQUIRE(end + 1024 == sound.size());
  for (std::uint64_t size = 1; size < end; size += 97) refused({sound.data(), static_cast<std::size_t>(size)});
  refused({sound.data(), static_cast<std::size_t>(last.offset + last.bytes - 1)});
  refused({sound.data(), static_cast<std::size_t>(end)});  // all files are there, but maybe not all that were
}

TEST_CASE("an archive with a link is refused, one twice the same sample too") {
  const TestFolder native, shards;
  write_native_set(native);
  write_shards(native.path(), shards);
  fs::copy_file(shards / "set-val-000097.tar", shards / "set-val-000001.tar");
  CHECK_THROWS_WITH(read_all(shards.path()), ContainsSubstring("'b__u' is there twice"));

  const fs::path linked = shards / "set-val-000001.tar";
  std::vector<std::uint8_t> bytes = read_file_bytes(linked);
  bytes[156] = '2';  // the type of the first file: a symbolic link, which has no content
  std::fill_n(bytes.begin() + 124, 11, std::uint8_t{'0'});
  std::fill_n(bytes.begin() + 148, 8, std::uint8_t{' '});
  const int sum = std::accumulate(bytes.begin(), bytes.begin() + 512, 0);
  const std::string digits = fmt::format("{:06o}", sum);
  std::copy(digits.begin(), digits.end(), bytes.begin() + 148);
  bytes[154] = 0;
  write_single_file(linked, bytes, true);
  CHECK_THROWS_WITH(read_all(shards.path()), ContainsSubstring("b__u.edge.png' is no plain file"));
}
