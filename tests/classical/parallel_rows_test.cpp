#include "classical/detail/parallel_rows.h"
#include "tests/support/catch.h"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using csgis::detail::parallel_blocks;
using csgis::detail::with_team;

TEST_CASE("every block runs once at any number of threads") {
  for (const int threads : {1, 2, 3, 8}) {
    for (const int blocks : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(blocks));
      with_team(threads,
                [&] { parallel_blocks(blocks, threads, [&](int b) { ++runs[static_cast<std::size_t>(b)]; }); });
      for (const std::atomic<int>& count : runs) CHECK(count == 1);
    }
  }
}

TEST_CASE("one thread is the caller's, in order") {
  std::vector<int> order;
  const std::thread::id caller = std::this_thread::get_id();
  parallel_blocks(5, 1, [&](int b) {
    order.push_back(b);
    CHECK(std::this_thread::get_id() == caller);
  });
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("an exception of a block reaches the caller") {
  for (const int threads : {1, 3}) {
    CHECK_THROWS_AS(parallel_blocks(20, threads,
                                    [](int b) {
                                      if (b == 7) throw std::runtime_error("7");
                                    }),
                    std::runtime_error);
  }
}
