#include "datagen/blend_recipe.h"

#include "core/error.h"
#include "core/random.h"
#include "datagen/detail/portable_math.h"

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

constexpr double kMostStretch = 1.3, kMostShear = 0.3, kMostTilt = 0.12;
/// Texture positions are drawn within a square of this size; patterns repeat, so any number beyond theirs will do.
constexpr double kShiftRange = 4096;

/// Draws are rounded before use: a record of a few decimals is then the whole truth.
double rounded(double value, double per_unit) {
  return std::round(value * per_unit) / per_unit;
}

double drawn(const DrawRange& range, double uniform) {
  return std::clamp(rounded(range.low + (range.high - range.low) * uniform, 100), range.low, range.high);
}

/// Even in the frequency of the pattern, which is one over its size.
double drawn_scale(const DrawRange& range, double uniform) {
  if (range.low == range.high) return range.low;
  const double frequency = 1 / range.high + (1 / range.low - 1 / range.high) * uniform;
  return std::clamp(rounded(1 / frequency, 1000), range.low, range.high);
}

/// All that may be drawn for one region; what the options do not ask for is left unused.
struct Draws {
  double flat, texture, std, scale, angle, shift_y, shift_x, stretch, shear, tilt_y, tilt_x, fade;

  Draws(std::uint64_t seed, const std::string& item) {
    Random random(seed, "texture", item);
    for (double* value :
         {&flat, &texture, &std, &scale, &angle, &shift_y, &shift_x, &stretch, &shear, &tilt_y, &tilt_x, &fade}) {
      *value = random.uniform();
    }
  }
};

TexturePlacement placement_of(const RecipeOptions& options, const Draws& draws) {
  TexturePlacement p;
  p.scale = drawn_scale(options.scale, draws.scale);
  if (options.placement != Placement::corner) {
    p.shift_y = std::floor(kShiftRange * draws.shift_y);
    p.shift_x = std::floor(kShiftRange * draws.shift_x);
  }
  if (options.placement == Placement::rotated) p.angle = drawn({0, 360}, draws.angle);
  if (options.warp != Warp::none) {
    p.stretch = rounded(drawn_scale({1 / kMostStretch, kMostStretch}, draws.stretch), 1000);
    p.shear = drawn({-kMostShear, kMostShear}, draws.shear);
  }
  if (options.warp == Warp::perspective) {
    p.tilt_y = drawn({-kMostTilt, kMostTilt}, draws.tilt_y);
    p.tilt_x = drawn({-kMostTilt, kMostTilt}, draws.tilt_x);
  }
  if (options.fade > 0) {
    const auto turns = static_cast<float>(draws.fade);
    p.fade_y = rounded(options.fade * synth::sine_turns(turns), 1000);
    p.fade_x = rounded(options.fade * synth::cosine_turns(turns), 1000);
  }
  return p;
}

bool may_bear_any(const RegionChoice& region) {
  return !region.textures.empty() && region.pixels >= kSmallestTexturedRegion;
}

bool may_bear(const RegionChoice& region, int texture) {
  return std::ranges::binary_search(region.textures, texture);
}

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// The first of the regions of most pixels for which `holds` is true.
template <class Condition>
std::size_t largest_region(std::span<const RegionChoice> regions, Condition holds) {
  std::size_t largest = kNone;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (holds(i) && (largest == kNone || regions[i].pixels > regions[largest].pixels)) largest = i;
  }
  return largest;
}

}  // namespace

BlendRecipe draw_recipe(const RecipeOptions& options, std::uint64_t seed, const std::string& key, int own_texture,
                        std::span<const RegionChoice> regions) {
  require(!regions.empty(), "recipe: {} has no region", key);
  BlendRecipe recipe{options.model, options.colour, options.headroom, options.strength, {}};
  const bool is_whole = regions.size() == 1;
  for (const RegionChoice& region : regions) {
    const Draws draws(seed, is_whole ? key : fmt::format("{}#{}", key, region.label));
    RegionRecipe r{region.label, RegionRecipe::kFlat, options.tiling, std::nullopt, placement_of(options, draws)};
    if (options.std) r.std = drawn(*options.std, draws.std);
    const bool is_textured = is_whole || (may_bear_any(region) && draws.flat >= options.flat_share);
    if (is_textured && !region.textures.empty()) {
      const auto pick = static_cast<std::size_t>(draws.texture * static_cast<double>(region.textures.size()));
      r.texture = region.textures[pick];
    }
    recipe.regions.push_back(r);
  }

  const bool all_flat = std::ranges::all_of(recipe.regions, &RegionRecipe::is_flat);
  const std::size_t own = all_flat ? largest_region(regions, [&](std::size_t i) { return may_bear_any(regions[i]); })
                                   : largest_region(regions, [&](std::size_t i) {
                                       return !recipe.regions[i].is_flat() && may_bear(regions[i], own_texture);
                                     });
  if (own != kNone) {
    const bool may_have_own = may_bear(regions[own], own_texture);
    recipe.regions[own].texture = may_have_own ? own_texture : regions[own].textures.front();
  }
  return recipe;
}

}  // namespace csgis
