#include "datagen/detail/texture_table.h"

namespace csgis::synth {
namespace {

// name, make, aspect, element height in px, relief, multiples, oriented
constexpr TextureFamily kFamilies[] = {
    {"brick", make_brick, 2.7F, 9, 40, 0.9F, 1, 2, true},
    {"tiles", make_tiles, 1.0F, 12, 60, 0.5F, 2, 2, true},
    {"stone wall", make_stone_wall, 1.3F, 16, 56, 0.9F},
    {"shingles", make_shingles, 0.9F, 10, 40, 0.8F, 1, 2, true},
    {"concrete", make_concrete, 1.0F, 20, 60, 0.5F},
    {"granite", make_granite, 1.0F, 3, 10, 0.1F},
    {"marble", make_marble, 1.0F, 30, 60, 0.0F},
    {"weave", make_weave, 1.0F, 3, 14, 0.8F, 2, 2},
    {"twill", make_twill, 1.0F, 3, 10, 0.7F, 4, 4},
    {"wicker", make_wicker, 1.6F, 6, 22, 1.0F, 2, 2},
    {"knit", make_knit, 1.2F, 6, 22, 1.0F},
    {"plaid", make_plaid, 1.0F, 2, 6, 0.3F, 24, 24},
    {"carpet", make_carpet, 1.0F, 3, 8, 0.9F},
    {"wood", make_wood, 0.06F, 60, 220, 0.2F, 1, 1, true},
    {"planks", make_planks, 7.0F, 14, 50, 0.4F, 1, 2, true},
    {"bark", make_bark, 0.28F, 40, 120, 1.1F, 1, 1, true},
    {"grass", make_grass, 0.7F, 7, 22, 0.5F, 1, 1, true},
    {"straw", make_straw, 1.0F, 8, 24, 0.7F},
    {"leaves", make_leaves, 1.0F, 10, 34, 0.7F},
    {"pebbles", make_pebbles, 1.2F, 8, 40, 1.0F},
    {"sand", make_sand, 4.0F, 8, 36, 0.8F},
    {"cracked mud", make_cracked_mud, 1.1F, 18, 60, 0.8F},
    {"leather", make_leather, 1.1F, 4, 11, 0.6F},
    {"rust", make_rust, 1.0F, 24, 60, 0.6F},
    {"corrugation", make_corrugation, 0.4F, 12, 60, 0.9F, 1, 1, true},
    {"brushed metal", make_brushed_metal, 12.0F, 2, 5, 0.15F},
    {"mesh", make_mesh, 1.0F, 6, 24, 0.8F, 1, 2},
    {"dots", make_dots, 1.0F, 6, 30, 0.0F, 2, 2},
    {"noise", make_noise, 1.0F, 6, 60, 0.4F},
};

}  // namespace

std::span<const TextureFamily> texture_table() {
  return kFamilies;
}

Colour tinted(Random& random, std::initializer_list<unsigned> colours, float amount) {
  const Colour c = rgb(*(colours.begin() + random.below(colours.size())));
  const auto move = [&](float value) { return clamp01(value + static_cast<float>(random.uniform(-amount, amount))); };
  const float r = move(c.r), g = move(c.g), b = move(c.b);
  return {r, g, b, 1};
}

}  // namespace csgis::synth
