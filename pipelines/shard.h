#pragma once
/// One of N equal parts of a job that runs on several machines.

#include <cstdint>
#include <string>
#include <string_view>

namespace csgis {

struct Shard {
  int index = 0;
  int count = 1;

  /// Reads "I/N" with 0 <= I < N <= 1 000 000. @throws UsageError.
  static Shard parse(std::string_view text);

  /// The value of --shard: "I/N", or "auto" for from_environment().
  static Shard from_option(std::string_view text) { return text == "auto" ? from_environment() : parse(text); }

  /// The part that a job scheduler gave to this process. The first of these that says so decides: a Slurm job array
  /// (its tasks in ascending order), tasks of a Slurm step, ranks of Open MPI, ranks of a PMI launcher (MPICH, Intel
  /// MPI), RANK and WORLD_SIZE. One task alone is no statement, except in an array.
  /// @throws UsageError  nothing of this is set, or it contradicts itself (an array with gaps)
  static Shard from_environment();

  bool is_whole() const { return count == 1; }
  bool owns(std::uint64_t position) const {
    return position % static_cast<std::uint64_t>(count) == static_cast<std::uint64_t>(index);
  }
  /// "2/7", as parse() reads it.
  std::string text() const;
  /// "2-of-7", the part of file names.
  std::string name() const;
  /// "journal.jsonl" for the whole, "journal.2-of-7.jsonl" for a part.
  std::string file_name(std::string_view stem) const;

  friend bool operator==(const Shard&, const Shard&) = default;
};

}  // namespace csgis
