#pragma once
/// Binary edge maps of structure images.

#include "core/enum_names.h"
#include "core/options.h"
#include "imaging/image.h"

#include <array>

namespace csgis {

/// Which channel of the GT is differentiated.
enum class EdgeChannel {
  blue,  ///< The published scripts' choice: edges between colours of equal blue are lost.
  luma,  ///< Rec. 601 luma, rounded to 8 bits.
  max,   ///< The strongest response of R, G and B at each pixel.
};
constexpr std::array<EnumName<EdgeChannel>, 3> enum_names(EdgeChannel) {
  return {{{EdgeChannel::blue, "blue"}, {EdgeChannel::luma, "luma"}, {EdgeChannel::max, "max"}}};
}

struct EdgeOptions {
  EdgeChannel channel = EdgeChannel::max;
  int threshold = 50;    ///< Least response that counts as edge, 0..255.
  bool is_thin = false;  ///< Of each edge, only its crest.
};

/// Edge map of a structure image: 255 where the Sobel response reaches the threshold, else 0.
/// Response: e = round(min(|gx|,255)/2 + min(|gy|,255)/2), ties to even, with the 3x3 Sobel derivatives gx and gy
/// (smoothing 1 2 1, no scaling). Source: Sobel and Feldman 1968; constants of the published scripts.
/// @param gt  8-bit RGB, any size.
/// @return    same size, one channel.
/// Thin: of those pixels, the ones where |gx| + |gy| (in the channel where that is greatest) is greater than at the
/// neighbour on one side across the edge and not less than at the other's; across in steps of 45 degrees. Structures
/// whose edges are anti-aliased, 3 pixels wide as plain maps show them, have edges one pixel wide then. Source: the
/// suppression of non-maxima in Canny, "A computational approach to edge detection", PAMI 1986.
/// Borders: reflected without repeating the edge pixel (dcb|abcd|cba); a side of length 1 has no derivative.
Image8 edge_map(const Image8& gt, const EdgeOptions& options);

}  // namespace csgis
