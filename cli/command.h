#pragma once
/// The commands there are. A new one is one row in command.cpp and one file.

#include <span>
#include <string>
#include <vector>

namespace csgis::cli {

using Arguments = std::span<const std::string>;

/// Exit codes of every command.
enum ExitCode {
  kDone = 0,
  kInternalError = 1,
  kWrongUsage = 2,
  kItemsFailed = 3,
  kNothingUsable = 4,
  kOutputFailed = 5,
  kCancelled = 130,
};

struct Command {
  const char* name;
  const char* summary;
  const char* example;  ///< One line that works as it stands, shown at the end of the help.
  int (*run)(const Command& self, Arguments arguments);
  std::span<const Command> (*children)() = nullptr;  ///< Of a command that only groups others.
};

std::span<const Command> commands();
/// @throws UsageError naming the nearest command.
const Command& find_command(const std::string& name);

/// Runs the child that the first argument names; without one shows them.
int run_child(const Command& self, Arguments arguments);
std::span<const Command> data_commands();
std::span<const Command> weights_commands();

int run_build(const Command& self, Arguments arguments);
int run_completion(const Command& self, Arguments arguments);
int run_demo(const Command& self, Arguments arguments);
int run_benchmark(const Command& self, Arguments arguments);
int run_rerun(const Command& self, Arguments arguments);
int run_evaluate(const Command& self, Arguments arguments);
int run_gt(const Command& self, Arguments arguments);
int run_help(const Command& self, Arguments arguments);
int run_info(const Command& self, Arguments arguments);
int run_man(const Command& self, Arguments arguments);
int run_negatives(const Command& self, Arguments arguments);
int run_report(const Command& self, Arguments arguments);
int run_smooth(const Command& self, Arguments arguments);
int run_synth(const Command& self, Arguments arguments);
int run_train(const Command& self, Arguments arguments);

}  // namespace csgis::cli
