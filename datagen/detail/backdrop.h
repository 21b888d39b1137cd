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

/// A tree without leaves: branches from the trunk's width down to 1 px.
void draw_bare_tree(Pen& pen, const Upright& tree);
/// Foliage of a few tones, `size` across.
void draw_bush(Pen& pen, Point foot, float size, Colour colour);
/// A rock of a few faces, `size` across.
void draw_boulder(Pen& pen, Point foot, float size, Colour colour);
/// Jagged mountains of lit and shaded faces, filled down to y.
void draw_mountains(Pen& pen, float width, float y, float height, Colour colour);
/// Flat spots a little lighter or darker than `colour` between y0 and y1, larger and flatter towards y1: worn grass,
/// puddles, stains.
void draw_patches(Pen& pen, float width, float y0, float y1, Colour colour, int count);
/// Sagging cables from one side to the other.
void draw_cables(Pen& pen, float width, float y, int count);
/// A sheet with text lines, columns or a simple picture, hanging or lying in the box.
void draw_poster(Pen& pen, float x0, float y0, float x1, float y1);
/// The parallel slats of a blind.
void draw_slats(Pen& pen, float x0, float y0, float x1, float y1, Colour colour);

/// What stands between the viewer and the scene at the border of `window`: leaves, a fence, a post, a pane.
void draw_foreground(Pen& pen, const Box& window);

}  // namespace csgis::synth
