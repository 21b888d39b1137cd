#include "metrics/regions.h"

#include "metrics/detail/image_planes.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace csgis {
namespace {

using detail::alike;
using detail::gradient;

constexpr int kInside = 3, kBoundary = 2;
constexpr float kFlat = 2;
constexpr double kFineSigma = 3;
constexpr double kLeastEnergy = 1;  // squared levels per value
constexpr int kBlock = 8;
constexpr float kEdge = 15;
constexpr std::uint8_t kVoid = 255;

/// Labels of a pair whose images have their size.
cv::Mat1b labels_of(const char* metric, const ScoredPair& pair) {
  return detail::labels_of(metric, pair.labels, pair.pred.size());
}

const ScoredImage& photo_of(const char* metric, const ScoredPair& pair) {
  require(pair.photo.has_value(), "{}: needs the photo (--photos)", metric);
  check_scored_pair(metric, pair.pred, *pair.photo);
  return *pair.photo;
}

cv::Mat1b inside_of(const char* metric, const cv::Mat1b& labels) {
  cv::Mat1b inside = alike(labels, kInside) & (labels != kVoid);
  require(cv::countNonZero(inside) > 0, "{}: no pixel lies inside a region", metric);
  return inside;
}

/// Sum over the channels of the squared fine part, at each pixel.
cv::Mat1f fine_energy(const ScoredImage& image) {
  cv::Mat1f energy = cv::Mat1f::zeros(image.height(), image.width());
  for (const cv::Mat1f& plane : detail::planes_of(image)) {
    const cv::Mat1f fine = plane - detail::gaussian_mean(plane, kFineSigma);
    energy += fine.mul(fine);
  }
  return energy;
}

double sum_where(const cv::Mat1f& values, const cv::Mat1b& mask) {
  double sum = 0;
  for (int y = 0; y < values.rows; ++y) {
    for (int x = 0; x < values.cols; ++x) sum += mask(y, x) != 0 ? static_cast<double>(values(y, x)) : 0;
  }
  return sum;
}

}  // namespace

double region_flatness(const ScoredPair& pair) {
  check_scored_pair("flatness", pair.pred, pair.pred);
  const cv::Mat1b inside = inside_of("flatness", labels_of("flatness", pair));
  const cv::Mat1b flat = gradient(pair.pred) < kFlat;
  return static_cast<double>(cv::countNonZero(flat & inside)) / cv::countNonZero(inside);
}

double detail_removed(const ScoredPair& pair) {
  const ScoredImage& photo = photo_of("detail-removed", pair);
  const cv::Mat1b inside = inside_of("detail-removed", labels_of("detail-removed", pair));
  const cv::Mat1f before = fine_energy(photo), after = fine_energy(pair.pred);
  const double least = kLeastEnergy * kBlock * kBlock * photo.channels();
  double left = 0;
  int blocks = 0;
  for (int y = 0; y + kBlock <= inside.rows; y += kBlock) {
    for (int x = 0; x + kBlock <= inside.cols; x += kBlock) {
      const cv::Rect block(x, y, kBlock, kBlock);
      if (cv::countNonZero(inside(block)) < kBlock * kBlock) continue;
      const double whole = cv::sum(before(block))[0];
      if (whole < least) continue;
      left += cv::sum(after(block))[0] / whole;
      ++blocks;
    }
  }
  require(blocks > 0, "detail-removed: the photo has no detail inside the regions");
  return 1 - left / blocks;
}

double boundary_kept(const ScoredPair& pair) {
  const ScoredImage& photo = photo_of("boundary-kept", pair);
  const cv::Mat1f before = gradient(photo);
  const cv::Mat1b edges = before >= kEdge;
  const cv::Mat1b boundary = ~alike(labels_of("boundary-kept", pair), kBoundary) & edges;
  const double whole = sum_where(before, boundary);
  require(whole > 0, "boundary-kept: the photo has no edges on boundaries of labels");
  const cv::Mat after = gradient(pair.pred);
  cv::Mat kept;
  cv::min(static_cast<const cv::Mat&>(before), after, kept);
  return sum_where(kept, boundary) / whole;
}

}  // namespace csgis
