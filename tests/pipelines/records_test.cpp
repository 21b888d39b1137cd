#include "core/error.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/item_errors.h"
#include "pipelines/shard.h"
#include "tests/support/catch.h"

using namespace csgis;

TEST_CASE("hashes equal published test vectors") {
  CHECK(sha256_hex(std::string("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(xxh128_hex({}) == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("shards are parsed strictly and share the positions out") {
  CHECK(Shard::parse("2/7") == Shard{2, 7});
  CHECK(Shard::parse("2/7").file_name("samples") == "samples.2-of-7.jsonl");
  CHECK(Shard{}.file_name("journal") == "journal.jsonl");
  for (const char* wrong : {"", "1", "3/3", "-1/3", "0/0", "a/b", "1/2x", "0/9999999", " 0/1"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(Shard::parse(wrong), UsageError);
  }
  for (std::uint64_t position = 0; position < 20; ++position) {
    int owners = 0;
    for (int i = 0; i < 7; ++i) owners += Shard{i, 7}.owns(position) ? 1 : 0;
    CHECK(owners == 1);
  }
}

TEST_CASE("a sample line says everything and comes back the same") {
  SampleRecord record;
  record.key = "a__t";
  record.gt_id = "a";
  record.texture_id = "t";
  record.split = Split::val_gt;
  record.gt = "gt/a.png";
  record.blend = "blend/a__t.png";
  record.edge = "edge/a.png";
  record.sha256 = {{"gt/a.png", "00"}};
  const std::string line = to_json_line(record);
  CHECK(line ==
        R"({"key":"a__t","gt_id":"a","texture_id":"t","split":"val-gt","gt":"gt/a.png","blend":"blend/a__t.png",)"
        R"("edge":"edge/a.png","label":null,"over":[],"under":[],"sha256":{"gt/a.png":"00"}})");
  CHECK(to_json_line(sample_from_json(line)) == line);
  record.label = "label/a.png";
  record.instance = "instance/a.png";
  record.recipe = R"({"std":1.5,"regions":[{"texture":null}]})";
  CHECK(to_json_line(record).find(R"("under":[],"recipe":{"std":1.5,"regions":[{"texture":null}]},"sha256")") !=
        std::string::npos);
  CHECK(to_json_line(sample_from_json(to_json_line(record))) == to_json_line(record));
}

TEST_CASE("sample lines that lie are refused") {
  CHECK_THROWS_AS(sample_from_json("{}"), DataError);
  CHECK_THROWS_AS(sample_from_json("[1]"), DataError);
  SampleRecord record;
  record.key = "a__t";
  record.gt = "../../etc/passwd";
  record.blend = record.edge = "x.png";
  CHECK_THROWS_WITH(sample_from_json(to_json_line(record)), ContainsSubstring("leaves the dataset"));
  record.gt = "/etc/passwd";
  CHECK_THROWS_AS(sample_from_json(to_json_line(record)), DataError);
}

TEST_CASE("errors are sorted, doubles removed, odd bytes survive as text") {
  ItemErrors errors;
  errors.add({"b", "b.png", "read", "cut short"});
  errors.add({"a", "a\xff.png", "read", "say \"no\""});
  errors.add({"b", "b.png", "read", "cut short"});
  const auto sorted = errors.sorted();
  REQUIRE(sorted.size() == 2);
  CHECK(sorted[0].item == "a");
  CHECK(item_error_from_json(to_json_line(sorted[1])) == sorted[1]);
  CHECK(item_error_from_json(to_json_line(sorted[0])).file == "a\xEF\xBF\xBD.png");
  CHECK_THROWS_AS(item_error_from_json("nonsense"), DataError);
}
