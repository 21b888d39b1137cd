#include "pipelines/image_listing.h"
#include "core/error.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

using namespace csgis;

namespace {

std::vector<std::string> files_of(const std::vector<ListedImage>& images) {
  std::vector<std::string> files;
  for (const ListedImage& image : images) files.push_back(image.file);
  return files;
}

using Files = std::vector<std::string>;

/// A folder with b.v2.png, a.jpg and "c 1.png"; the content does not matter for listing.
class ListingFixture {
 public:
  ListingFixture() {
    for (const char* name : {"b.v2.png", "a.jpg", "c 1.png"}) folder.write(name, "x");
  }
  std::vector<ListedImage> ordered(const std::string& list) const {
    folder.write("list.txt", list);
    return order_by_list(list_images(folder.path(), "--gt"), folder / "list.txt", "--gt-list");
  }
  testing::TestFolder folder;
};

}  // namespace

TEST_CASE("list_images sorts by bytes and leaves out what is no image") {
  const testing::TestFolder folder;
  for (const char* name : {"b.PNG", "a.v2.jpeg", "Z.tif", ".hidden.png", "notes.txt", "README"})
    folder.write(name, "x");
  folder.write("sub.png/keep.txt", "x");
  CHECK(files_of(list_images(folder.path(), "--gt")) == Files{"Z.tif", "a.v2.jpeg", "b.PNG"});
  CHECK(list_images(folder.path(), "--gt")[1].id == "a.v2");
}

TEST_CASE("list_images refuses an empty folder and two files with one ID") {
  const testing::TestFolder folder;
  CHECK_THROWS_AS(list_images(folder.path(), "--gt"), NothingUsable);
  CHECK_THROWS_AS(list_images(folder / "nowhere", "--gt"), NothingUsable);
  folder.write("x.png", "x");
  folder.write("x.jpg", "x");
  CHECK_THROWS_WITH(list_images(folder.path(), "--gt"), "--gt: x.jpg and x.png have the same ID 'x'");
}

TEST_CASE_METHOD(ListingFixture, "lists give names, IDs or map keys, in their order") {
  CHECK(files_of(ordered("c 1\nb.v2.png\n")) == Files{"c 1.png", "b.v2.png"});
  CHECK(files_of(ordered("\xEF\xBB\xBF b.v2 \r\n\r\na.jpg")) == Files{"b.v2.png", "a.jpg"});
  CHECK(files_of(ordered("b,1\na,0\n")) == Files{"a.jpg", "b.v2.png"});
  CHECK(files_of(ordered("a -1\nb  1\n")) == Files{"a.jpg", "b.v2.png"});
}

TEST_CASE_METHOD(ListingFixture, "bad lists are refused, naming the line's content") {
  CHECK_THROWS_WITH(ordered("a\nnobody\n"), "--gt-list: 'nobody' names no image of the folder");
  CHECK_THROWS_WITH(ordered("a\na.jpg\n"), "--gt-list: 'a.jpg' is listed twice");
  CHECK_THROWS_WITH(ordered("../a\n"), "--gt-list: '../a' must be a plain name, not a path");
  CHECK_THROWS_WITH(ordered("b,1\na,1\n"), "--gt-list: two lines have the index 1");
  CHECK_THROWS_AS(ordered(" \n\n"), NothingUsable);
  CHECK_THROWS_AS(ordered(std::string("a\x01", 2)), UsageError);
  CHECK_THROWS_AS(ordered(std::string(100000, 'a')), UsageError);
}

TEST_CASE("map_key ends at the first dot") {
  CHECK(map_key("a.b.png") == "a");
  CHECK(map_key("a") == "a");
}
