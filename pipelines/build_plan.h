#pragma once
/// What a build makes: every pair, its name, its place in the order, its split. A pure function of options, inputs and
/// seed; every shard computes the same plan.

#include "datagen/split.h"
#include "pipelines/build_inputs.h"
#include "pipelines/build_options.h"

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

/// A GT and a texture, as indices into BuildInputs.
struct PlannedSample {
  std::uint32_t gt = 0;
  std::uint32_t texture = 0;
  Split split = Split::train;
};

/// Samples in the order of the layout: by key in native, by INDEX in reference. The position decides which shard owns a
/// sample, and the first sample of a GT who writes the files that its samples share.
struct BuildPlan {
  std::vector<PlannedSample> samples;
  std::vector<std::uint64_t> first_sample_of_gt;  ///< Position, for each GT.
  std::vector<bool> texture_held_out;             ///< Textures that train must not see, for each texture.
};

/// @throws UsageError  two pairs with one key, --val beyond what there is.
BuildPlan plan_build(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs);

/// "ID__TEX".
std::string sample_key(const BuildInputs& inputs, const PlannedSample& sample);

}  // namespace csgis
