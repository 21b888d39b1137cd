#pragma once
/// A stroke font for signs, number plates and posters: capital letters and digits as polylines.

#include "core/random.h"
#include "datagen/detail/pen.h"

#include <string>
#include <string_view>

namespace csgis::synth {

/// Letters and digits that spell nothing, `length` of them.
std::string random_word(Random& random, int length);

/// Draws `text` (A-Z, 0-9; anything else is a gap) with its top left corner at `origin`, `height` local units high,
/// squeezed to `max_width` if it is longer. Nothing is drawn where the letters would be lower than 4 px.
void draw_text(Pen& pen, std::string_view text, Point origin, float height, float max_width, Colour colour);

}  // namespace csgis::synth
