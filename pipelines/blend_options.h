#pragma once
/// Options of `csgis build` that say how textures are laid on structure images.

#include "core/options.h"
#include "datagen/blend_recipe.h"

#include <optional>
#include <string>

namespace csgis {

/// What the options below are where they are not given.
enum class BlendPreset {
  reference,  ///< The published blend: one grey texture added over the whole image, clipped.
  realistic,  ///< Coloured textures that follow the regions of the labels, some regions flat, contrast drawn.
};
constexpr std::array<EnumName<BlendPreset>, 2> enum_names(BlendPreset) {
  return {{{BlendPreset::reference, "reference"}, {BlendPreset::realistic, "realistic"}}};
}

enum class RegionSource { none, labels };
constexpr std::array<EnumName<RegionSource>, 2> enum_names(RegionSource) {
  return {{{RegionSource::none, "none"}, {RegionSource::labels, "labels"}}};
}

struct BlendOptions {
  std::optional<BlendPreset> preset;
  std::optional<std::string> texture_std;
  std::optional<Headroom> headroom;
  std::optional<TextureModel> texture_model;
  std::optional<TextureColour> texture_colour;
  std::optional<std::string> texture_scale;
  std::optional<Placement> placement;
  std::optional<Tiling> tiling;
  std::optional<Warp> warp;
  std::optional<double> fade;
  std::optional<RegionSource> regions;
  std::optional<double> flat_share;
  std::string class_textures;
  std::optional<double> camera_share;
};

template <class V>
void describe(V& v, BlendOptions& o) {
  v("preset", o.preset, any_value(),
    "sets the blending options below that are not given: the published blend, or textures that follow the labels");
  v("texture-std", o.texture_std, any_value("MIN,MAX"),
    "RMS contrast after tiling, in grey levels, drawn per sample: numbers or weak (6), nks (11), medium (20), strong "
    "(35), one of them for a fixed one; own: that of the texture (default)");
  v("headroom", o.headroom, any_value(),
    "where values would be clipped: nothing, the texture is scaled down there until at most 1 % is, or the GT is "
    "narrowed first (default: scale-texture in native, none in reference)");
  v("texture-model", o.texture_model, any_value(), "GT + a T, or GT * (1 + a T) (default: additive)");
  v("texture-colour", o.texture_colour, any_value(), "the textures' grey values or their colours (default: grey)");
  v("texture-scale", o.texture_scale, any_value("MIN,MAX"), "size of the textures, drawn per sample (default: 1)");
  v("texture-placement", o.placement, any_value(), "where textures begin (default: corner)");
  v("tiling", o.tiling, any_value(),
    "how textures are continued; auto: repeat where the seam is weak, else mirror (default: auto in native, repeat in "
    "reference)");
  v("warp", o.warp, any_value(), "textures stretched and sheared, or tilted too (default: none)");
  v("texture-fade", o.fade, between(0, 1),
    "how much the strength of a texture changes over the image: from 1 - X to 1 + X, in a drawn direction (default: "
    "0)");
  v("regions", o.regions, any_value(),
    "each region of the labels (objects, with --label-map) draws its own texture and all about it (default: none)");
  v("flat-share", o.flat_share, between(0, 1), "share of the regions that stay without texture (default: 0.3)");
  v("class-textures", o.class_textures, file(),
    "JSON object: class name -> list of texture IDs or groups (IDs without the number at their end) that its regions "
    "may bear");
  v("camera-share", o.camera_share, between(0, 1),
    "share of the blends that look as from a camera: blur up to 0.8 px, noise up to 4 levels, half of them JPEG of "
    "quality 60 to 95 (default: 0)");
}

/// Fills in the preset and the defaults of the layout. With the realistic preset, regions follow the labels where there
/// are any.
/// @throws UsageError  options that contradict each other or the layout
void resolve_blend(BlendOptions& options, bool is_reference_layout, bool has_labels, double strength);

/// What resolved options ask for. @throws UsageError  a range that is none
RecipeOptions recipe_options(const BlendOptions& resolved, double strength);

}  // namespace csgis
