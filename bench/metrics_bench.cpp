/// Metrics against OpenCV's on the same pair, in one run, one thread: every form of SSIM against QualitySSIM, psnr
/// against cv::PSNR. The pair is an image and its Gaussian blur.
///
///   metrics_bench IMAGE... [--repeats N]

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/gaussian.h"
#include "metrics/metric_table.h"

#include <opencv2/core.hpp>
#include <opencv2/quality/qualityssim.hpp>

using namespace csgis;

namespace {

cv::Mat mat_of(Image8& image) {
  return cv::Mat(image.height(), image.width(), CV_8UC3, image.data());
}

/// False for those that need more than a ground truth.
bool applies(const MetricInfo& metric, const Image8& pred, const Image8& gt) {
  try {
    metric.score(pred, gt);
    return true;
  } catch (const InvalidArgument&) {
    return false;
  }
}

void measure(const bench::Photo& photo, int repeats) {
  Image8 gt = to_image8(photo.pixels), pred = to_image8(gaussian(photo.pixels));
  const cv::Mat a = mat_of(gt), b = mat_of(pred);
  const auto peer_ssim = [&] { cv::quality::QualitySSIM::compute(a, b, cv::noArray()); };
  const auto peer_psnr = [&] { cv::PSNR(a, b); };
  for (const MetricInfo& metric : metric_list()) {
    const std::string name = metric.name;
    if (!applies(metric, pred, gt)) continue;
    const auto ours = [&] { metric.score(pred, gt); };
    const std::string what = fmt::format("{}, {}", name, photo.name);
    if (name.starts_with("ssim") || name == "ms-ssim") {
      bench::print(what + " / cv::quality::QualitySSIM", bench::interleaved(repeats, ours, peer_ssim, 4));
    } else if (name == "psnr") {
      bench::print(what + " / cv::PSNR", bench::interleaved(20 * repeats, ours, peer_psnr, 4));
    } else {
      fmt::print("{:44}  {:9.2f} ms\n", what, bench::interleaved(repeats, ours, [] {}).ours.middle());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  return bench::run("metrics_bench", argc, argv, measure);
}
