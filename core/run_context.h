#pragma once
/// What a long job needs from its surroundings, passed in and never global: a place for messages, a place for
/// progress, and the wish to stop. Algorithms take none of these; only pipelines do.

#include "core/common_options.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace csgis {

enum class LogLevel { info, warning, error };

/// Receives messages. Implementations must be safe to call from several threads.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view message) = 0;

  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
  }
};

/// Receives the advance of one task at a time. Implementations must be safe to call from several threads.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void start(std::string_view task, std::uint64_t total) = 0;
  virtual void advance(std::uint64_t items) = 0;
  /// Words on how the task stands ("loss 0.21"), shown beside the counts until the next ones.
  virtual void note(std::string_view /*words*/) {}
  virtual void finish() = 0;
};

/// Scope of one task: starts it, and finishes it however the scope is left.
class ProgressTask {
 public:
  ProgressTask(ProgressSink& sink, std::string_view task, std::uint64_t total) : sink_(sink) {
    sink_.start(task, total);
  }
  ~ProgressTask() { sink_.finish(); }
  ProgressTask(const ProgressTask&) = delete;
  ProgressTask& operator=(const ProgressTask&) = delete;

  void advance(std::uint64_t items = 1) { sink_.advance(items); }
  void note(std::string_view words) { sink_.note(words); }

 private:
  ProgressSink& sink_;
};

/// Set from a signal handler or another thread; looked at between items.
class CancelToken {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
  static_assert(std::atomic<bool>::is_always_lock_free, "request() is called from a signal handler");
};

struct RunContext {
  Log& log;
  ProgressSink& progress;
  const CancelToken& cancel;
  CommonOptions options;
};

}  // namespace csgis
