#pragma once
/// Things that are made when they are first asked for and shared until they are no longer used.

#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace csgis {

/// Keeps what was used last within a bound. Thread-safe; two threads that want the same thing make it once.
template <class T>
class SharedCache {
 public:
  using Pointer = std::shared_ptr<const T>;

  /// @param capacity  the most that is kept in the unit of `weight`, the last one made aside
  SharedCache(std::uint64_t capacity, std::function<std::uint64_t(const T&)> weight)
      : capacity_(capacity), weight_(std::move(weight)) {}

  /// @param make  called without a lock; what it throws reaches all who wait for it, and is tried again next time
  Pointer get(std::uint64_t key, const std::function<T()>& make) {
    std::promise<Pointer> promise;
    {
      std::unique_lock lock(mutex_);
      const auto found = entries_.find(key);
      if (found != entries_.end()) {
        uses_.splice(uses_.begin(), uses_, found->second.use);
        const std::shared_future<Pointer> value = found->second.value;
        lock.unlock();
        return value.get();
      }
      uses_.push_front(key);
      entries_.emplace(key, Entry{promise.get_future().share(), 0, uses_.begin()});
    }
    try {
      auto made = std::make_shared<const T>(make());
      promise.set_value(made);
      keep(key, weight_(*made));
      return made;
    } catch (...) {
      promise.set_exception(std::current_exception());
      const std::lock_guard lock(mutex_);
      forget(entries_.find(key));
      throw;
    }
  }

 private:
  struct Entry {
    std::shared_future<Pointer> value;
    std::uint64_t weight;  ///< 0 while it is being made.
    std::list<std::uint64_t>::iterator use;
  };
  using Entries = std::unordered_map<std::uint64_t, Entry>;

  void keep(std::uint64_t key, std::uint64_t weight) {
    const std::lock_guard lock(mutex_);
    entries_.at(key).weight = weight;
    kept_ += weight;
    // What is being made weighs nothing yet and stays.
    for (auto use = uses_.end(); kept_ > capacity_ && use != uses_.begin();) {
      --use;
      const auto entry = entries_.find(*use);
      if (entry->second.weight == 0) continue;
      use = std::next(use);  // the one before it is looked at next, whatever becomes of this one
      forget(entry);
    }
  }

  void forget(typename Entries::iterator entry) {
    kept_ -= entry->second.weight;
    uses_.erase(entry->second.use);
    entries_.erase(entry);
  }

  std::uint64_t capacity_;
  std::function<std::uint64_t(const T&)> weight_;
  std::mutex mutex_;
  Entries entries_;
  std::list<std::uint64_t> uses_;  ///< Keys, last used first.
  std::uint64_t kept_ = 0;
};

}  // namespace csgis
