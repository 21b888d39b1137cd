#pragma once
/// What turns a drawing into something like a picture taken: uneven light, exposure, colour cast, and steps of tone as
/// structures made from photos have them.

#include "datagen/detail/canvas.h"

namespace csgis::synth {

struct Development {
  float uneven = 0;      ///< Light varies slowly over the image by about this share.
  Point slope;           ///< Change of the light from the centre to the right and lower border, as a share.
  float vignette = 0;    ///< Share of light lost in the corners.
  float black = 0;       ///< Level of black and ...
  float white = 1;       ///< ... of white: haze, dim light.
  float curve = 0;       ///< 0 none, 1 a full S-curve of contrast; negative flattens.
  Colour cast{1, 1, 1};  ///< Factors on the channels.
  float saturation = 1;  ///< 0 makes a grey image.
  /// Steps of luma, 0 for none: gradients fall into flat regions with winding borders. Edges keep their place.
  int steps = 0;
  float winding = 0.3F;  ///< How far the borders wander, in steps.
};

/// Applies everything to the canvas's colours, in the order of the members.
void develop(Canvas& canvas, const Development& development, Random& random);

}  // namespace csgis::synth
