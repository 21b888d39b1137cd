#include "metrics/structure.h"

#include "metrics/detail/image_planes.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace csgis {
namespace {

using detail::gaussian_mean;
using detail::gradient;
using detail::planes_of;

constexpr float kEdge = 15;
constexpr int kNear = 2, kFar = 3;

std::vector<cv::Mat1f> difference(const ScoredImage& pred, const ScoredImage& gt) {
  std::vector<cv::Mat1f> planes = planes_of(pred);
  const std::vector<cv::Mat1f> subtracted = planes_of(gt);
  for (std::size_t c = 0; c < planes.size(); ++c) planes[c] -= subtracted[c];
  return planes;
}

cv::Mat1b edges_of(const cv::Mat1f& gradient) {
  return gradient >= kEdge;
}

/// Pixels with a set pixel within `distance` in both directions.
cv::Mat1b grown(const cv::Mat1b& mask, int distance) {
  cv::Mat1b out;
  cv::dilate(mask, out, cv::Mat::ones(2 * distance + 1, 2 * distance + 1, CV_8U));
  return out;
}

double share(const cv::Mat1b& of, const cv::Mat1b& within) {
  return static_cast<double>(cv::countNonZero(of & within)) / cv::countNonZero(of);
}

}  // namespace

double edge_f_measure(const ScoredImage& pred, const ScoredImage& gt) {
  check_scored_pair("edge-f", pred, gt);
  const cv::Mat1b found = edges_of(gradient(pred)), wanted = edges_of(gradient(gt));
  const bool any_found = cv::countNonZero(found) > 0, any_wanted = cv::countNonZero(wanted) > 0;
  if (!any_found || !any_wanted) return any_found == any_wanted ? 1 : 0;
  const double precision = share(found, grown(wanted, kNear)), recall = share(wanted, grown(found, kNear));
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

double edge_gradient_error(const ScoredImage& pred, const ScoredImage& gt) {
  check_scored_pair("edge-gradient", pred, gt);
  const cv::Mat1f of_gt = gradient(gt), of_pred = gradient(pred);
  const cv::Mat1b edges = edges_of(of_gt);
  require(cv::countNonZero(edges) > 0, "edge-gradient: the ground truth has no edges");
  double error = 0, whole = 0;
  for (int y = 0; y < edges.rows; ++y) {
    for (int x = 0; x < edges.cols; ++x) {
      if (edges(y, x) == 0) continue;
      error += std::abs(static_cast<double>(of_pred(y, x)) - of_gt(y, x));
      whole += of_gt(y, x);
    }
  }
  return error / whole;
}

double residual_texture(const ScoredImage& pred, const ScoredImage& gt) {
  check_scored_pair("residual-texture", pred, gt);
  const cv::Mat1b flat = ~grown(edges_of(gradient(gt)), kFar);
  const int count = cv::countNonZero(flat);
  require(count > 0, "residual-texture: the ground truth has edges everywhere");
  double squares = 0;
  for (const cv::Mat1f& plane : difference(pred, gt)) {
    const double norm = cv::norm(plane - gaussian_mean(plane, 3), cv::NORM_L2, flat);
    squares += norm * norm;
  }
  return std::sqrt(squares / (static_cast<double>(count) * pred.channels()));
}

double colour_shift(const ScoredImage& pred, const ScoredImage& gt) {
  check_scored_pair("colour-shift", pred, gt);
  cv::Mat1f squares = cv::Mat1f::zeros(pred.height(), pred.width());
  for (const cv::Mat1f& plane : difference(pred, gt)) {
    const cv::Mat1f mean = gaussian_mean(plane, 8);
    squares += mean.mul(mean);
  }
  cv::Mat1f lengths;
  cv::sqrt(squares, lengths);
  return cv::mean(lengths)[0];
}

}  // namespace csgis
