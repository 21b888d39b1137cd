#include "metrics/fsim.h"

#include "metrics/detail/phase_congruency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace csgis {
namespace {

/// Y, I, Q over blocks of side x side pixels, row after row; of a grey image Y alone.
struct Yiq {
  Size size;
  std::array<std::vector<double>, 3> planes;
};

constexpr double kToYiq[3][3] = {{0.299, 0.587, 0.114}, {0.596, -0.274, -0.322}, {0.211, -0.523, 0.312}};

Yiq reduced(const ScoredImage& image, int side) {
  Yiq out{{image.height() / side, image.width() / side}, {}};
  const auto channels = static_cast<std::size_t>(image.channels()), width = static_cast<std::size_t>(out.size.width);
  for (std::size_t c = 0; c < channels; ++c) out.planes[c].resize(out.size.pixels());
  const auto block = static_cast<std::size_t>(side);
  const double share = 1.0 / (side * side);
  std::vector<double> row(image.row_values());
  for (int y = 0; y < out.size.height * side; ++y) {
    image.read_row(y, row.data());
    const std::size_t begin = static_cast<std::size_t>(y / side) * width;
    for (std::size_t c = 0; c < channels; ++c) {
      const auto& weights = kToYiq[c];
      double* const to = out.planes[c].data() + begin;
      for (std::size_t x = 0; x < width * block; ++x) {
        const double* const pixel = row.data() + x * channels;
        const double value =
            channels == 1 ? pixel[0] : weights[0] * pixel[0] + weights[1] * pixel[1] + weights[2] * pixel[2];
        to[x / block] += value * share;
      }
    }
  }
  return out;
}

/// Length of the Scharr gradient; the image is 0 outside.
std::vector<double> gradient(Size size, const std::vector<double>& in) {
  const auto height = static_cast<std::size_t>(size.height), width = static_cast<std::size_t>(size.width);
  std::vector<double> framed((height + 2) * (width + 2)), out(in.size());
  for (std::size_t y = 0; y < height; ++y) {
    std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(y * width), width,
                framed.begin() + static_cast<std::ptrdiff_t>((y + 1) * (width + 2) + 1));
  }
  for (std::size_t y = 0; y < height; ++y) {
    const double* const a = framed.data() + y * (width + 2);  // the rows above, at and below
    const double *const b = a + width + 2, *const c = b + width + 2;
    for (std::size_t x = 0; x < width; ++x) {
      const double along = 3 * (a[x + 2] - a[x]) + 10 * (b[x + 2] - b[x]) + 3 * (c[x + 2] - c[x]);
      const double down = 3 * (c[x] - a[x]) + 10 * (c[x + 1] - a[x + 1]) + 3 * (c[x + 2] - a[x + 2]);
      out[y * width + x] = std::sqrt(along * along + down * down) / 16;
    }
  }
  return out;
}

double similarity(double a, double b, double constant) {
  return (2 * a * b + constant) / (a * a + b * b + constant);
}

/// Real part of the principal value of base^0.03.
double chrominance_power(double base) {
  const double size = std::pow(std::abs(base), 0.03);
  return base >= 0 ? size : size * std::cos(0.03 * std::numbers::pi);
}

double feature_similarity(const char* metric, const ScoredImage& a, const ScoredImage& b, bool chrominance) {
  check_scored_pair(metric, a, b);
  const int side = std::max(1, static_cast<int>(std::nearbyint(std::min(a.height(), a.width()) / 256.0)));
  const Yiq p = reduced(a, side), q = reduced(b, side);
  const auto congruency = detail::PhaseCongruency::of_size(p.size);
  const std::vector<double> pc_p = congruency->of(p.planes[0]), pc_q = congruency->of(q.planes[0]);
  const std::vector<double> gradient_p = gradient(p.size, p.planes[0]), gradient_q = gradient(q.size, q.planes[0]);
  const bool colour = chrominance && a.channels() == 3;
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < p.size.pixels(); ++i) {
    const double weight = std::max(pc_p[i], pc_q[i]);
    double term = similarity(pc_p[i], pc_q[i], 0.85) * similarity(gradient_p[i], gradient_q[i], 160);
    if (colour) {
      term *= chrominance_power(similarity(p.planes[1][i], q.planes[1][i], 200) *
                                similarity(p.planes[2][i], q.planes[2][i], 200));
    }
    sum += term * weight;
    weights += weight;
  }
  require(weights > 1e-9 * static_cast<double>(p.size.pixels()), "{}: neither image has any structure", metric);
  return sum / weights;
}

}  // namespace

double fsim(const ScoredImage& a, const ScoredImage& b) {
  return feature_similarity("fsim", a, b, false);
}

double fsimc(const ScoredImage& a, const ScoredImage& b) {
  return feature_similarity("fsimc", a, b, true);
}

}  // namespace csgis
