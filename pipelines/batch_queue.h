#pragma once
/// Batches prepared ahead of their use by threads.

#include "model/training_batch.h"

#include <compare>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace csgis {

struct BatchPosition {
  std::uint64_t epoch = 0, index = 0;
  friend auto operator<=>(const BatchPosition&, const BatchPosition&) =
      default;  // NOLINT(modernize-use-nullptr): of the checker's own making
};

class BatchQueue {
 public:
  using Make = std::function<TrainingBatch(const BatchPosition&)>;
  using Next = std::function<BatchPosition(const BatchPosition&)>;

  /// @param workers  0: everything happens in get()
  BatchQueue(int workers, Make make, Next next);
  /// Waits for the batches that are being made.
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /// The batch at a position; those behind it are begun. What making it threw is thrown here.
  TrainingBatch get(const BatchPosition& position);

 private:
  struct Slot {
    bool is_taken = false;  ///< By a thread.
    std::optional<TrainingBatch> batch;
    std::exception_ptr error;
    bool is_ready() const { return batch.has_value() || error != nullptr; }
  };

  void plan(const BatchPosition& position);
  void work();
  std::map<BatchPosition, Slot>::iterator next_untaken();

  Make make_;
  Next next_;
  std::mutex mutex_;
  std::condition_variable for_workers_, for_reader_;
  std::map<BatchPosition, Slot> slots_;
  bool ends_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace csgis
