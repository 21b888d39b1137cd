#pragma once
/// `csgis data merge`: closes what was made in shards.

#include "core/run_context.h"

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

struct MergeReport {
  int shards = 0;
  std::uint64_t samples = 0;     ///< Or what else the run makes.
  const char* unit = "samples";  ///< Their name: ground truths of `csgis gt`, images of smooth and negatives.
  std::uint64_t errors = 0;
};

/// Joins the shards found in `folders` (each its own folder, or all in one) into `out`, which may be one of them.
/// Checks that every shard is there and complete and every file is as its journal says; files of other folders are
/// linked, or copied where that is not possible. The result equals an unsharded run byte for byte, journal and locks
/// aside. The parts (samples.I-of-N.jsonl ...) are removed from `out`; other folders stay as they are.
/// @throws NothingUsable  no shard found, shards of different runs, or a lost or unfinished shard: named, so that it
///                        alone can be run again.
/// @throws OutputError    `out` cannot be written or is in use.
MergeReport merge_dataset(const std::vector<std::string>& folders, const std::string& out, const RunContext& context);

}  // namespace csgis
