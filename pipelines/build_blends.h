#pragma once
/// The blends of a build: the recipe of each sample drawn, rendered and recorded.

#include "datagen/camera_effects.h"
#include "pipelines/blend_record.h"
#include "pipelines/build_plan.h"
#include "pipelines/dataset_layout.h"
#include "pipelines/texture_store.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace csgis {

struct MadeBlend {
  Image8 image;
  std::optional<BlendRecord> record;  ///< Nothing in the reference layout, which has no place for it.
};

class BuildBlends {
 public:
  /// The references must outlive it.
  BuildBlends(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs, const BuildPlan& plan);

  /// Brings a decoded GT into the form that is written and blended, and finds its regions.
  /// @throws DataError, IoError  the label can no longer be read
  void prepare(GtWork& work) const;

  /// @param grey  the sample's texture. @throws DataError, IoError  a texture can no longer be read
  MadeBlend make(const GtWork& work, std::uint64_t position, const GreyTexture& grey);

 private:
  std::vector<RegionChoice> choices(const SceneRegions& scene, const PlannedSample& sample) const;
  Tiling tiling_of(const RegionRecipe& region, Size canvas) const;
  bool is_published_blend(const BlendRecipe& recipe) const;
  RenderedBlend blend_of(const GtWork& work, const BlendRecipe& recipe, const GreyTexture& grey);
  std::optional<RenderedBlend> additive_blend(const Image8& gt, const BlendRecipe& recipe,
                                              const GreyTexture& grey) const;
  CameraEffects draw_camera(const std::string& key) const;
  BlendRecord record_of(const BlendRecipe& recipe, const SceneRegions& scene, const RenderedBlend& blend,
                        const CameraEffects& camera) const;

  const BuildOptions& options_;
  std::uint64_t seed_;
  const BuildInputs& inputs_;
  const BuildPlan& plan_;
  RecipeOptions recipe_options_;
  TextureStore store_;
  /// Textures that regions draw from: of train and of held-out ones, for any class and for each that has its own.
  std::array<std::vector<int>, 2> any_texture_;
  std::array<std::array<std::vector<int>, kVocClasses>, 2> of_class_;
};

}  // namespace csgis
