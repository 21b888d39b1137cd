#include "cli/command_line.h"
#include "core/error.h"
#include "core/version.h"

#include <fmt/format.h>
#include <unistd.h>

namespace csgis::cli {

int run_help(const Command&, Arguments arguments) {
  require<UsageError>(arguments.size() <= 2, "csgis help: give one command");
  if (!arguments.empty() && arguments[0] != "--help" && arguments[0] != "-h") {
    const Command& command = find_command(arguments[0]);
    std::vector<std::string> asks_help(arguments.begin() + 1, arguments.end());
    asks_help.emplace_back("--help");
    if (command.run != run_help) return command.run(command, asks_help);
  }
  const std::size_t width = terminal_width(STDOUT_FILENO);
  constexpr std::size_t kSummaryColumn = 14;
  fmt::print(
      "{}\n\nUsage: csgis COMMAND [options]\n\nCommands:\n",
      wrapped(fmt::format("csgis {}: structure-preserving image smoothing: datasets, filters, networks", kVersion), 2,
              width));
  for (const Command& command : commands()) {
    fmt::print("{:<{}}{}\n", fmt::format("  {}", command.name), kSummaryColumn,
               wrapped(command.summary, kSummaryColumn, width));
  }
  fmt::print(
      "\n{}\n{}\n", wrapped("`csgis help COMMAND` shows the options of one; `csgis --version` the version.", 2, width),
      wrapped(
          "Exit codes: 0 done, 1 internal error, 2 wrong usage, 3 finished but some items failed, 4 nothing usable in "
          "the input, 5 the output cannot be written or is in use, 130 cancelled.",
          2, width));
  return kDone;
}

}  // namespace csgis::cli
