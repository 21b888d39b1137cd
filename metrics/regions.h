#pragma once
/// What smoothing did within and between the regions of a label map. No ground truth is needed.
///
/// A label map has one index per pixel; 255 is void and belongs to no region. The inside of the regions are the pixels
/// that have no other index within 3 pixels (Chebyshev), void included; the boundary are the pixels that have two
/// different indices within 2 pixels, void counting as one of them: VOC draws outlines of a few pixels of void, under
/// which the edges lie. g is the gradient of metrics/structure.h: greatest length over the channels, levels per pixel.
/// Grey or colour.
/// @throws InvalidArgument  no label map; one of another size; images of different size or channels, without pixels,
///                          with NaN
/// Cost: a few passes; memory of five planes of float.

#include "metrics/scored_pair.h"

namespace csgis {

/// `flatness`: share of the pixels inside the regions of pred at which g is below 2 levels per pixel. 0..1, higher is
/// flatter. It says nothing about structure: an empty image has 1.
/// @throws InvalidArgument  also when no pixel lies inside
double region_flatness(const ScoredPair& pair);

/// `detail-removed`: 1 - the mean of E(pred) / E(photo) over the blocks of 8 x 8 pixels that lie inside, E the sum over
/// pixels and channels of the squared fine part: the image minus its Gaussian mean of sigma 3 (edge pixel repeated).
/// Blocks count equally, so that weak texture counts as much as strong, and the few strong edges inside regions, which
/// a good filter keeps, do not decide. Blocks with less than one squared level per value in the photo are left out. 1
/// when all fine detail within regions is gone, 0 for the photo itself, below 0 where detail was added.
/// @throws InvalidArgument  also when no block is left
double detail_removed(const ScoredPair& pair);

/// `boundary-kept`: sum over the edge pixels of the photo on the boundary (g of at least 15 levels per pixel) of
/// min(g(pred), g(photo)), over the sum of g(photo). 0..1, higher keeps more; 1 for the photo itself. Sharpening earns
/// nothing.
/// @throws InvalidArgument  also when the photo has no edge pixel there
double boundary_kept(const ScoredPair& pair);

}  // namespace csgis
