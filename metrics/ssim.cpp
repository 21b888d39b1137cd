#include "metrics/ssim.h"

#include <array>
#include <cmath>
#include <vector>

namespace csgis {
namespace {

constexpr int kRadius = 5;
constexpr double kSigma = 1.5;
constexpr double kC1 = 0.01 * 0.01, kC2 = 0.03 * 0.03;

using Taps = std::array<double, 2 * kRadius + 1>;

/// The published window is the outer product of float taps, rounded to float. All of that which matters is that its sum
/// misses 1 by 7e-8: where an image is flat, that is what its variance is made of. So the taps are exact but for that.
Taps gaussian_taps() {
  Taps taps;
  double sum = 0;
  for (int i = -kRadius; i <= kRadius; ++i) {
    const double tap = std::exp(-1.0 * i * i / (2 * kSigma * kSigma));
    taps[static_cast<std::size_t>(i + kRadius)] = tap;
    sum += static_cast<float>(tap);
  }
  double window_sum = 0, exact_sum = 0;
  for (const double a : taps) {
    exact_sum += a;
    for (const double b : taps) {
      const float x = static_cast<float>(a) / static_cast<float>(sum),
                  y = static_cast<float>(b) / static_cast<float>(sum);
      window_sum += x * y;
    }
  }
  for (double& tap : taps) tap *= std::sqrt(window_sum) / exact_sum;
  return taps;
}

/// One channel, row by row.
using Plane = std::vector<double>;

/// The Gaussian mean, 0 outside: along rows, then along columns.
class Blur {
 public:
  explicit Blur(Size size) : size_(size), taps_(gaussian_taps()), rows_(size.pixels()) {}

  void apply(const Plane& in, Plane& out) {
    const auto width = static_cast<std::size_t>(size_.width), height = static_cast<std::size_t>(size_.height);
    rows_.assign(rows_.size(), 0);
    out.assign(in.size(), 0);
    for (int k = -kRadius; k <= kRadius; ++k) {
      const double tap = taps_[static_cast<std::size_t>(k + kRadius)];
      const auto reach = static_cast<std::size_t>(std::abs(k));
      if (reach >= width) continue;
      const std::size_t from = k > 0 ? reach : 0, to = k < 0 ? reach : 0;
      for (std::size_t y = 0; y < height; ++y) {
        accumulate(in.data() + y * width + from, tap, width - reach, rows_.data() + y * width + to);
      }
    }
    for (int k = -kRadius; k <= kRadius; ++k) {
      const double tap = taps_[static_cast<std::size_t>(k + kRadius)];
      const auto reach = static_cast<std::size_t>(std::abs(k));
      if (reach >= height) continue;
      const std::size_t from = k > 0 ? reach : 0, to = k < 0 ? reach : 0;
      accumulate(rows_.data() + from * width, tap, (height - reach) * width, out.data() + to * width);
    }
  }

 private:
  static void accumulate(const double* in, double tap, std::size_t count, double* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] += tap * in[i];
  }

  Size size_;
  Taps taps_;
  Plane rows_;
};

void load_channel(const Image8& image, int channel, Plane& plane) {
  const std::uint8_t* const in = image.data() + channel;
  const auto step = static_cast<std::size_t>(image.channels());
  for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = in[i * step] / 255.0;
}

void multiply(const Plane& a, const Plane& b, Plane& out) {
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] * b[i];
}

}  // namespace

double ssim_csgis(const Image8& a, const Image8& b) {
  require(a.size() == b.size() && a.channels() == b.channels(), "ssim: images of {}x{}x{} and {}x{}x{} differ in shape",
          a.height(), a.width(), a.channels(), b.height(), b.width(), b.channels());
  require(!a.empty(), "ssim: images without pixels");
  Blur blur(a.size());
  const std::size_t count = a.size().pixels();
  Plane p(count), q(count), product(count), mean_p, mean_q, mean_pp, mean_qq, mean_pq;
  double sum = 0;
  for (int c = 0; c < a.channels(); ++c) {
    load_channel(a, c, p);
    load_channel(b, c, q);
    blur.apply(p, mean_p);
    blur.apply(q, mean_q);
    multiply(p, p, product);
    blur.apply(product, mean_pp);
    multiply(q, q, product);
    blur.apply(product, mean_qq);
    multiply(p, q, product);
    blur.apply(product, mean_pq);
    for (std::size_t i = 0; i < count; ++i) {
      const double mp = mean_p[i], mq = mean_q[i];
      const double variances = mean_pp[i] - mp * mp + mean_qq[i] - mq * mq, covariance = mean_pq[i] - mp * mq;
      sum += (2 * mp * mq + kC1) * (2 * covariance + kC2) / ((mp * mp + mq * mq + kC1) * (variances + kC2));
    }
  }
  return sum / static_cast<double>(a.samples().size());
}

}  // namespace csgis
