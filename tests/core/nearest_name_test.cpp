#include "core/nearest_name.h"
#include "tests/support/catch.h"

#include <vector>

using namespace csgis;

TEST_CASE("edit_distance counts insertions, deletions, substitutions and neighbour swaps") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("lambda", "lamda") == 1);
  CHECK(edit_distance("lambda", "lambad") == 1);
  CHECK(edit_distance("kappa", "kapper") == 2);
  CHECK(edit_distance("same", "same") == 0);
}

TEST_CASE("nearest_name picks the closest known name, the first among equals") {
  const std::vector<std::string> known{"sigma", "lambda", "kappa"};
  CHECK(nearest_name("lambad", known) == "lambda");
  CHECK(nearest_name("kapa", known) == "kappa");
  CHECK(nearest_name("", known) == "sigma");
  CHECK(nearest_name("x", {}).empty());
}
