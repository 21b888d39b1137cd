#include "pipelines/parallel_items.h"

#include "core/error.h"

#ifdef CSGIS_EXECUTOR_THREADS
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#else
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace csgis {

#ifdef CSGIS_EXECUTOR_THREADS

// Debian's oneTBB is not built for ThreadSanitizer and drowns it in false reports; plain threads do not.
void for_each_item(std::size_t count, const RunContext& context, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr first_failure;
  std::mutex failure_mutex;
  const auto run = [&] {
    for (std::size_t i = next++; i < count && !context.cancel.requested(); i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!first_failure) first_failure = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> team;
  for (int t = 0; t < context.options.threads; ++t) team.emplace_back(run);
  for (std::thread& thread : team) thread.join();
  if (first_failure) std::rethrow_exception(first_failure);
  if (context.cancel.requested()) throw Cancelled();
}

#else

void for_each_item(std::size_t count, const RunContext& context, const std::function<void(std::size_t)>& work) {
  std::size_t next = 0;
  const auto source = tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order,
                                                          [&](tbb::flow_control& control) -> std::size_t {
                                                            if (next == count || context.cancel.requested()) {
                                                              control.stop();
                                                              return 0;
                                                            }
                                                            return next++;
                                                          });
  const auto stage = tbb::make_filter<std::size_t, void>(tbb::filter_mode::parallel, work);
  // As many tokens as threads: an item is started only when a thread is free for it, which bounds memory.
  tbb::task_arena arena(context.options.threads);
  arena.execute([&] { tbb::parallel_pipeline(static_cast<std::size_t>(context.options.threads), source & stage); });
  if (context.cancel.requested()) throw Cancelled();
}

#endif

}  // namespace csgis
