#include "metrics/detail/image_planes.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace csgis::detail {

std::vector<cv::Mat1f> planes_of(const ScoredImage& image) {
  const int channels = image.channels();
  std::vector<cv::Mat1f> planes;
  for (int c = 0; c < channels; ++c) planes.emplace_back(image.height(), image.width());
  if (image.bytes() != nullptr) {
    for (int y = 0; y < image.height(); ++y) {
      const std::uint8_t* const row = image.bytes()->at(y, 0);
      for (int c = 0; c < channels; ++c) {
        float* const out = planes[static_cast<std::size_t>(c)][y];
        for (int x = 0; x < image.width(); ++x) out[x] = row[x * channels + c];
      }
    }
    return planes;
  }
  std::vector<double> row(image.row_values());
  for (int y = 0; y < image.height(); ++y) {
    image.read_row(y, row.data());
    for (int x = 0; x < image.width(); ++x) {
      for (int c = 0; c < channels; ++c) {
        planes[static_cast<std::size_t>(c)](y, x) = static_cast<float>(row[static_cast<std::size_t>(x * channels + c)]);
      }
    }
  }
  return planes;
}

cv::Mat1f gradient(const ScoredImage& image) {
  return gradient(planes_of(image));
}

cv::Mat1f gradient(const std::vector<cv::Mat1f>& planes) {
  cv::Mat greatest = cv::Mat1f::zeros(planes.front().size());
  for (const cv::Mat1f& plane : planes) {
    cv::Mat dx, dy, length;
    cv::Scharr(plane, dx, CV_32F, 1, 0, 1.0 / 32, 0, cv::BORDER_REPLICATE);
    cv::Scharr(plane, dy, CV_32F, 0, 1, 1.0 / 32, 0, cv::BORDER_REPLICATE);
    cv::magnitude(dx, dy, length);
    cv::max(greatest, length, greatest);
  }
  return greatest;
}

cv::Mat1f gaussian_mean(const cv::Mat1f& plane, double sigma) {
  cv::Mat1f out;
  cv::GaussianBlur(plane, out, {}, sigma, sigma, cv::BORDER_REPLICATE);
  return out;
}

cv::Mat1b labels_of(const char* metric, const LabelMap* labels, Size size) {
  require(labels != nullptr, "{}: needs a label map", metric);
  require(labels->size() == size, "{}: a label map of {}x{} for an image of {}x{}", metric, labels->height(),
          labels->width(), size.height, size.width);
  cv::Mat1b out(size.height, size.width);
  for (int y = 0; y < out.rows; ++y) std::copy_n(labels->row(y), out.cols, out[y]);
  return out;
}

cv::Mat1b alike(const cv::Mat1b& labels, int distance) {
  const cv::Mat window = cv::Mat::ones(2 * distance + 1, 2 * distance + 1, CV_8U);
  cv::Mat1b least, greatest;
  cv::erode(labels, least, window);
  cv::dilate(labels, greatest, window);
  return least == greatest;
}

}  // namespace csgis::detail
