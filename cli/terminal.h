#pragma once
/// Messages and progress on stderr. On a terminal the progress is one line that is drawn over; elsewhere a line for
/// every tenth.

#include "core/run_context.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace spdlog {
class logger;
}

namespace csgis::cli {

class Terminal : public Log, public ProgressSink {
 public:
  explicit Terminal(const CommonOptions& options);
  ~Terminal() override;

  void write(LogLevel level, std::string_view message) override;
  void start(std::string_view task, std::uint64_t total) override;
  void advance(std::uint64_t items) override;
  void note(std::string_view words) override;
  void finish() override;

 private:
  using Clock = std::chrono::steady_clock;

  void draw();
  void clear_line();
  void print_tenth();
  std::string rate_and_eta() const;

  std::shared_ptr<spdlog::logger> logger_;
  bool is_quiet_ = false;
  bool shows_progress_ = false;
  bool draws_over_ = false;

  std::mutex mutex_;
  std::string task_, note_;
  std::uint64_t total_ = 0, done_ = 0;
  /// Items that were there from the start (a resumed run): they count as done but not for the rate.
  std::uint64_t head_start_ = 0;
  std::uint64_t next_tenth_ = 1;
  bool line_is_drawn_ = false;
  Clock::time_point started_, drawn_;
};

}  // namespace csgis::cli
