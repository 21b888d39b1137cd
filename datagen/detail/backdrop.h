#pragma once
/// Things backgrounds are made of. Coordinates as in setting_table.h.

#include "datagen/detail/pen.h"

namespace csgis::synth {

/// Something that stands at `foot`.
struct Upright {
  Point foot;
  float height = 0;
};

/// Sky from the top edge down to `bottom`, with sun, moon or clouds.
void draw_sky_above(Pen& pen, float width, float bottom);
void draw_cloud(Pen& pen, Point centre, float size, Colour colour);
/// Rolling hills whose crest is about `height` above y; filled down to `y`.
void draw_hills(Pen& pen, float width, float y, float height, Colour colour);
/// A house front with a grid of windows, standing on y.
void draw_building(Pen& pen, float x0, float x1, float top, float y);
/// A row of buildings along the whole width.
void draw_skyline(Pen& pen, float width, float y, float low, float high);
void draw_tree(Pen& pen, const Upright& tree);
/// A fence of posts and rails, `height` high, between x0 and x1.
void draw_fence(Pen& pen, float x0, float x1, float y, float height);
void draw_street_lamp(Pen& pen, const Upright& post);
void draw_road_sign(Pen& pen, const Upright& sign);
/// Converging lines of floor boards or slabs below the horizon.
void draw_floor_lines(Pen& pen, float width, float y, float horizon, int count, Colour colour);

}  // namespace csgis::synth
