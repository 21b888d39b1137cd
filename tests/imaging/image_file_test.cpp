#include "imaging/image_file.h"
#include "tests/support/catch.h"

#include <boost/filesystem/fstream.hpp>
#include <boost/filesystem/operations.hpp>

#include <sys/stat.h>

namespace fs = boost::filesystem;
using namespace csgis;

namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fs::temp_directory_path() / fs::unique_path("csgis-image-file-%%%%%%%%")) {
    fs::create_directory(path_);
  }
  ~TemporaryFolder() {
    boost::system::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("has_image_extension looks at the last extension in any case") {
  CHECK(has_image_extension("a.jpg"));
  CHECK(has_image_extension("folder.txt/UPPER.PNG"));
  CHECK(has_image_extension("x.y.TiFf"));
  CHECK(has_image_extension("a.hdr"));
  CHECK(!has_image_extension("a.gif"));
  CHECK(!has_image_extension("a.png.txt"));
  CHECK(!has_image_extension("png"));
}

TEST_CASE("image_id drops the last extension and nothing else") {
  CHECK(image_id("some/folder/a.b.png") == "a.b");
  CHECK(image_id("comma,semi;colon.png") == "comma,semi;colon");
  CHECK(image_id("-dash.PNG") == "-dash");
}

TEST_CASE("read_file_bytes reads regular files and follows links") {
  const TemporaryFolder folder;
  fs::ofstream(folder / "a.bin") << "bytes";
  fs::create_symlink("a.bin", folder / "link.bin");
  CHECK(read_file_bytes(folder / "link.bin") == std::vector<std::uint8_t>{'b', 'y', 't', 'e', 's'});
  fs::ofstream(folder / "empty.bin");
  CHECK(read_file_bytes(folder / "empty.bin").empty());
}

TEST_CASE("read_file_bytes refuses what is not a regular file, without waiting for it") {
  const TemporaryFolder folder;
  const fs::path pipe = folder / "pipe.png";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  fs::create_directory(folder / "folder.png");
  fs::create_symlink("loop_b.png", folder / "loop_a.png");
  fs::create_symlink("loop_a.png", folder / "loop_b.png");
  fs::create_symlink("nowhere.png", folder / "dangling.png");

  CHECK_THROWS_WITH(read_file_bytes(pipe), ContainsSubstring("pipe.png: is a pipe"));
  CHECK_THROWS_WITH(read_file_bytes(folder / "folder.png"), ContainsSubstring("folder.png: is a folder"));
  CHECK_THROWS_WITH(read_file_bytes("/dev/zero"), ContainsSubstring("/dev/zero: is a device"));
  CHECK_THROWS_AS(read_file_bytes(folder / "loop_a.png"), IoError);
  CHECK_THROWS_AS(read_file_bytes(folder / "dangling.png"), IoError);
  CHECK_THROWS_WITH(read_file_bytes(folder / "missing.png"), ContainsSubstring("missing.png: cannot be opened"));
}

TEST_CASE("a decoding error names the file") {
  const TemporaryFolder folder;
  fs::ofstream(folder / "note.png") << "this is text\n";
  CHECK_THROWS_WITH(read_image(folder / "note.png"),
                    ContainsSubstring("note.png: not an image this program reads: text"));
  CHECK_THROWS_WITH(read_label_map(folder / "note.png"), ContainsSubstring("note.png: a label map must be a PNG"));
}
