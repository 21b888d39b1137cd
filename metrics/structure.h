#pragma once
/// What PSNR and SSIM do not tell apart: structure that was lost, texture that was left, colours that moved.
///
/// All use the gradient g of an image: at each pixel, over the channels the greatest length of the Scharr gradient
/// (weights 3, 10, 3 over 32, so that a ramp of one level per pixel gives 1), the edge pixel repeated at borders. An
/// edge pixel has g of at least 15 levels per pixel. Edges are those of the ground truth image itself, so the value
/// does not depend on how a dataset's edge maps were made. Grey or colour, any size from 1x1.
/// @throws InvalidArgument  images of different size or channels, without pixels, with NaN
/// Cost: a few passes; memory of four planes of float.

#include "metrics/scored_image.h"

namespace csgis {

/// `edge-f`: F-measure of the edge pixels of `pred` against those of `gt`, within 2 pixels (Chebyshev): 2 P R / (P +
/// R), P the share of edge pixels of pred near one of gt, R the share of those of gt near one of pred. 0..1, higher is
/// nearer; 1 when neither has edges. Texture left over lowers P, structure lost lowers R.
double edge_f_measure(const ScoredImage& pred, const ScoredImage& gt);

/// `edge-gradient`: sum over the edge pixels of gt of |g(pred) - g(gt)|, over the sum of g(gt). 0 for equal images,
/// lower is nearer; about 1 when edges are blurred away.
/// @throws InvalidArgument  also when gt has no edges
double edge_gradient_error(const ScoredImage& pred, const ScoredImage& gt);

/// `residual-texture`: root mean square, over the pixels farther than 3 (Chebyshev) from every edge pixel of gt and
/// over the channels, of the fine part of d = pred - gt: d minus its Gaussian mean of sigma 3. In levels; 0 for equal
/// images, lower is cleaner. Blind to shifts of whole regions, which `colour-shift` sees.
/// @throws InvalidArgument  also when no pixel is that far from the edges
double residual_texture(const ScoredImage& pred, const ScoredImage& gt);

/// `colour-shift`: mean over the pixels of the length (over the channels) of the Gaussian mean of sigma 8 of pred - gt.
/// In levels; 0 for equal images, lower is nearer. Texture cancels, regions that changed their colour do not.
double colour_shift(const ScoredImage& pred, const ScoredImage& gt);

}  // namespace csgis
