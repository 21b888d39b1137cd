#include "datagen/split.h"
#include "tests/support/catch.h"

#include <numeric>
#include <set>

using namespace csgis;

namespace {

std::uint64_t count(const std::vector<bool>& marks) {
  return static_cast<std::uint64_t>(std::accumulate(marks.begin(), marks.end(), 0));
}

}  // namespace

TEST_CASE("HeldOut: the decimal point tells a fraction from a count") {
  CHECK(HeldOut::parse("0.1").items_of(34) == 3);
  CHECK(HeldOut::parse("1.").items_of(34) == 34);
  CHECK(HeldOut::parse("0.01").items_of(34) == 1);  // at least one
  CHECK(HeldOut::parse("0.0").items_of(34) == 0);
  CHECK(HeldOut::parse("1").items_of(34) == 1);
  CHECK(HeldOut::parse("15").items_of(34) == 15);
  CHECK_THROWS_AS(HeldOut::parse("35").items_of(34), UsageError);
  for (const char* wrong : {"", "-1", "1.5", "0,1", "ten", "5 ", "nan"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(HeldOut::parse(wrong), UsageError);
  }
}

TEST_CASE("hold_out_groups keeps groups whole, leaves train something, and follows the seed") {
  const std::vector<int> group{0, 0, 0, 1, 2, 2, 3, 4, 5, 6};
  std::set<std::vector<bool>> results;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto held_out = hold_out_groups(group, 4, seed, "gt");
    CHECK(held_out[0] == held_out[1]);
    CHECK(held_out[0] == held_out[2]);
    CHECK(held_out[4] == held_out[5]);
    CHECK(count(held_out) == 4);
    CHECK(held_out == hold_out_groups(group, 4, seed, "gt"));
    results.insert(held_out);
  }
  CHECK(results.size() > 10);

  const std::vector<int> one_group{7, 7, 7};
  CHECK(count(hold_out_groups(one_group, 2, 0, "gt")) == 0);
  const std::vector<int> two_large{1, 1, 1, 2, 2};
  CHECK(count(hold_out_groups(two_large, 1, 0, "gt")) == 2);  // the smallest, since none fits
}

TEST_CASE("hold_out_items takes exactly as many as asked, everywhere alike") {
  std::vector<int> taken(20, 0);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto held_out = hold_out_items(20, 5, seed, "pair");
    REQUIRE(count(held_out) == 5);
    for (std::size_t i = 0; i < 20; ++i) taken[i] += held_out[i] ? 1 : 0;
  }
  for (const int n : taken) CHECK(std::abs(n - 500) < 90);  // 4.6 standard deviations
}

TEST_CASE("split_of_pair names the four kinds of pairs") {
  CHECK(split_of_pair(false, false) == Split::train);
  CHECK(split_of_pair(true, true) == Split::val);
  CHECK(split_of_pair(true, false) == Split::val_gt);
  CHECK(split_of_pair(false, true) == Split::val_texture);
}

TEST_CASE("pick_some gives different ascending numbers, all of them when enough are wanted") {
  const auto some = pick_some(50, 6, 1, "per-gt", "st001");
  CHECK(some.size() == 6);
  CHECK(std::is_sorted(some.begin(), some.end()));
  CHECK(std::set<int>(some.begin(), some.end()).size() == 6);
  CHECK(some != pick_some(50, 6, 1, "per-gt", "st002"));
  CHECK(pick_some(3, 9, 1, "per-gt", "x") == std::vector<int>{0, 1, 2});
}
