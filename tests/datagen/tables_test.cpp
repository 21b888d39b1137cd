#include "core/error.h"
#include "datagen/csv.h"
#include "datagen/instance_classes.h"
#include "tests/support/catch.h"

using namespace csgis;

TEST_CASE("CsvTable reads what spreadsheets write") {
  const CsvTable table("\xEF\xBB\xBFid,name\r\n1,\"a, b\"\r\n\r\n2,\"say \"\"hi\"\"\"\n3,\n", "t.csv");
  REQUIRE(table.rows() == 3);
  CHECK(table.at(0, table.column("name")) == "a, b");
  CHECK(table.at(1, 1) == "say \"hi\"");
  CHECK(table.at(2, 1).empty());
  CHECK(table.integer_at(2, 0, 0, 9) == 3);
}

TEST_CASE("CsvTable names what is wrong with a table") {
  CHECK_THROWS_WITH(CsvTable("", "t.csv"), "t.csv: is empty, needs a line of column names");
  CHECK_THROWS_WITH(CsvTable("a,b\n1\n", "t.csv"), "t.csv, line 2: 1 fields, the head has 2");
  CHECK_THROWS_WITH(CsvTable("a\n\"x\n", "t.csv"), "t.csv, line 2: a quote is not closed");
  CHECK_THROWS_AS(CsvTable(std::string_view("a\nx\0y\n", 6), "t.csv"), DataError);
  const CsvTable table("a,b\n1,x\n", "t.csv");
  CHECK_THROWS_WITH(table.column("c"), "t.csv: has no column 'c'; its columns are a, b");
  CHECK_THROWS_WITH(table.integer_at(0, 1, 0, 20), "t.csv, row 1, column b: 'x' must be 0 .. 20");
  CHECK_THROWS_AS(table.integer_at(0, 0, 5, 20), DataError);
}

TEST_CASE("InstanceClasses turns object numbers into classes") {
  const InstanceClasses classes("id,label,object,voc_class\nst001,1,fir,0\nst001,2,cow,10\nst002,1,car,7\n", "o.csv");
  LabelMap objects(Size{1, 4});
  objects.row(0)[1] = 2;
  objects.row(0)[2] = 1;
  objects.row(0)[3] = 255;
  const LabelMap map = classes.classes_of("st001", objects);
  CHECK(std::vector<int>(map.samples().begin(), map.samples().end()) == std::vector<int>{0, 10, 0, 255});
  CHECK_THROWS_WITH(classes.classes_of("st002", objects), "object 2 of st002 is not in the label map table");
  CHECK_THROWS_AS(InstanceClasses("id,label,voc_class\na,1,21\n", "o.csv"), DataError);
  CHECK_THROWS_AS(InstanceClasses("id,label,voc_class\na,1,2\na,1,3\n", "o.csv"), DataError);
}
