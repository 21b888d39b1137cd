#include "model/recipe.h"

#include "core/error.h"
#include "tests/support/catch.h"

namespace csgis {

TEST_CASE("a recipe is the published one, the corrected one, or single fixes", "[weights]") {
  CHECK(Recipe::reference().text().empty());
  Recipe recipe;
  recipe.apply("R-12=on");
  recipe.apply("R-7=on");
  CHECK(recipe.text() == "R-7 R-12");
  recipe.apply("R-12=off");
  CHECK(recipe.text() == "R-7");
  CHECK_FALSE(recipe == Recipe::reference());
  Recipe all;
  for (const FixInfo& fix : trainable_fixes()) {
    CHECK(Recipe::corrected().fixes(fix.number));
    all.apply("R-" + std::to_string(fix.number) + "=on");
  }
  CHECK(all == Recipe::corrected());
}

TEST_CASE("what is no fix of a training is refused", "[weights]") {
  Recipe recipe;
  for (const char* text : {"", "R-12", "R-12=", "R-12=yes", "12=on", "r-12=on", "R-=on", "R-x=on", "R-12 =on",
                           "R--1=on", "R-0=on", "R-32=on", "R-99999999999999999999=on"}) {
    INFO(text);
    CHECK_THROWS_AS(recipe.apply(text), UsageError);
  }
  CHECK_THROWS_WITH(recipe.apply("R-25=on"), ContainsSubstring("R-25 has no effect on a training"));
  CHECK(recipe == Recipe::reference());
}

}  // namespace csgis
