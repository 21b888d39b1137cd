#include "imaging/label_map.h"
#include "tests/support/catch.h"

using namespace csgis;

TEST_CASE("the VOC palette has the published colours") {
  CHECK(voc_palette()[0] == Rgb8{0, 0, 0});
  CHECK(voc_palette()[1] == Rgb8{128, 0, 0});
  CHECK(voc_palette()[2] == Rgb8{0, 128, 0});
  CHECK(voc_palette()[15] == Rgb8{192, 128, 128});
  CHECK(voc_palette()[20] == Rgb8{0, 64, 128});
  CHECK(voc_palette()[255] == Rgb8{224, 224, 192});
}

TEST_CASE("voc_index_of knows classes and void and no other colour") {
  CHECK(voc_index_of({128, 0, 0}) == 1);
  CHECK(voc_index_of({224, 224, 192}) == 255);
  CHECK(!voc_index_of(voc_palette()[21]).has_value());
  CHECK(!voc_index_of({1, 2, 3}).has_value());
}

TEST_CASE("first_value_beyond_classes finds what is no VOC class") {
  LabelMap labels(Size{2, 3});
  labels.row(0)[1] = 20;
  labels.row(1)[2] = 255;
  CHECK(!first_value_beyond_classes(labels).has_value());
  labels.row(1)[0] = 77;
  CHECK(first_value_beyond_classes(labels) == 77);
}
