#pragma once
/// Parts of images.

#include "imaging/image.h"

namespace csgis {

/// The halves of a pair image: the ground truth lies left, what was made from it right.
enum class Half { left, right };

/// @throws DataError  the width is odd, so the image is no pair
Image8 half_of(const Image8& image, Half half);
ImageF half_of(const ImageF& image, Half half);

}  // namespace csgis
