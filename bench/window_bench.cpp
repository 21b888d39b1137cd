/// The window filters against their peers on the same image, in one run, at 1 and 2 threads; then the cost of larger
/// images and what a second thread gives.
///
///   window_bench IMAGE... [--repeats N]
///
/// bilateral and rgf-cv against OpenCV's filters of the same definition; guided against ximgproc's guidedFilter run on
/// each channel by itself and guided-cov against it run on colours; rgf against the plain loop of its definition.

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/bilateral.h"
#include "classical/guided.h"
#include "classical/rgf.h"
#include "classical/rgf_cv.h"
#include "imaging/convert.h"
#include "tests/support/plain_windows.h"

#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>

using namespace csgis;

namespace {

const BilateralOptions kBilateral{45, 200, 1000};
const RgfCvOptions kRgfCv{45, 150, 1000, 4};
const RgfOptions kRgf{4, 0.1, 4, 0.05};
const GuidedOptions kGuided{2, 0.01};
const GuidedCovOptions kGuidedCov{2, 0.01};

using Smooth = std::function<ImageF(const ImageF&, const Execution&)>;

struct Case {
  const char* name;
  Smooth ours;
  std::function<cv::Mat(const bench::Photo&, const cv::Mat& levels, const cv::Mat& floats)> peer;
  bool peer_uses_threads;
  int inner;  ///< Our runs for each of the peer's.
};

cv::Mat guided_by_channel(const cv::Mat& floats) {
  std::vector<cv::Mat> channels;
  cv::split(floats, channels);
  for (cv::Mat& channel : channels) {
    cv::Mat smoothed;
    cv::ximgproc::guidedFilter(channel, channel, smoothed, kGuided.radius, kGuided.eps);
    channel = smoothed;
  }
  cv::Mat merged;
  cv::merge(channels, merged);
  return merged;
}

std::vector<Case> cases() {
  return {
      {"bilateral / cv::bilateralFilter",
       [](const ImageF& src, const Execution& run) { return bilateral(src, kBilateral, run); },
       [](const bench::Photo&, const cv::Mat& levels, const cv::Mat&) {
         cv::Mat smoothed;
         cv::bilateralFilter(levels, smoothed, kBilateral.d, kBilateral.sigma_color, kBilateral.sigma_space);
         return smoothed;
       },
       true, 3},
      {"rgf-cv / cv::ximgproc", [](const ImageF& src, const Execution& run) { return rgf_cv(src, kRgfCv, run); },
       [](const bench::Photo&, const cv::Mat& levels, const cv::Mat&) {
         cv::Mat smoothed;
         cv::ximgproc::rollingGuidanceFilter(levels, smoothed, kRgfCv.d, kRgfCv.sigma_color, kRgfCv.sigma_space,
                                             kRgfCv.iterations);
         return smoothed;
       },
       true, 3},
      {"rgf / plain loop", [](const ImageF& src, const Execution& run) { return rgf(src, kRgf, run); },
       [](const bench::Photo& photo, const cv::Mat&, const cv::Mat&) {
         return bench::to_mat(test::plain_rgf(photo.pixels, kRgf));
       },
       false, 5},
      {"guided / cv::ximgproc, by channel",
       [](const ImageF& src, const Execution& run) { return guided(src, kGuided, run); },
       [](const bench::Photo&, const cv::Mat&, const cv::Mat& floats) { return guided_by_channel(floats); }, true, 3},
      {"guided-cov / cv::ximgproc",
       [](const ImageF& src, const Execution& run) { return guided_cov(src, kGuidedCov, run); },
       [](const bench::Photo&, const cv::Mat&, const cv::Mat& floats) {
         cv::Mat smoothed;
         cv::ximgproc::guidedFilter(floats, floats, smoothed, kGuidedCov.radius, kGuidedCov.eps);
         return smoothed;
       },
       true, 3},
  };
}

/// Away from the border, where guided and its peer continue the image differently.
double greatest_difference(const ImageF& ours, const cv::Mat& peer) {
  cv::Mat floats;
  peer.convertTo(floats, CV_32F, peer.depth() == CV_8U ? 1.0 / 255 : 1.0);
  const int margin = 2 * kGuided.radius;
  const cv::Rect inside(margin, margin, floats.cols - 2 * margin, floats.rows - 2 * margin);
  return cv::norm(bench::to_mat(ours)(inside), floats(inside), cv::NORM_INF);
}

void against_peers(const bench::Photo& photo, int repeats) {
  const cv::Mat floats = bench::to_mat(photo.pixels);
  cv::Mat levels;
  floats.convertTo(levels, CV_8U, 255);
  for (const Case& test : cases()) {
    fmt::print("{}: greatest difference {:.1e}\n", test.name,
               greatest_difference(test.ours(photo.pixels, {}), test.peer(photo, levels, floats)));
    for (const int threads : {1, 2}) {
      if (threads > 1 && !test.peer_uses_threads) continue;
      cv::setNumThreads(threads);
      const bench::Pair pair = bench::interleaved(
          repeats,
          [&] {
            test.ours(photo.pixels, {Precision::fast, threads});
          },
          [&] { test.peer(photo, levels, floats); }, test.inner);
      bench::print(fmt::format("{}, {}, {} thr.", test.name, photo.name, threads), pair);
    }
  }
}

void by_size(const bench::Photo& photo, int repeats) {
  for (const Size size : {Size{321, 481}, Size{512, 768}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF image = bench::tiled(photo.pixels, size);
    for (const Case& test : cases()) {
      const auto run = [&](int threads) { test.ours(image, {Precision::fast, threads}); };
      const bench::Pair pair = bench::interleaved(
          std::max(1, size.pixels() > 5'000'000 ? repeats / 3 : repeats), [&] { run(2); }, [&] { run(1); });
      const std::string_view name = test.name;
      bench::print(fmt::format("{}, {} x {}, 2 threads / 1", name.substr(0, name.find(' ')), size.width, size.height),
                   pair);
      fmt::print("{:46}{:.1f} ns a pixel on 1 thread\n", "",
                 pair.peer.middle() * 1e6 / static_cast<double>(size.pixels()));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run("window_bench", argc, argv, [](const bench::Photo& photo, int repeats) {
    against_peers(photo, repeats);
    by_size(photo, repeats);
  });
}
