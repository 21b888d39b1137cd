/// ils-welsch against the same steps with cv::dft over the whole image, in float, on the same image, in one run, at 1
/// and 2 threads; then the cost of larger images.
///
///   ils_bench IMAGE... [--repeats N]

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/ils_smooth.h"

#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <vector>

using namespace csgis;

namespace {

/// The definition with plain 2-D transforms, one channel after the other, as one writes it with OpenCV.
class DftIls {
 public:
  DftIls(const ImageF& image, const IlsWelschOptions& options) : options_(options) {
    cv::split(bench::to_mat(image), channels_);
    const int height = image.height(), width = image.width();
    denominator_ = cv::Mat(height, width, CV_32F);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double e =
            4 - 2 * std::cos(2 * std::numbers::pi * x / width) - 2 * std::cos(2 * std::numbers::pi * y / height);
        denominator_.at<float>(y, x) = static_cast<float>(1 + options.lambda * e);
      }
    }
  }

  /// @return  the smoothed channels
  std::vector<cv::Mat> run() const {
    std::vector<cv::Mat> smoothed;
    for (const cv::Mat& channel : channels_) {
      cv::Mat u = channel.clone(), spectrum, update;
      cv::dft(u, spectrum, cv::DFT_COMPLEX_OUTPUT);
      for (int i = 0; i < options_.iterations; ++i) {
        cv::dft(divergence(u), update, cv::DFT_COMPLEX_OUTPUT);
        for (int y = 0; y < u.rows; ++y) {
          cv::Vec2f* const n = spectrum.ptr<cv::Vec2f>(y);
          const cv::Vec2f* const f = update.ptr<cv::Vec2f>(y);
          const float* const d = denominator_.ptr<float>(y);
          const float weight = static_cast<float>(options_.lambda / 2);
          for (int x = 0; x < u.cols; ++x) n[x] = (n[x] + weight * f[x]) / d[x];
        }
        cv::dft(spectrum, u, cv::DFT_INVERSE | cv::DFT_SCALE | cv::DFT_REAL_OUTPUT);
      }
      smoothed.push_back(u);
    }
    return smoothed;
  }

 private:
  float mu(float d) const {
    const float two_gamma_squared = static_cast<float>(2 * options_.gamma * options_.gamma);
    return 2 * d - 2 * d * std::exp(-d * d / two_gamma_squared);
  }

  cv::Mat divergence(const cv::Mat& u) const {
    cv::Mat h(u.size(), CV_32F), v(u.size(), CV_32F), out(u.size(), CV_32F);
    for (int y = 0; y < u.rows; ++y) {
      const float *const row = u.ptr<float>(y), *const below = u.ptr<float>((y + 1) % u.rows);
      for (int x = 0; x < u.cols; ++x) {
        h.at<float>(y, x) = mu(row[x + 1 < u.cols ? x + 1 : 0] - row[x]);
        v.at<float>(y, x) = mu(below[x] - row[x]);
      }
    }
    for (int y = 0; y < u.rows; ++y) {
      const float *const h_row = h.ptr<float>(y), *const v_row = v.ptr<float>(y);
      const float* const v_above = v.ptr<float>(y > 0 ? y - 1 : u.rows - 1);
      for (int x = 0; x < u.cols; ++x) {
        out.at<float>(y, x) = h_row[x > 0 ? x - 1 : u.cols - 1] - h_row[x] + v_above[x] - v_row[x];
      }
    }
    return out;
  }

  IlsWelschOptions options_;
  std::vector<cv::Mat> channels_;
  cv::Mat denominator_;
};

double greatest_difference(const ImageF& ours, const std::vector<cv::Mat>& peer) {
  double greatest = 0;
  for (int c = 0; c < ours.channels(); ++c) {
    const cv::Mat view(ours.height(), ours.width(), CV_32F, const_cast<float*>(ours.plane(c)));
    greatest = std::max(greatest, cv::norm(view, peer[static_cast<std::size_t>(c)], cv::NORM_INF));
  }
  return greatest;
}

void against_dft(const bench::Photo& photo, int repeats) {
  const DftIls peer(photo.pixels, {});
  fmt::print("greatest difference to the peer {:.1e}\n",
             greatest_difference(ils_welsch_smooth(photo.pixels), peer.run()));
  for (const int threads : {1, 2}) {
    cv::setNumThreads(threads);
    const bench::Pair pair = bench::interleaved(
        repeats,
        [&] {
          ils_welsch_smooth(photo.pixels, {}, {Precision::fast, threads});
        },
        [&] { peer.run(); }, 3);
    bench::print(fmt::format("ils-welsch / cv::dft, {}, {} threads", photo.name, threads), pair);
  }
}

void by_size(const bench::Photo& photo, int repeats) {
  for (const Size size : {Size{321, 481}, Size{512, 768}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF image = bench::tiled(photo.pixels, size);
    const auto run = [&](int threads) { ils_welsch_smooth(image, {}, {Precision::fast, threads}); };
    const bench::Pair pair = bench::interleaved(
        repeats, [&] { run(2); }, [&] { run(1); });
    bench::print(fmt::format("ils-welsch, {} x {}, 2 threads / 1 thread", size.width, size.height), pair);
    fmt::print("{:46}{:.1f} ns a pixel on 1 thread\n", "",
               pair.peer.middle() * 1e6 / static_cast<double>(size.pixels()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run("ils_bench", argc, argv, [](const bench::Photo& photo, int repeats) {
    against_dft(photo, repeats);
    by_size(photo, repeats);
  });
}
