#pragma once
/// How long methods take: a pass of its own, after the scoring, one image at a time.

#include "core/run_context.h"
#include "pipelines/contender.h"

#include <span>
#include <vector>

namespace csgis {

/// Times each contender of the toolkit on one image, decoded before: a warm-up, then repeats until there are 5 of them
/// or 2 seconds are over, at least 3. Wall time by a steady clock; peak memory is the growth of the process's resident
/// memory over its state before (0 where the system does not tell).
/// @return by contender, then thread count.  @throws Cancelled
std::vector<TimeRecord> time_contenders(const BenchmarkItem& item, std::span<const Contender* const> contenders,
                                        const std::vector<int>& thread_counts, std::uint64_t max_pixels,
                                        const RunContext& context);

/// Processor and cores of this machine, as times are labelled.
std::string machine_name();

}  // namespace csgis
