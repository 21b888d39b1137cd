#pragma once
/// `csgis build`: textures blended into structure images, with edge maps, labels, splits and a manifest.

#include "core/run_context.h"
#include "pipelines/build_options.h"
#include "pipelines/forecast.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace csgis {

struct BuildReport {
  std::uint64_t samples = 0;  ///< Complete samples of this run or shard.
  std::uint64_t resumed = 0;  ///< Of those, found finished from an earlier run.
  std::uint64_t gts = 0;
  std::uint64_t textures = 0;
  std::uint64_t without_label = 0;
  std::uint64_t without_photo = 0;
  std::uint64_t errors = 0;                    ///< Lines of errors.jsonl.
  nlohmann::ordered_json blends = nullptr;     ///< blend_summary() of what this run or shard holds.
  nlohmann::ordered_json negatives = nullptr;  ///< negative_summary() of it.
};

/// Builds a dataset, or one shard of it, or what is missing of an interrupted one.
/// Bad inputs are left out, named in errors.jsonl and counted in the report; they never stop the others.
/// Memory: per thread one GT, its blend and its file; kGtCacheBytes of GTs; kTextureBlockBytes of textures (at least
/// one of each), and kTextureStoreBytes more with blends other than the published one; about 180 bytes for each
/// sample of the whole plan, and for each that this run or shard makes 1.2 kB and 150 bytes more for each of its
/// regions.
/// @throws UsageError, NothingUsable, OutputError, Cancelled, ItemFailed (with on_error = stop).
BuildReport build_dataset(const BuildOptions& options, const RunContext& context);

/// The same for --layout webdataset: the native dataset in a hidden folder of the output, exported into shards,
/// removed. Needs the space of both for that long. Not in parts.
BuildReport build_webdataset(const BuildOptions& options, const RunContext& context);

/// What build_dataset() would do and cost. Writes nothing into the output folder. Checks all inputs; its own cost is
/// that and about kCalibrationSeconds. Counts: gt, textures, samples, without_label, without_photo with --photos.
/// @throws UsageError, NothingUsable, Cancelled, ItemFailed (with on_error = stop), as build_dataset() does.
Forecast forecast_build(const BuildOptions& options, const RunContext& context);

}  // namespace csgis
