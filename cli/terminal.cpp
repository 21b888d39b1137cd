#include "cli/terminal.h"

#include "cli/command_line.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>

namespace csgis::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{250};
constexpr std::chrono::milliseconds kHeadStartWindow{20};

bool environment_is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// A terminal that understands escape sequences.
bool is_capable_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

std::string duration_text(double seconds) {
  const auto s = static_cast<std::uint64_t>(seconds + 0.5);
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02}", s / 60, s % 60);
}

}  // namespace

Terminal::Terminal(const CommonOptions& options) : is_quiet_(options.quiet) {
  const bool colour = is_capable_terminal() && !environment_is_set("NO_COLOR");
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colour ? spdlog::color_mode::always
                                                                           : spdlog::color_mode::never);
  sink->set_pattern("%^%l%$: %v");
  logger_ = std::make_shared<spdlog::logger>("csgis", std::move(sink));
  draws_over_ = is_capable_terminal() && !environment_is_set("CI");
  const bool wanted =
      options.progress == ProgressMode::always || (options.progress == ProgressMode::automatic && !options.quiet);
  shows_progress_ = wanted;
}

Terminal::~Terminal() = default;

void Terminal::write(LogLevel level, std::string_view message) {
  if (is_quiet_ && level != LogLevel::error) return;
  const std::lock_guard lock(mutex_);
  clear_line();
  const auto as_spdlog = level == LogLevel::info      ? spdlog::level::info
                         : level == LogLevel::warning ? spdlog::level::warn
                                                      : spdlog::level::err;
  logger_->log(as_spdlog, spdlog::string_view_t(message.data(), message.size()));
}

void Terminal::start(std::string_view task, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  task_ = task;
  total_ = total;
  done_ = head_start_ = 0;
  note_.clear();
  next_tenth_ = 1;
  started_ = drawn_ = Clock::now();
}

void Terminal::advance(std::uint64_t items) {
  const std::lock_guard lock(mutex_);
  done_ += items;
  if (!shows_progress_) return;
  const auto now = Clock::now();
  if (items > 1 && now - started_ < kHeadStartWindow) head_start_ = done_;
  if (!draws_over_) {
    print_tenth();
  } else if (now - drawn_ >= kRedrawInterval) {
    drawn_ = now;
    draw();
  }
}

void Terminal::note(std::string_view words) {
  const std::lock_guard lock(mutex_);
  note_ = words;
}

void Terminal::finish() {
  const std::lock_guard lock(mutex_);
  clear_line();
  task_.clear();
}

std::string Terminal::rate_and_eta() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  const double rate = static_cast<double>(done_ - head_start_) / std::max(seconds, 1e-3);
  if (rate <= 0) return {};
  if (total_ == 0) return fmt::format("{:.{}f}/s", rate, rate < 10 ? 1 : 0);
  return fmt::format("{:.{}f}/s, {} left", rate, rate < 10 ? 1 : 0,
                     duration_text(static_cast<double>(total_ - done_) / rate));
}

void Terminal::draw() {
  const std::size_t width = terminal_width(STDERR_FILENO);
  const double part = total_ == 0 ? 0 : static_cast<double>(done_) / static_cast<double>(total_);
  std::string numbers = total_ == 0
                            ? fmt::format("{} {} {}", task_, done_, rate_and_eta())
                            : fmt::format("{} {}/{} {:3.0f}% {}", task_, done_, total_, 100 * part, rate_and_eta());
  if (!note_.empty()) numbers += "  " + note_;
  constexpr std::size_t kNarrowestBar = 10, kWidestBar = 40;
  std::string line = numbers;
  if (total_ > 0 && width > numbers.size() + kNarrowestBar + 4) {
    const std::size_t room = std::min(width - numbers.size() - 4, kWidestBar);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(room));
    line = fmt::format("[{}{}] {}", std::string(full, '='), std::string(room - full, ' '), numbers);
  }
  line.resize(std::min(line.size(), width > 1 ? width - 1 : 1));
  fmt::print(stderr, "\r\x1b[2K{}", line);
  line_is_drawn_ = true;
}

void Terminal::clear_line() {
  if (!line_is_drawn_) return;
  fmt::print(stderr, "\r\x1b[2K");
  line_is_drawn_ = false;
}

void Terminal::print_tenth() {
  if (total_ == 0 || done_ * 10 < next_tenth_ * total_) return;
  next_tenth_ = done_ * 10 / total_ + 1;
  fmt::print(stderr, "{}: {}/{} ({}%) {}{}{}\n", task_, done_, total_, done_ * 100 / total_, rate_and_eta(),
             note_.empty() ? "" : "  ", note_);
}

}  // namespace csgis::cli
