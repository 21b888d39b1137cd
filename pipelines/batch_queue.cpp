#include "pipelines/batch_queue.h"

#include <algorithm>
#include <utility>

namespace csgis {

BatchQueue::BatchQueue(int workers, Make make, Next next) : make_(std::move(make)), next_(std::move(next)) {
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

BatchQueue::~BatchQueue() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    slots_.clear();
  }
  for_workers_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

TrainingBatch BatchQueue::get(const BatchPosition& position) {
  if (workers_.empty()) return make_(position);
  std::unique_lock lock(mutex_);
  plan(position);
  for_workers_.notify_all();
  for_reader_.wait(lock, [&] { return slots_.at(position).is_ready(); });
  Slot slot = std::move(slots_.at(position));
  slots_.erase(position);
  if (slot.error) std::rethrow_exception(slot.error);
  return std::move(*slot.batch);
}

/// After a jump, what lies elsewhere is forgotten; a thread that is making it will find no slot for it.
void BatchQueue::plan(const BatchPosition& position) {
  std::vector<BatchPosition> wanted{position};
  for (std::size_t i = 0; i < workers_.size() + 1; ++i) wanted.push_back(next_(wanted.back()));
  std::erase_if(slots_, [&](const auto& slot) { return std::ranges::find(wanted, slot.first) == wanted.end(); });
  for (const BatchPosition& p : wanted) slots_.try_emplace(p);
}

std::map<BatchPosition, BatchQueue::Slot>::iterator BatchQueue::next_untaken() {
  return std::ranges::find_if(slots_, [](const auto& slot) { return !slot.second.is_taken; });
}

void BatchQueue::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    for_workers_.wait(lock, [&] { return ends_ || next_untaken() != slots_.end(); });
    if (ends_) return;
    const auto found = next_untaken();
    const BatchPosition position = found->first;
    found->second.is_taken = true;
    lock.unlock();
    Slot made{true, std::nullopt, nullptr};
    try {
      made.batch = make_(position);
    } catch (...) {
      made.error = std::current_exception();
    }
    lock.lock();
    const auto slot = slots_.find(position);
    if (slot != slots_.end() && !slot->second.is_ready()) {
      slot->second = std::move(made);
      for_reader_.notify_all();
    }
  }
}

}  // namespace csgis
