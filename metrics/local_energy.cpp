#include "metrics/local_energy.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace csgis {
namespace {

constexpr int kWindow = 16;
constexpr double kSigma = 2, kRoundingVariance = 1.0 / 12;

double percentile(std::vector<double>& sorted, double share) {
  const double rank = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double local_energy_ratio(const ScoredImage& image) {
  require(image.height() >= kWindow && image.width() >= kWindow, "local energy: the image is {}x{}, needs {} each way",
          image.height(), image.width(), kWindow);
  check_scored_pair("local energy", image, image);
  cv::Mat luma(image.height(), image.width(), CV_64F), mean;
  for (int y = 0; y < image.height(); ++y) {
    image.read_luma(y, 0, image.width(), LumaForm::full, luma.ptr<double>(y));
  }
  cv::GaussianBlur(luma, mean, {0, 0}, kSigma, kSigma, cv::BORDER_REFLECT_101);
  const cv::Mat detail = luma - mean;
  std::vector<double> windows;
  for (int y = 0; y + kWindow <= detail.rows; y += kWindow) {
    for (int x = 0; x + kWindow <= detail.cols; x += kWindow) {
      const cv::Mat window = detail(cv::Rect(x, y, kWindow, kWindow));
      windows.push_back(std::sqrt(window.dot(window) / (kWindow * kWindow) + kRoundingVariance));
    }
  }
  std::ranges::sort(windows);
  return percentile(windows, 0.9) / percentile(windows, 0.1);
}

}  // namespace csgis
