#include "metrics/screening.h"

#include "metrics/detail/image_planes.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <vector>

namespace csgis {
namespace {

using detail::gaussian_mean;
using Planes = std::vector<cv::Mat1f>;

constexpr double kOutlineSigma = 3, kEdgeSigma = 2, kWindowSigma = 1.5;
constexpr float kLeastGradient = 2, kTimesMedian = 2.5;
constexpr int kNear = 2;
constexpr float kC2 = 7.65F * 7.65F;

float median_of(const cv::Mat1f& values) {
  std::vector<float> sorted(values.begin(), values.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

cv::Mat1b grown(const cv::Mat1b& mask, int distance) {
  cv::Mat1b out;
  cv::dilate(mask, out, cv::Mat::ones(2 * distance + 1, 2 * distance + 1, CV_8U));
  return out;
}

/// The gradient under a Gaussian.
cv::Mat1f gradient_at(double sigma, const Planes& planes) {
  Planes means;
  for (const cv::Mat1f& plane : planes) means.push_back(gaussian_mean(plane, sigma));
  return detail::gradient(means);
}

cv::Mat1b strong_edges(const Planes& photo) {
  const cv::Mat1f gradient = gradient_at(kOutlineSigma, photo);
  return gradient >= std::max(kLeastGradient, kTimesMedian * median_of(gradient));
}

/// Sum over a mask in double and in a fixed order.
double sum_where(const cv::Mat1f& values, const cv::Mat1b& mask) {
  double sum = 0;
  for (int y = 0; y < values.rows; ++y) {
    for (int x = 0; x < values.cols; ++x) sum += mask(y, x) != 0 ? static_cast<double>(values(y, x)) : 0;
  }
  return sum;
}

double flatness_of(const Planes& planes, const cv::Mat1b& where) {
  const int pixels = cv::countNonZero(where);
  if (pixels == 0) return 1;
  double sum = 0;
  for (const cv::Mat1f& plane : planes) {
    const cv::Mat1f mean = gaussian_mean(plane, kWindowSigma);
    // Rounding may leave the variance a little below 0.
    const cv::Mat1f variance = cv::max(gaussian_mean(plane.mul(plane), kWindowSigma) - mean.mul(mean), 0);
    sum += sum_where(kC2 / (variance + kC2), where);
  }
  return sum / (static_cast<double>(pixels) * static_cast<double>(planes.size()));
}

}  // namespace

struct Screening::Parts {
  int channels = 0;
  cv::Mat1f gradient;    ///< Of the photo, at kEdgeSigma.
  cv::Mat1b zone, rest;  ///< Each other's complement.
  double zone_share = 0, gradient_sum = 0, ease = 0;
};

Screening::Screening(const ScoredImage& photo, const LabelMap* labels) : parts_(std::make_unique<Parts>()) {
  check_scored_pair("screening", photo, photo);
  require(photo.channels() == 1 || photo.channels() == 3, "screening: needs 1 or 3 channels, not {}", photo.channels());
  const Planes planes = detail::planes_of(photo);
  cv::Mat1b edges = strong_edges(planes);
  if (labels != nullptr) edges |= ~detail::alike(detail::labels_of("screening", labels, photo.size()), kNear);
  Parts& parts = *parts_;
  parts.channels = photo.channels();
  parts.zone = grown(edges, kNear);
  parts.rest = ~parts.zone;
  parts.zone_share = cv::countNonZero(parts.zone) / static_cast<double>(photo.size().pixels());
  parts.gradient = gradient_at(kEdgeSigma, planes);
  parts.gradient_sum = sum_where(parts.gradient, parts.zone);
  parts.ease = flatness_of(planes, parts.rest);
}

Screening::~Screening() = default;
Screening::Screening(Screening&&) noexcept = default;
Screening& Screening::operator=(Screening&&) noexcept = default;

ScreeningScore Screening::score(const ScoredImage& candidate) const {
  const Parts& parts = *parts_;
  require(candidate.height() == parts.zone.rows && candidate.width() == parts.zone.cols &&
              candidate.channels() == parts.channels,
          "screening: a candidate of {}x{}x{} for a photo of {}x{}x{}", candidate.height(), candidate.width(),
          candidate.channels(), parts.zone.rows, parts.zone.cols, parts.channels);
  check_scored_pair("screening", candidate, candidate);
  const Planes planes = detail::planes_of(candidate);
  const cv::Mat1f kept = cv::min(gradient_at(kEdgeSigma, planes), parts.gradient);
  ScreeningScore score;
  score.edges = parts.gradient_sum > 0 ? sum_where(kept, parts.zone) / parts.gradient_sum : 1;
  score.flatness = flatness_of(planes, parts.rest);
  score.total = parts.zone_share * score.edges + (1 - parts.zone_share) * score.flatness;
  return score;
}

double Screening::ease() const {
  return parts_->ease;
}

double Screening::edge_share() const {
  return parts_->zone_share;
}

}  // namespace csgis
