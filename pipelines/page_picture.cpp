#include "pipelines/page_picture.h"

#include "imaging/jpeg_writer.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

Image8 reduced(const Image8& image, double scale) {
  Image8 out({std::max(1, static_cast<int>(std::lround(image.height() * scale))),
              std::max(1, static_cast<int>(std::lround(image.width() * scale)))},
             3);
  const cv::Mat from(image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.data()));
  cv::Mat to(out.height(), out.width(), CV_8UC3, out.data());
  cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  return out;
}

}  // namespace

std::vector<std::uint8_t> page_picture(const Image8& image, int longest_side, int quality) {
  const double scale = 1.0 * longest_side / std::max(image.height(), image.width());
  return scale < 1 ? encode_jpeg(reduced(image, scale), quality) : encode_jpeg(image, quality);
}

}  // namespace csgis
