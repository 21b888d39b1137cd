#pragma once
/// What a texture is like: how strong, how large its pattern, how well it tiles, how coloured.

#include "imaging/image.h"

namespace csgis {

/// How visible the seams are when the texture is repeated: the root mean square step of its grey values (BT.601) across
/// the seam over that between neighbouring pixels inside, of columns or rows, whichever is greater. About 1 for
/// textures made for tiling. Half a level is added to both steps, so that flat textures have 1. Sides of one pixel have
/// no inside and count as 1.
double seam_strength(const Image8& texture);

/// Up to here a seam is weak: Tiling::automatic repeats the texture, beyond it mirrors it.
inline constexpr double kWeakSeam = 1.5;

struct TextureMeasures {
  double contrast = 0;  ///< Standard deviation of the grey values (BT.601), levels.
  double period = 0;    ///< Pixels; 0 for a flat texture. See measure_texture().
  double seam = 1;      ///< seam_strength()
  double colour = 0;    ///< Root mean square distance of R, G and B from their mean, levels; 0 for grey textures.
};

/// The period is that of the wave that stands out most: the one whose power, times its frequency squared, is greatest,
/// because natural textures have power in inverse proportion to that; power is the mean over 3x3 frequencies of the
/// spectrum of the grey values under a Hann window. From 2 pixels to half the longer side.
/// @param texture  8-bit RGB, at least 1x1
/// Cost: a Fourier transform; sides above 512 pixels are cut to their middle first.
TextureMeasures measure_texture(const Image8& texture);

}  // namespace csgis
