#include "pipelines/train_process.h"

#include "core/error.h"
#include "pipelines/environment.h"

#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace csgis {
namespace {

/// What a launcher calls its variables, and what tells two of its runs apart.
struct Launcher {
  const char *rank, *count, *local_rank, *run;
};
constexpr std::array kLaunchers{
    Launcher{"RANK", "WORLD_SIZE", "LOCAL_RANK", "TORCHELASTIC_RUN_ID"},
    Launcher{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "PMIX_NAMESPACE"},
    Launcher{"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_JOB_ID"}};

std::string text_in(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? "" : text;
}

/// A file name for the processes of one run: of characters that every file system has.
std::string meeting_file(const Launcher& launcher) {
  std::string name = text_in(launcher.run) + "-" + text_in("SLURM_STEP_ID") + "-" + text_in("SLURM_RESTART_COUNT");
  for (char& c : name) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    if (!is_plain) c = '_';
  }
  return ".csgis-meeting-" + name;
}

}  // namespace

TrainProcess TrainProcess::from_environment(const std::string& folder) {
  for (const Launcher& launcher : kLaunchers) {
    const auto rank = number_in_environment(launcher.rank), count = number_in_environment(launcher.count);
    if (!rank || !count || *count < 2) continue;
    require<UsageError>(*rank < *count, "{} is {}, {} is {}", launcher.rank, *rank, launcher.count, *count);
    const std::string address = text_in("MASTER_ADDR"), port = text_in("MASTER_PORT");
    const std::string meeting =
        address.empty() ? folder + "/" + meeting_file(launcher) : address + ":" + (port.empty() ? "29500" : port);
    return {*rank, *count, number_in_environment(launcher.local_rank).value_or(0), meeting};
  }
  return {};
}

}  // namespace csgis
