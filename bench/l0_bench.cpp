/// l0 (lambda 0.01) against cv::ximgproc::l0Smooth on the same image, in one run, at 1 and 2 threads; then the cost of
/// larger images and what a second thread gives.
///
///   l0_bench IMAGE... [--repeats N]
///
/// OpenCV's filter is a peer for speed only: its result does not follow the paper.

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/l0_smooth.h"

#include <opencv2/core.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>

using namespace csgis;

namespace {

constexpr double kLambda = 0.01, kKappa = 2;

void against_opencv(const bench::Photo& photo, int repeats) {
  const cv::Mat source = bench::to_mat(photo.pixels);
  for (const int threads : {1, 2}) {
    cv::setNumThreads(threads);
    cv::Mat smoothed;
    const bench::Pair pair = bench::interleaved(
        repeats,
        [&] {
          l0_smooth(photo.pixels, {kLambda, kKappa}, {Precision::fast, threads});
        },
        [&] { cv::ximgproc::l0Smooth(source, smoothed, kLambda, kKappa); }, 3);
    bench::print(fmt::format("l0 / cv::ximgproc, {}, {} threads", photo.name, threads), pair);
  }
}

void by_size(const bench::Photo& photo, int repeats) {
  for (const Size size : {Size{321, 481}, Size{512, 768}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF image = bench::tiled(photo.pixels, size);
    const auto run = [&](int threads) { l0_smooth(image, {kLambda, kKappa}, {Precision::fast, threads}); };
    const bench::Pair pair = bench::interleaved(
        repeats, [&] { run(2); }, [&] { run(1); });
    bench::print(fmt::format("l0, {} x {}, 2 threads / 1 thread", size.width, size.height), pair);
    fmt::print("{:46}{:.1f} ns a pixel on 1 thread\n", "",
               pair.peer.middle() * 1e6 / static_cast<double>(size.pixels()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run("l0_bench", argc, argv, [](const bench::Photo& photo, int repeats) {
    against_opencv(photo, repeats);
    by_size(photo, repeats);
  });
}
