#include "cli/command.h"
#include "core/error.h"
#include "core/version.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace csgis::cli {
namespace {

/// Runs the command and turns what it throws into a message and an exit code.
int run(Arguments arguments) {
  try {
    const bool asks_version = !arguments.empty() && (arguments[0] == "--version" || arguments[0] == "-V");
    if (asks_version) {
      fmt::print("csgis {}\n", kVersion);
      return kDone;
    }
    const bool asks_help = arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h";
    const Command& command = find_command(asks_help ? "help" : arguments[0]);
    const int code = command.run(command, asks_help ? Arguments{} : arguments.subspan(1));
    return arguments.empty() ? kWrongUsage : code;
  } catch (const InvalidArgument& e) {
    fmt::print(stderr, "csgis: {}\n", e.what());
    return kWrongUsage;
  } catch (const ItemFailed& e) {
    fmt::print(stderr, "csgis: stopped at the first failure: {}\n", e.what());
    return kItemsFailed;
  } catch (const OutputError& e) {
    fmt::print(stderr, "csgis: {}\n", e.what());
    return kOutputFailed;
  } catch (const Cancelled&) {
    fmt::print(stderr, "csgis: cancelled; the same command goes on where it stopped\n");
    return kCancelled;
  } catch (const Error& e) {  // NothingUsable, and a file named on the command line that is missing or damaged
    fmt::print(stderr, "csgis: {}\n", e.what());
    return kNothingUsable;
  } catch (const std::exception& e) {
    fmt::print(stderr, "csgis: internal error: {}\n", e.what());
    return kInternalError;
  }
}

}  // namespace
}  // namespace csgis::cli

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const int code = csgis::cli::run(arguments);
  // A result that did not arrive is no success: a full disk behind a redirection shows only here.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  fmt::print(stderr, "csgis: the result cannot be written to the standard output\n");
  return csgis::cli::kOutputFailed;
}
