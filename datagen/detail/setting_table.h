#pragma once
/// Where scenes take place. Adding a setting: a draw function, its declaration below, a row in setting_table.cpp.
/// Settings draw in units of the image height: x in [0, stage.width], y in [0, 1], y down.

#include "datagen/detail/object_table.h"

#include <span>
#include <vector>

namespace csgis::synth {

/// Rows on which objects may stand, and for which kinds of place.
struct Band {
  Places places = 0;
  float y0 = 0, y1 = 0;
};

struct Stage {
  float width = 1;       ///< Of the image, in image heights.
  float horizon = 0.4F;  ///< Sizes grow in proportion to the distance below it.
  /// How large a metre may be, in image heights at distance 1 below the horizon, to agree with what is painted.
  float smallest_metre = 0.25F, largest_metre = 0.8F;
  std::vector<Band> bands;
};

/// Paints the background and fills in `stage.horizon` and `stage.bands`.
using DrawSetting = void (*)(Pen& pen, Stage& stage);

struct Setting {
  const char* name;
  DrawSetting draw;
  Places places;          ///< What its bands offer.
  int weight;             ///< How often it is chosen among those that fit.
  bool one_kind = false;  ///< Only what could stand where the first object stands: no trains beside bottles.
};

std::span<const Setting> setting_table();

void draw_street(Pen& pen, Stage& stage);
void draw_country_road(Pen& pen, Stage& stage);
void draw_meadow(Pen& pen, Stage& stage);
void draw_park(Pen& pen, Stage& stage);
void draw_sea(Pen& pen, Stage& stage);
void draw_sky(Pen& pen, Stage& stage);
void draw_airfield(Pen& pen, Stage& stage);
void draw_railway(Pen& pen, Stage& stage);
void draw_living_room(Pen& pen, Stage& stage);
void draw_dining_room(Pen& pen, Stage& stage);
void draw_desk(Pen& pen, Stage& stage);
void draw_studio(Pen& pen, Stage& stage);

void draw_facade(Pen& pen, Stage& stage);
void draw_poster_wall(Pen& pen, Stage& stage);
void draw_hall(Pen& pen, Stage& stage);
void draw_workplace(Pen& pen, Stage& stage);
void draw_forest(Pen& pen, Stage& stage);
void draw_rocks(Pen& pen, Stage& stage);
void draw_collage(Pen& pen, Stage& stage);

}  // namespace csgis::synth
