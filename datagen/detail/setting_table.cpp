#include "datagen/detail/setting_table.h"

namespace csgis::synth {
namespace {

constexpr Setting kSettings[] = {
    {"street", draw_street, kRoad | kPavement | kFront, 4},
    {"country road", draw_country_road, kRoad | kGrass | kAir, 3},
    {"meadow", draw_meadow, kGrass | kAir | kFront, 3},
    {"park", draw_park, kPavement | kGrass | kAir | kFront, 3},
    {"sea", draw_sea, kWater | kAir | kFront, 3},
    {"sky", draw_sky, kAir, 2},
    {"airfield", draw_airfield, kApron | kAir, 3},
    {"railway", draw_railway, kRail | kGrass | kAir, 3},
    {"living room", draw_living_room, kFloor | kFront, 4},
    {"dining room", draw_dining_room, kFloor | kFront, 3},
    {"desk", draw_desk, kTop | kFront, 3},
    {"workplace", draw_workplace, kTop | kFront, 2},
    {"hall", draw_hall, kFloor | kFront, 2},
    {"facade", draw_facade, kPavement | kRoad | kFront, 3},
    {"poster wall", draw_poster_wall, kPavement | kFloor | kFront, 2},
    {"forest", draw_forest, kGrass | kPavement | kFront, 2},
    {"rocks", draw_rocks, kGrass | kPavement | kAir | kFront, 3},
    {"studio", draw_studio, kRoad | kGrass | kPavement | kFloor | kRail | kTop | kFront, 1, true},
    {"collage", draw_collage, kRoad | kGrass | kPavement | kFloor | kRail | kTop | kWater | kFront, 2},
};

}  // namespace

std::span<const Setting> setting_table() {
  return kSettings;
}

}  // namespace csgis::synth
