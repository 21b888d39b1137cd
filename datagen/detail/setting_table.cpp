#include "datagen/detail/setting_table.h"

namespace csgis::synth {
namespace {

constexpr Setting kSettings[] = {
    {"street", draw_street},
    {"country road", draw_country_road},
    {"meadow", draw_meadow},
    {"park", draw_park},
    {"sea", draw_sea},
    {"sky", draw_sky},
    {"airfield", draw_airfield},
    {"railway", draw_railway},
    {"living room", draw_living_room},
    {"dining room", draw_dining_room},
    {"desk", draw_desk},
    {"studio", draw_studio},
};

}  // namespace

std::span<const Setting> setting_table() {
  return kSettings;
}

}  // namespace csgis::synth
