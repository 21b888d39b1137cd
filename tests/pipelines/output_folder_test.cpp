#include "pipelines/output_folder.h"
#include "core/error.h"
#include "imaging/image_file.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

#include <boost/filesystem/directory.hpp>
#include <memory>
#include <optional>

using namespace csgis;

namespace {

std::set<std::string> names_in(const boost::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : boost::filesystem::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

const std::vector<std::uint8_t> kBytes{1, 2, 3};

}  // namespace

TEST_CASE("files appear under their names and nothing else stays") {
  const testing::TestFolder folder;
  testing::SilentRun run;
  {
    OutputFolder out(folder / "new/deep", Shard{1, 3}, run);
    out.make_folder("gt");
    out.write("gt/a.png", kBytes);
    out.write("gt/a.png", kBytes);
    out.write_synced("x.json", "{}\n");
    CHECK(read_file_bytes(out.path("gt/a.png")) == kBytes);
    CHECK_THROWS_AS(out.write("nowhere/a.png", kBytes), OutputError);
  }
  CHECK(names_in(folder / "new/deep") == std::set<std::string>{"gt", "x.json", ".csgis-1-of-3.lock"});
  CHECK(names_in(folder / "new/deep/gt") == std::set<std::string>{"a.png"});
}

TEST_CASE("a second run of the same shard is refused while the first lives") {
  const testing::TestFolder folder;
  testing::SilentRun run;
  auto first = std::make_unique<OutputFolder>(folder.path(), Shard{0, 2}, run);
  CHECK_THROWS_AS(OutputFolder(folder.path(), Shard{0, 2}, run), OutputError);
  CHECK_NOTHROW(OutputFolder(folder.path(), Shard{1, 2}, run));
  first.reset();
  CHECK_NOTHROW(OutputFolder(folder.path(), Shard{0, 2}, run));
}

TEST_CASE("what a dead run left is cleared") {
  const testing::TestFolder folder;
  folder.write(".csgis-tmp-0-of-1/7", "half a file");
  testing::SilentRun run;
  { const OutputFolder out(folder.path(), Shard{}, run); }
  CHECK(!boost::filesystem::exists(folder / ".csgis-tmp-0-of-1"));
}

TEST_CASE("a file in the way of a folder is an output error") {
  const testing::TestFolder folder;
  folder.write("file", "x");
  testing::SilentRun run;
  CHECK_THROWS_AS(OutputFolder(folder / "file", Shard{}, run), OutputError);
  OutputFolder out(folder.path(), Shard{}, run);
  CHECK_THROWS_AS(out.make_folder("file"), OutputError);
}

TEST_CASE("link_or_copy brings a file over; write_single_file minds what is there") {
  const testing::TestFolder folder;
  folder.write("elsewhere/a", "text");
  testing::SilentRun run;
  OutputFolder out(folder / "out", Shard{}, run);
  out.link_or_copy(folder / "elsewhere/a", "a");
  CHECK(read_file_bytes(out.path("a")).size() == 4);
  CHECK_THROWS_AS(write_single_file(out.path("a"), kBytes, false), OutputError);
  write_single_file(out.path("a"), kBytes, true);
  CHECK(read_file_bytes(out.path("a")) == kBytes);
  CHECK(read_file_bytes(folder / "elsewhere/a").size() == 4);
}
