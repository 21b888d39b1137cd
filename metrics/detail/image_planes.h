#pragma once
/// Planes of float on the scale 0..255 and what the measures of structure take from them.

#include "metrics/scored_image.h"

#include <opencv2/core.hpp>

#include <vector>

namespace csgis::detail {

/// One plane per channel.
std::vector<cv::Mat1f> planes_of(const ScoredImage& image);

/// At each pixel the greatest length over the channels of the Scharr gradient (weights 3, 10, 3 over 32, so that a ramp
/// of one level per pixel gives 1). Borders: the edge pixel repeated.
cv::Mat1f gradient(const ScoredImage& image);
cv::Mat1f gradient(const std::vector<cv::Mat1f>& planes);

/// Borders: the edge pixel repeated.
cv::Mat1f gaussian_mean(const cv::Mat1f& plane, double sigma);

/// The labels as a plane of an image of `size`. @throws InvalidArgument  none, or of another size, naming the metric
cv::Mat1b labels_of(const char* metric, const LabelMap* labels, Size size);

/// 255 where all labels within `distance` (Chebyshev) are equal. Outside the image there are none.
cv::Mat1b alike(const cv::Mat1b& labels, int distance);

}  // namespace csgis::detail
