#pragma once
/// Images as views of their planes.

#include "imaging/image.h"
#include "model/image_plane.h"

#include <array>

namespace csgis {

/// The first three channels; of a grey image all three are the same.
inline std::array<ImagePlane, 3> planes_of(const Image8& image) {
  std::array<ImagePlane, 3> planes;
  for (int c = 0; c < 3; ++c) {
    const std::uint8_t* data = image.data() + (image.channels() >= 3 ? c : 0);
    planes[static_cast<std::size_t>(c)] = {data, image.height(), image.width(),
                                           static_cast<std::ptrdiff_t>(image.row_samples()), image.channels()};
  }
  return planes;
}

inline ImagePlane plane_of(const LabelMap& map) {
  return {map.data(), map.height(), map.width(), map.width(), 1};
}

}  // namespace csgis
