#include "pipelines/shard.h"

#include "core/error.h"
#include "pipelines/environment.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

namespace csgis {
namespace {

constexpr int kMostShards = 1'000'000;

/// Slurm numbers the tasks of an array as the user wrote them: 1-4, 0-30:10. Those with gaps are refused, since the
/// place of a task in them is not known.
std::optional<Shard> array_shard() {
  const auto id = number_in_environment("SLURM_ARRAY_TASK_ID"), count = number_in_environment("SLURM_ARRAY_TASK_COUNT");
  if (!id || !count) return std::nullopt;
  const int low = number_in_environment("SLURM_ARRAY_TASK_MIN").value_or(0);
  const int step = std::max(1, number_in_environment("SLURM_ARRAY_TASK_STEP").value_or(1));
  const int high = number_in_environment("SLURM_ARRAY_TASK_MAX").value_or(low + (*count - 1) * step);
  require<UsageError>(*id >= low && *id <= high && (*id - low) % step == 0 && (high - low) / step + 1 == *count,
                      "--shard auto: task {} of a Slurm array of {} tasks from {} to {} in steps of {}: the tasks have "
                      "gaps; write --shard I/N instead",
                      *id, *count, low, high, step);
  return Shard{(*id - low) / step, *count};
}

std::optional<Shard> rank_shard(const char* rank, const char* size) {
  const auto index = number_in_environment(rank), count = number_in_environment(size);
  if (!index || !count || *count < 2) return std::nullopt;
  require<UsageError>(*index < *count, "--shard auto: {} is {}, {} is {}", rank, *index, size, *count);
  return Shard{*index, *count};
}

}  // namespace

Shard Shard::from_environment() {
  constexpr std::array<std::array<const char*, 2>, 4> kRanks{{{"SLURM_PROCID", "SLURM_NTASKS"},
                                                              {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                                              {"PMI_RANK", "PMI_SIZE"},
                                                              {"RANK", "WORLD_SIZE"}}};
  if (const auto shard = array_shard()) return *shard;
  for (const auto& [rank, size] : kRanks) {
    if (const auto shard = rank_shard(rank, size)) return *shard;
  }
  fail<UsageError>(
      "--shard auto: no scheduler says which part this is (SLURM_ARRAY_TASK_ID and _COUNT, SLURM_PROCID and "
      "SLURM_NTASKS, OMPI_COMM_WORLD_RANK and _SIZE, PMI_RANK and PMI_SIZE, RANK and WORLD_SIZE)");
}

Shard Shard::parse(std::string_view text) {
  Shard shard;
  const char* end = text.data() + text.size();
  const auto [slash, index_error] = std::from_chars(text.data(), end, shard.index);
  bool ok = index_error == std::errc() && slash != end && *slash == '/';
  if (ok) {
    const auto [stop, count_error] = std::from_chars(slash + 1, end, shard.count);
    ok = count_error == std::errc() && stop == end;
  }
  ok = ok && shard.count >= 1 && shard.count <= kMostShards && shard.index >= 0 && shard.index < shard.count;
  require<UsageError>(ok, "--shard is '{}', must be I/N with I from 0 to N-1, for example 0/4, or auto", text);
  return shard;
}

std::string Shard::text() const {
  return fmt::format("{}/{}", index, count);
}

std::string Shard::name() const {
  return fmt::format("{}-of-{}", index, count);
}

std::string Shard::file_name(std::string_view stem) const {
  return is_whole() ? fmt::format("{}.jsonl", stem) : fmt::format("{}.{}.jsonl", stem, name());
}

}  // namespace csgis
