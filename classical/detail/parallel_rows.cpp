#include "classical/detail/parallel_rows.h"

#include <algorithm>

#ifdef CSGIS_EXECUTOR_THREADS
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#else
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace csgis::detail {
namespace {

#ifdef CSGIS_EXECUTOR_THREADS

// Debian's oneTBB is not built for ThreadSanitizer and drowns it in false reports; plain threads do not.
void run_team(int blocks, int threads, const std::function<void(int)>& work) {
  std::atomic<int> next{0};
  std::exception_ptr first_failure;
  std::mutex failure_mutex;
  const auto run = [&] {
    for (int block = next++; block < blocks; block = next++) {
      try {
        work(block);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!first_failure) first_failure = std::current_exception();
        next = blocks;
      }
    }
  };
  std::vector<std::thread> team;
  for (int t = 0; t < threads; ++t) team.emplace_back(run);
  for (std::thread& thread : team) thread.join();
  if (first_failure) std::rethrow_exception(first_failure);
}

#else

void run_team(int blocks, int threads, const std::function<void(int)>& work) {
  // Isolated: a thread that waits here for the last block must not pick up a whole item of the pipeline around it.
  const auto run = [&] {
    tbb::this_task_arena::isolate([&] { tbb::parallel_for(0, blocks, 1, work, tbb::simple_partitioner()); });
  };
  if (tbb::this_task_arena::max_concurrency() <= threads) {
    run();
  } else {
    tbb::task_arena(threads).execute(run);
  }
}

#endif

}  // namespace

#ifdef CSGIS_EXECUTOR_THREADS
void with_team(int /*threads*/, const std::function<void()>& work) {
  work();
}
#else
void with_team(int threads, const std::function<void()>& work) {
  if (threads <= 1) {
    work();
  } else {
    tbb::task_arena(threads).execute(work);
  }
}
#endif

void parallel_blocks(int blocks, int threads, const std::function<void(int)>& work) {
  const int team = std::min(blocks, threads);
  if (team <= 1) {
    for (int block = 0; block < blocks; ++block) work(block);
  } else {
    run_team(blocks, team, work);
  }
}

}  // namespace csgis::detail
