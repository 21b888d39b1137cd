/// Under ThreadSanitizer alone: a race that must be reported, so that a silent run of the other tests means something.

#include "pipelines/parallel_items.h"
#include "tests/support/test_folder.h"

#include <cstdio>

int main() {
  csgis::testing::SilentRun run(2);
  volatile std::size_t sum = 0;  // shared without a lock
  csgis::for_each_item(100000, run.context(), [&](std::size_t i) { sum = sum + i; });
  std::printf("%zu\n", static_cast<std::size_t>(sum));
  return 0;
}
