#pragma once
/// Pictures inside pages.

#include "imaging/image.h"

#include <cstdint>
#include <vector>

namespace csgis {

/// An R,G,B image as JPEG; with a side longer than `longest_side` reduced by area averaging.
std::vector<std::uint8_t> page_picture(const Image8& image, int longest_side, int quality = 85);

}  // namespace csgis
