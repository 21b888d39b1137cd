#include "datagen/detail/setting_table.h"

namespace csgis::synth {
namespace {

constexpr Setting kSettings[] = {
    {"street", draw_street, kRoad | kPavement, 4},
    {"country road", draw_country_road, kRoad | kGrass | kAir, 3},
    {"meadow", draw_meadow, kGrass | kAir, 3},
    {"park", draw_park, kPavement | kGrass | kAir, 3},
    {"sea", draw_sea, kWater | kAir, 3},
    {"sky", draw_sky, kAir, 2},
    {"airfield", draw_airfield, kApron | kAir, 3},
    {"railway", draw_railway, kRail | kGrass | kAir, 3},
    {"living room", draw_living_room, kFloor, 4},
    {"dining room", draw_dining_room, kFloor, 3},
    {"desk", draw_desk, kTop, 3},
    {"studio", draw_studio, kRoad | kGrass | kPavement | kFloor | kRail | kTop, 1},
};

}  // namespace

std::span<const Setting> setting_table() {
  return kSettings;
}

}  // namespace csgis::synth
