#include "pipelines/journal.h"
#include "core/error.h"
#include "pipelines/run_identity.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

#include <fstream>

using namespace csgis;

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

const nlohmann::ordered_json kHead{{"identity", "abc"}, {"shard", "0/1"}, {"dataset", {{"seed", 1}}}};

/// A folder with two files and their journal.
class JournalFixture {
 public:
  JournalFixture() : out(folder.path(), Shard{}, run) {
    JournalWriter journal(out, "journal.jsonl", kHead, {});
    for (const char* name : {"one", "two"}) {
      const auto bytes = bytes_of(std::string("content of ") + name);
      out.write(name, bytes);
      journal.append({std::string("item:") + name, {record_of(name, bytes, Publish::yes)}});
    }
    journal.finish(std::vector{record_of("list", bytes_of("one\ntwo\n"), Publish::no)});
  }
  void append(const std::string& text) const {
    std::ofstream((folder / "journal.jsonl").string(), std::ios::app | std::ios::binary) << text;
  }

  testing::TestFolder folder;
  testing::SilentRun run;
  OutputFolder out;
};

}  // namespace

TEST_CASE_METHOD(JournalFixture, "a journal gives back what was written") {
  const auto content = read_journal(folder / "journal.jsonl");
  REQUIRE(content.has_value());
  CHECK(content->head == kHead);
  CHECK(content->complete);
  REQUIRE(content->entries.size() == 2);
  CHECK(content->entries[1].item == "item:two");
  CHECK(content->entries[1].files[0].sha256.size() == 64);
  REQUIRE(content->lists.size() == 1);
  CHECK(content->lists[0].path == "list");
  CHECK(content->lists[0].sha256.empty());
  CHECK(!read_journal(folder / "none.jsonl").has_value());
}

TEST_CASE_METHOD(JournalFixture, "a torn last line is ignored, a damaged head is not") {
  append("{\"item\":\"item:three\",\"fil");
  CHECK(read_journal(folder / "journal.jsonl")->entries.size() == 2);
  append("\nmore\n");
  CHECK(read_journal(folder / "journal.jsonl")->entries.size() == 2);
  folder.write("bad.jsonl", "no json\n");
  CHECK_THROWS_AS(read_journal(folder / "bad.jsonl"), DataError);
  folder.write("empty.jsonl", "");
  CHECK_THROWS_AS(read_journal(folder / "empty.jsonl"), DataError);
}

TEST_CASE_METHOD(JournalFixture, "a journal may not name files outside of its folder") {
  for (const char* path : {"../one", "/etc/hostname", "a/../../b", ""}) {
    CHECK_THROWS_AS(inner_path(path), DataError);
    append(fmt::format("{{\"item\":\"x\",\"files\":[{{\"path\":\"{}\",\"size\":1,\"xxh128\":\"0\"}}]}}\n", path));
    CHECK_THROWS_AS(read_journal(folder / "journal.jsonl"), DataError);
  }
  CHECK(inner_path("gt/..a.png") == "gt/..a.png");
}

TEST_CASE_METHOD(JournalFixture, "only entries whose files are intact are trusted") {
  const auto entries = read_journal(folder / "journal.jsonl")->entries;
  CHECK(trusted_entries(entries, folder.path(), run.context()).size() == 2);
  folder.write("one", "content of 0ne");  // same size, one byte other
  CHECK(trusted_entries(entries, folder.path(), run.context()).front().item == "item:two");
  boost::filesystem::remove(folder / "two");
  CHECK(trusted_entries(entries, folder.path(), run.context()).empty());
}

TEST_CASE_METHOD(JournalFixture, "a folder is taken up again by the same run only") {
  const auto earlier = [&](const nlohmann::ordered_json& head) {
    check_folder_is_ours(out, head, {"one", "two"}, run.context());
    return earlier_entries(out, Shard{}, head, run.context());
  };
  CHECK(earlier(kHead).size() == 2);
  auto other = kHead;
  other["identity"] = "def";
  other["dataset"]["seed"] = 2;
  CHECK_THROWS_WITH(earlier(other), ContainsSubstring("/seed is 2 instead of 1"));
  run.context().options.overwrite = true;
  CHECK(earlier(other).empty());
}

TEST_CASE("files without a journal are somebody else's") {
  const testing::TestFolder folder;
  folder.write("gt/a.png", "x");
  testing::SilentRun run;
  const OutputFolder out(folder.path(), Shard{}, run);
  CHECK_THROWS_AS(check_folder_is_ours(out, kHead, {"gt/"}, run.context()), OutputError);
  CHECK_NOTHROW(check_folder_is_ours(out, kHead, {"blend/"}, run.context()));
  CHECK(earlier_entries(out, Shard{}, kHead, run.context()).empty());
  run.context().options.overwrite = true;
  CHECK_NOTHROW(check_folder_is_ours(out, kHead, {"gt/"}, run.context()));
}

TEST_CASE("first_difference names place and values") {
  const nlohmann::ordered_json a{{"options", {{"luma", "rec601"}}}, {"list", {1, 2}}};
  auto b = a;
  CHECK(first_difference(a, b).empty());
  b["options"]["luma"] = "reference";
  CHECK(first_difference(a, b) == "/options/luma is rec601 instead of reference");
  b = a;
  b["list"] = {1};
  CHECK(first_difference(a, b) == "/list has 2 entries instead of 1");
}
