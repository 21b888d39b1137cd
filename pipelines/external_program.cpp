#include "pipelines/external_program.h"

#include "core/error.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace csgis {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kKeptErrorText = 300;

/// The end of the read side is closed here, that of the write side as soon as the child has it.
struct Pipe {
  std::array<int, 2> ends{-1, -1};

  Pipe() { require<IoError>(pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe: {}", std::strerror(errno)); }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
};

pid_t start(const std::vector<std::string>& arguments, int error_end) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, error_end, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  require<DataError>(error == 0, "{} cannot be started: {}", arguments.front(), std::strerror(error));
  return child;
}

/// Reads until the program closes its side; keeps the end. False when the time is over.
bool read_errors(int end, Clock::time_point deadline, std::string& text) {
  std::array<char, 4096> block;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{end, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(std::min<long>(left, 1000))) <= 0) continue;
    const ssize_t got = read(end, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > 2 * kKeptErrorText) text.erase(0, text.size() - kKeptErrorText);
  }
}

/// A program may close its standard error and live on.
bool wait_until(pid_t child, Clock::time_point deadline, int& status) {
  while (true) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return true;
    if (Clock::now() >= deadline) return false;
    usleep(500);
  }
}

std::string last_words(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.size() > kKeptErrorText) text.erase(0, text.size() - kKeptErrorText);
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return text.empty() ? "" : ": " + text;
}

}  // namespace

std::vector<std::string> split_command(const std::string& text) {
  std::vector<std::string> words;
  char quote = 0;
  bool in_word = false;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        words.back() += c;
      }
    } else if (c == ' ' || c == '\t') {
      in_word = false;
    } else {
      if (!in_word) words.emplace_back();
      in_word = true;
      if (c == '\'' || c == '"') {
        quote = c;
      } else {
        words.back() += c;
      }
    }
  }
  require<UsageError>(quote == 0, "cmd='{}': a quote is not closed", text);
  require<UsageError>(!words.empty(), "cmd is empty");
  return words;
}

double run_program(const std::vector<std::string>& arguments, std::chrono::milliseconds limit) {
  Pipe errors;
  const auto begin = Clock::now();
  const auto deadline = begin + limit;
  const pid_t child = start(arguments, errors.ends[1]);
  errors.close_end(1);
  std::string text;
  int status = 0;
  const bool in_time = read_errors(errors.ends[0], deadline, text) && wait_until(child, deadline, status);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  kill(-child, SIGKILL);  // on time-out the program, always what it left running in its group
  if (!in_time) {
    waitpid(child, &status, 0);
    fail<DataError>("{} took longer than {} s{}", arguments.front(), static_cast<double>(limit.count()) / 1000,
                    last_words(text));
  }
  require<DataError>(!WIFSIGNALED(status), "{} was ended by signal {}{}", arguments.front(), WTERMSIG(status),
                     last_words(text));
  require<DataError>(WEXITSTATUS(status) == 0, "{} ended with code {}{}", arguments.front(), WEXITSTATUS(status),
                     last_words(text));
  return seconds;
}

}  // namespace csgis
