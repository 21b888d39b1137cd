#pragma once
/// Several processes that train one network together: which of them this one is.

#include <string>

namespace csgis {

struct TrainProcess {
  int rank = 0, count = 1;
  int local_rank = 0;  ///< Among those on this machine: the number of its GPU.
  /// Where they meet, HOST:PORT or a path that nobody has used; empty for one alone.
  std::string meeting;

  /// The first process writes the files and decides when to stop.
  bool is_first() const { return rank == 0; }
  bool is_alone() const { return count == 1; }

  /// What a launcher says. The first of these that speaks of several decides: RANK and WORLD_SIZE (torchrun), ranks of
  /// Open MPI, tasks of a Slurm step (a job script outside of srun is one process). They meet at
  /// MASTER_ADDR:MASTER_PORT; without MASTER_ADDR at a file in `folder`, which all of them must see.
  /// @throws UsageError  variables that contradict each other
  static TrainProcess from_environment(const std::string& folder);
};

}  // namespace csgis
