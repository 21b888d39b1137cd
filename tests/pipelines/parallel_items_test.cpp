#include "pipelines/parallel_items.h"
#include "core/error.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

#include <atomic>
#include <vector>

using namespace csgis;

TEST_CASE("every item is worked on once, by no more threads than asked for") {
  for (const int threads : {1, 2, 5}) {
    testing::SilentRun run(threads);
    std::vector<std::atomic<int>> visits(300);
    std::atomic<int> running{0}, most{0};
    for_each_item(visits.size(), run.context(), [&](std::size_t i) {
      most = std::max(most.load(), ++running);
      ++visits[i];
      --running;
    });
    CHECK(std::all_of(visits.begin(), visits.end(), [](const auto& n) { return n == 1; }));
    CHECK(most <= threads);
  }
}

TEST_CASE("the first exception comes out and ends the handing out") {
  testing::SilentRun run;
  std::atomic<int> started{0};
  const auto work = [&](std::size_t i) {
    ++started;
    if (i == 10) fail<DataError>("item {}", i);
  };
  CHECK_THROWS_WITH(for_each_item(100000, run.context(), work), "item 10");
  CHECK(started < 100000);
}

TEST_CASE("a cancelled run stops between items") {
  testing::SilentRun run;
  std::atomic<int> done{0};
  CHECK_THROWS_AS(for_each_item(100000, run.context(),
                                [&](std::size_t) {
                                  if (++done == 5) run.cancel().request();
                                }),
                  Cancelled);
  CHECK(done < 1000);
}
