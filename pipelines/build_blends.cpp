#include "pipelines/build_blends.h"

#include "core/random.h"
#include "datagen/texture_measures.h"
#include "metrics/psnr.h"

#include <algorithm>

namespace csgis {
namespace {

constexpr int kNoClass = -1;

/// Warps show textures up to this much smaller than their scale says.
constexpr double kMostWarp = 1.5;

double smallest_scale(const RecipeOptions& options) {
  return options.scale.low / (options.warp == Warp::none ? 1 : kMostWarp);
}

/// Contrast of the strongest texture that a GT has to make room for.
double strongest_contrast(const RecipeOptions& options, const BuildInputs& inputs) {
  if (options.std) return options.std->high;
  double strongest = 0;
  for (const TextureInput& texture : inputs.textures) strongest = std::max(strongest, texture.contrast);
  return options.strength * strongest;
}

}  // namespace

BuildBlends::BuildBlends(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs,
                         const BuildPlan& plan)
    : options_(options),
      seed_(seed),
      inputs_(inputs),
      plan_(plan),
      recipe_options_(recipe_options(options.blend, options.strength)),
      store_(options, seed, inputs, smallest_scale(recipe_options_)) {
  for (int i = 0; i < static_cast<int>(inputs.textures.size()); ++i) {
    any_texture_[plan.texture_held_out[static_cast<std::size_t>(i)]].push_back(i);
  }
  if (!inputs.class_textures) return;
  for (int c = 0; c < kVocClasses; ++c) {
    const std::vector<int>* const textures = inputs.class_textures->of_class(c);
    if (textures == nullptr) continue;
    for (const int i : *textures) {
      of_class_[plan.texture_held_out[static_cast<std::size_t>(i)]][static_cast<std::size_t>(c)].push_back(i);
    }
  }
}

void BuildBlends::prepare(GtWork& work) const {
  const GtInput& gt = inputs_.gts[work.gt];
  if (recipe_options_.headroom == Headroom::compress_gt) {
    work.tone = room_for_texture(*work.pixels, strongest_contrast(recipe_options_, inputs_), recipe_options_.model);
    if (!work.tone.is_identity()) work.pixels = std::make_shared<Image8>(work.tone.apply(*work.pixels));
  }
  if (options_.blend.regions != RegionSource::labels || !gt.label) {
    work.scene = {whole_image(gt.size), {kNoClass}};
    return;
  }
  const LabelMaps labels = read_label(*gt.label, gt.source.id, gt.size, options_, inputs_.instance_classes);
  const LabelMap& classes = labels.classes_or_instances;
  work.scene.map = label_regions(labels.instances ? *labels.instances : classes);
  const bool has_classes = options_.label_kind == LabelKind::classes;
  for (const ImageRegion& region : work.scene.map.regions) {
    const int index = classes.row(region.y)[region.x];
    work.scene.classes.push_back(has_classes && index < kVocClasses ? index : kNoClass);
  }
}

MadeBlend BuildBlends::make(const GtWork& work, std::uint64_t position, const GreyTexture& grey) {
  if (options_.layout == Layout::reference) {
    return {blend_additive(*work.pixels, grey, options_.strength), std::nullopt};
  }
  const PlannedSample& sample = plan_.samples[position];
  const std::string key = sample_key(inputs_, sample);
  BlendRecipe recipe =
      draw_recipe(recipe_options_, seed_, key, static_cast<int>(sample.texture), choices(work.scene, sample));
  for (RegionRecipe& region : recipe.regions) region.tiling = tiling_of(region, work.pixels->size());
  RenderedBlend blend = blend_of(work, recipe, grey);
  const CameraEffects camera = draw_camera(key);
  if (camera.any()) {
    blend.image = apply_camera_effects(blend.image, camera, seed_, key);
    blend.measures.psnr = psnr(blend.image, *work.pixels);
  }
  BlendRecord record = record_of(recipe, work.scene, blend, camera);
  return {std::move(blend.image), std::move(record)};
}

RenderedBlend BuildBlends::blend_of(const GtWork& work, const BlendRecipe& recipe, const GreyTexture& grey) {
  if (is_published_blend(recipe)) {
    if (auto blend = additive_blend(*work.pixels, recipe, grey)) return std::move(*blend);
  }
  std::vector<std::shared_ptr<const TextureTile>> tiles;
  std::vector<const TextureTile*> views;
  for (const RegionRecipe& region : recipe.regions) {
    tiles.push_back(region.is_flat() ? nullptr : store_.get(region.texture, region.tiling));
    views.push_back(tiles.back().get());
  }
  return render_blend(*work.pixels, work.scene.map, recipe, views);
}

CameraEffects BuildBlends::draw_camera(const std::string& key) const {
  if (!Random(seed_, "camera", key).chance(*options_.blend.camera_share)) return {};
  return draw_camera_effects(seed_, key);
}

/// A region draws from the textures on the sample's side of the split, so that held-out ones stay unseen.
std::vector<RegionChoice> BuildBlends::choices(const SceneRegions& scene, const PlannedSample& sample) const {
  const std::size_t side = plan_.texture_held_out[sample.texture] ? 1 : 0;
  std::vector<RegionChoice> choices;
  for (std::size_t i = 0; i < scene.map.regions.size(); ++i) {
    const int c = scene.classes[i];
    const bool has_own = inputs_.class_textures && inputs_.class_textures->of_class(c) != nullptr;
    const std::vector<int>& textures = has_own ? of_class_[side][static_cast<std::size_t>(c)] : any_texture_[side];
    choices.push_back({scene.map.regions[i].label, scene.map.regions[i].pixels, textures});
  }
  return choices;
}

Tiling BuildBlends::tiling_of(const RegionRecipe& region, Size canvas) const {
  if (region.is_flat() || region.tiling != Tiling::automatic) return region.tiling;
  const TextureInput& texture = inputs_.textures[static_cast<std::size_t>(region.texture)];
  // Where the texture covers the image there is no seam.
  const bool covers = region.placement == TexturePlacement{} && texture.size.height >= canvas.height &&
                      texture.size.width >= canvas.width;
  return covers || texture.seam <= kWeakSeam ? Tiling::repeat : Tiling::mirror;
}

bool BuildBlends::is_published_blend(const BlendRecipe& recipe) const {
  return recipe.regions.size() == 1 && !recipe.regions[0].is_flat() && recipe.model == TextureModel::additive &&
         recipe.colour == TextureColour::grey && recipe.regions[0].tiling == Tiling::repeat &&
         recipe.regions[0].placement == TexturePlacement{};
}

/// The blend as published, at the contrast that was drawn; nothing where the texture has to be scaled down.
std::optional<RenderedBlend> BuildBlends::additive_blend(const Image8& gt, const BlendRecipe& recipe,
                                                         const GreyTexture& grey) const {
  const double contrast = grey.contrast(gt.size());
  double strength = recipe.strength;
  if (recipe.regions[0].std) strength = contrast > 0 ? *recipe.regions[0].std / contrast : 0;
  const double clipped = static_cast<double>(clipped_values(gt, grey, strength)) / static_cast<double>(gt.bytes());
  if (recipe.headroom != Headroom::none && clipped > kMostClipped) return std::nullopt;
  Image8 blend = blend_additive(gt, grey, strength);
  const double std = strength * contrast, input_psnr = psnr(blend, gt);
  return RenderedBlend{std::move(blend), {std, input_psnr, clipped}, {std}};
}

BlendRecord BuildBlends::record_of(const BlendRecipe& recipe, const SceneRegions& scene, const RenderedBlend& blend,
                                   const CameraEffects& camera) const {
  std::vector<RegionNames> names;
  for (std::size_t i = 0; i < recipe.regions.size(); ++i) {
    const RegionRecipe& region = recipe.regions[i];
    RegionNames n;
    n.has_label = recipe.regions.size() > 1;
    if (scene.classes[i] != kNoClass) n.class_name = kVocClassNames[static_cast<std::size_t>(scene.classes[i])];
    if (!region.is_flat()) n.texture_id = inputs_.textures[static_cast<std::size_t>(region.texture)].source.id;
    names.push_back(std::move(n));
  }
  return blend_record(recipe, blend.measures, blend.std_of_region, names, camera);
}

}  // namespace csgis
