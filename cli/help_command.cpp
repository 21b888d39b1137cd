#include "cli/command.h"
#include "core/error.h"
#include "core/version.h"

#include <fmt/format.h>

namespace csgis::cli {

int run_help(const Command&, Arguments arguments) {
  require<UsageError>(arguments.size() <= 2, "csgis help: give one command");
  if (!arguments.empty() && arguments[0] != "--help" && arguments[0] != "-h") {
    const Command& command = find_command(arguments[0]);
    std::vector<std::string> asks_help(arguments.begin() + 1, arguments.end());
    if (std::string(command.name) == "help") return kDone;
    asks_help.emplace_back("--help");
    return command.run(command, asks_help);
  }
  fmt::print(
      "csgis {}: structure-preserving image smoothing: datasets, filters, networks\n\n"
      "Usage: csgis COMMAND [options]\n\nCommands:\n",
      kVersion);
  for (const Command& command : commands()) fmt::print("  {:<12}{}\n", command.name, command.summary);
  fmt::print(
      "\n`csgis help COMMAND` shows the options of one; `csgis --version` the version.\n"
      "Exit codes: 0 done, 2 wrong usage, 3 finished but some items failed, 4 nothing usable in the input,\n"
      "5 the output cannot be written or is in use, 130 cancelled, 1 internal error.\n");
  return kDone;
}

}  // namespace csgis::cli
