#include "core/random.h"
#include "tests/support/catch.h"

#include <numeric>
#include <set>
#include <vector>

using namespace csgis;

TEST_CASE("philox4x32 gives the known answers of its authors") {
  // kat_vectors of Random123, philox4x32 with 10 rounds.
  using Block = std::array<std::uint32_t, 4>;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("streams depend on seed, purpose and item, and on nothing else") {
  CHECK(Random(1, "split", "a")() == Random(1, "split", "a")());
  const std::set<std::uint64_t> first{Random(1, "split", "a").bits64(), Random(2, "split", "a").bits64(),
                                      Random(1, "pick", "a").bits64(), Random(1, "split", "b").bits64(),
                                      Random(1, "spli", "ta").bits64()};
  CHECK(first.size() == 5);
}

TEST_CASE("below is in range and uniform") {
  Random random(7, "test", "below");
  std::vector<int> counts(5);
  for (int i = 0; i < 50000; ++i) ++counts[static_cast<std::size_t>(random.below(5))];
  for (const int count : counts) CHECK(std::abs(count - 10000) < 400);  // 4.5 standard deviations
}

TEST_CASE("between includes both ends") {
  Random random(7, "test", "between");
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.between(-2, 1));
  CHECK(seen == std::set<int>{-2, -1, 0, 1});
}

TEST_CASE("uniform and normal have the right moments") {
  Random random(3, "test", "moments");
  double sum = 0, squares = 0, uniform_sum = 0;
  const int n = 40000;
  for (int i = 0; i < n; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    const double u = random.uniform();
    REQUIRE((u >= 0 && u < 1));
    uniform_sum += u;
  }
  CHECK(sum / n == Approx(0).margin(0.02));
  CHECK(squares / n == Approx(1).epsilon(0.03));
  CHECK(uniform_sum / n == Approx(0.5).margin(0.006));
}

TEST_CASE("shuffle permutes, the same way for the same stream") {
  std::vector<int> a(100), b;
  std::iota(a.begin(), a.end(), 0);
  b = a;
  const std::vector<int> sorted = a;
  Random(5, "shuffle", "x").shuffle(a);
  Random(5, "shuffle", "x").shuffle(b);
  CHECK(a == b);
  CHECK(a != sorted);
  std::sort(a.begin(), a.end());
  CHECK(a == sorted);
}
