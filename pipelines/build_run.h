#pragma once
/// The steps of a build, for `csgis build` and for its forecast.

#include "pipelines/build.h"
#include "pipelines/build_inputs.h"
#include "pipelines/build_plan.h"
#include "pipelines/item_errors.h"
#include "pipelines/output_folder.h"

namespace csgis {

/// A build that can begin: its options resolved, its inputs checked, its samples numbered.
struct PreparedBuild {
  BuildOptions options;
  BuildInputs inputs;
  BuildPlan plan;
};

/// The options with nothing left open that can be known before the inputs are. Layouts native and reference.
/// @throws UsageError
BuildOptions options_of_build(const BuildOptions& given);

/// The native build behind --layout webdataset, in a hidden folder of the output. @throws UsageError  for a shard
BuildOptions native_options(const BuildOptions& given);

/// Checks all inputs and plans the samples. @throws NothingUsable, ItemFailed, UsageError, Cancelled
PreparedBuild prepare_build(BuildOptions options, BuildSources sources, const RunContext& context, ItemErrors& errors);

/// Makes the samples of a plan that the shard owns and that are not there yet. `errors` holds those of prepare_build().
/// @param options  those of a PreparedBuild, as the inputs; the plan may be a part of its plan
BuildReport run_build(const BuildOptions& options, const BuildInputs& inputs, const BuildPlan& plan,
                      const RunContext& context, OutputFolder& out, ItemErrors& errors);

}  // namespace csgis
