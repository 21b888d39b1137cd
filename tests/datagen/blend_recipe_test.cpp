#include "datagen/blend_recipe.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace csgis;

namespace {

const std::vector<int> kAll{0, 1, 2, 3, 4, 5, 6, 7};

RecipeOptions everything_drawn() {
  RecipeOptions o;
  o.std = DrawRange{6, 35};
  o.scale = {0.5, 2};
  o.placement = Placement::rotated;
  o.warp = Warp::perspective;
  o.fade = 0.6;
  o.flat_share = 0.3;
  return o;
}

std::vector<RegionChoice> scene(std::size_t regions) {
  std::vector<RegionChoice> choices;
  for (std::size_t i = 0; i < regions; ++i) choices.push_back({static_cast<int>(3 * i), 1000 - 10 * i, kAll});
  return choices;
}

}  // namespace

TEST_CASE("a recipe depends on seed and key alone, and draws fill their ranges") {
  const RecipeOptions options = everything_drawn();
  const auto regions = scene(1);
  std::set<double> stds, scales, angles;
  int small = 0;
  constexpr int kSamples = 400;
  for (int i = 0; i < kSamples; ++i) {
    const std::string key = std::to_string(i);
    const BlendRecipe recipe = draw_recipe(options, 7, key, 3, regions);
    const RegionRecipe& r = recipe.regions.at(0);
    CHECK(r.texture == 3);
    CHECK((*r.std >= 6 && *r.std <= 35));
    CHECK((r.placement.scale >= 0.5 && r.placement.scale <= 2));
    CHECK(std::hypot(r.placement.fade_y, r.placement.fade_x) == Approx(0.6).margin(0.002));
    CHECK((r.placement.angle >= 0 && r.placement.angle <= 360));
    CHECK(draw_recipe(options, 7, key, 3, regions).regions[0].placement == r.placement);
    CHECK_FALSE(draw_recipe(options, 8, key, 3, regions).regions[0].placement == r.placement);
    stds.insert(*r.std);
    scales.insert(r.placement.scale);
    angles.insert(r.placement.angle);
    small += r.placement.scale < 0.8 ? 1 : 0;
  }
  CHECK(*stds.begin() < 7.5);
  CHECK(*stds.rbegin() > 33.5);
  CHECK(*scales.begin() < 0.51);
  CHECK(*scales.rbegin() > 1.8);
  CHECK(*angles.begin() < 10);
  CHECK(*angles.rbegin() > 350);
  CHECK(small == Approx(0.5 * kSamples).margin(60));  // frequencies 0.5 .. 2 are even: half of them above 1.25
}

TEST_CASE("options do not change each other's draws, and what is off stays plain") {
  const auto regions = scene(4);
  const RecipeOptions all = everything_drawn();
  RecipeOptions less = all;
  less.scale = {1, 1};
  less.warp = Warp::none;
  const BlendRecipe a = draw_recipe(all, 1, "k", 0, regions), b = draw_recipe(less, 1, "k", 0, regions);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(a.regions[i].texture == b.regions[i].texture);
    CHECK(a.regions[i].std == b.regions[i].std);
    CHECK(a.regions[i].placement.angle == b.regions[i].placement.angle);
    CHECK(b.regions[i].placement.scale == 1);
    CHECK(b.regions[i].placement.shear == 0);
  }
  const BlendRecipe plain = draw_recipe({}, 1, "k", 5, scene(1));
  CHECK(plain.regions[0].placement == TexturePlacement{});
  CHECK_FALSE(plain.regions[0].std.has_value());
  CHECK(plain.regions[0].texture == 5);
}

TEST_CASE("regions stay flat as often as asked, and the sample's own texture is in every sample") {
  const RecipeOptions options = everything_drawn();
  const auto regions = scene(6);
  int flat = 0;
  std::set<int> textures;
  constexpr int kSamples = 300;
  for (int i = 0; i < kSamples; ++i) {
    const BlendRecipe recipe = draw_recipe(options, 2, std::to_string(i), 4, regions);
    const auto textured = std::ranges::find_if(recipe.regions, [](const RegionRecipe& r) { return !r.is_flat(); });
    REQUIRE(textured != recipe.regions.end());
    CHECK(textured->texture == 4);  // the largest comes first
    for (const RegionRecipe& r : recipe.regions) {
      flat += r.is_flat() ? 1 : 0;
      textures.insert(r.texture);
    }
  }
  CHECK(flat == Approx(0.3 * 6 * kSamples).margin(90));
  CHECK(textures.size() == 9);

  RecipeOptions all_flat = options;
  all_flat.flat_share = 1;
  const BlendRecipe recipe = draw_recipe(all_flat, 2, "x", 4, regions);
  CHECK(recipe.regions[0].texture == 4);
  CHECK(std::count_if(recipe.regions.begin(), recipe.regions.end(), [](const auto& r) { return r.is_flat(); }) == 5);
}

TEST_CASE("regions bear what they may") {
  RecipeOptions options = everything_drawn();
  options.flat_share = 0;
  const std::vector<int> some{2, 6}, none;
  const std::vector<RegionChoice> regions{{0, 500, some}, {1, 400, none}, {2, 300, kAll}, {3, 20, kAll}};
  std::set<int> seen;
  for (int i = 0; i < 50; ++i) {
    const BlendRecipe recipe = draw_recipe(options, 3, std::to_string(i), 5, regions);
    seen.insert(recipe.regions[0].texture);
    CHECK(recipe.regions[1].is_flat());
    CHECK(recipe.regions[2].texture == 5);
    CHECK(recipe.regions[3].is_flat());  // too small
  }
  CHECK(seen == std::set<int>{2, 6});
}
