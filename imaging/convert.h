#pragma once
/// From stored samples to values in [0,1] and back.

#include "imaging/decode.h"

namespace csgis {

/// Colour channels as planes: 8 bit v / 255, 16 bit v / 65535, float as it is. Alpha is left out.
/// One channel for grey, three for R,G,B.
ImageF to_float(const DecodedImage& image);
ImageF to_float(const Image8& image);

/// The alpha channel in the same scale, or an empty image when there is none.
ImageF alpha_to_float(const DecodedImage& image);

/// Clips to [0,1], multiplies by 255 or 65535 and rounds to nearest, halves to even. Interleaved, as many channels as
/// the planes. to_image8(to_float(x)) is x.
/// @throws InvalidArgument  a value is NaN
Image8 to_image8(const ImageF& image);
Image16 to_image16(const ImageF& image);

}  // namespace csgis
