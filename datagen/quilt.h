#pragma once
/// Image quilting: a larger texture sewn from patches of a small one.

#include "core/random.h"
#include "imaging/image.h"

namespace csgis {

/// A pattern that repeats without a visible seam, at least as large as `texture` and up to twice (to 512 pixels a
/// side). Source: Efros and Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001. Differences:
/// the patches also overlap around the borders of the result, so that it tiles; each is the best of 150 random places
/// instead of a random one among the best of all; overlaps are compared in grey (BT.601).
/// Patches are a third of the texture's shorter side, at most 48 pixels, and overlap by a quarter. Every pixel is one
/// of the texture's. Textures with a side below 16 pixels come back as they are.
/// @param texture  8-bit RGB
/// Cost: about 50 ms for 512x512.
Image8 quilted(const Image8& texture, Random random);

}  // namespace csgis
