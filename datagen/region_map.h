#pragma once
/// The regions of an image that take textures of their own.

#include "imaging/image.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace csgis {

struct ImageRegion {
  int label = 0;           ///< Of the label map it was made from.
  std::size_t pixels = 0;  ///< Void pixels that fell to it included.
  int y = 0, x = 0;        ///< Its first pixel that is not void, row by row.
};

/// Which region each pixel belongs to.
struct RegionMap {
  LabelMap index;                    ///< Position in `regions`.
  std::vector<ImageRegion> regions;  ///< Ascending by label.
};

/// All of the image as one region of label 0. `index` stays empty.
RegionMap whole_image(Size size);

/// One region per value of the map. Pixels of value 255 (void) fall to the nearest pixel that is not, so that an
/// object's undecided outline is no region of its own; a map of 255 alone is one region.
/// Cost: two passes; with void pixels a distance transform.
RegionMap label_regions(const LabelMap& labels);

}  // namespace csgis
