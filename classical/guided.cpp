#include "classical/guided.h"

#include "classical/detail/box_mean.h"
#include "classical/detail/check_input.h"
#include "classical/detail/guided_stream.h"

#include <array>
#include <cmath>

namespace csgis {
namespace {

using detail::Border;
using Plane = std::vector<double>;

/// What the steps of the definition share.
struct Window {
  Size size;
  int radius;
  Border border;
  int threads;

  void mean(Plane& plane) const { detail::box_mean(plane, size, radius, border, threads); }
};

Plane product(const float* a, const float* b, std::size_t count) {
  Plane out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return out;
}

void guided_channel(const float* in, const Window& window, double eps, float* out) {
  const std::size_t count = window.size.pixels();
  Plane mean(in, in + count);
  window.mean(mean);
  Plane slope = product(in, in, count);
  window.mean(slope);
  for (std::size_t i = 0; i < count; ++i) {
    const double variance = slope[i] - mean[i] * mean[i];
    slope[i] = variance / (variance + eps);
    mean[i] -= slope[i] * mean[i];
  }
  window.mean(slope);
  window.mean(mean);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<float>(slope[i] * static_cast<double>(in[i]) + mean[i]);
  }
}

/// Index of element (i, j) of a symmetric 3x3 matrix among its six: 00 01 02 11 12 22.
constexpr std::array<std::array<std::size_t, 3>, 3> kPacked{{{0, 1, 2}, {1, 3, 4}, {2, 4, 5}}};

struct ColourStatistics {
  std::array<Plane, 3> mean;
  std::array<Plane, 6> covariance;
};

ColourStatistics colour_statistics(const ImageF& src, const Window& window) {
  const std::size_t count = window.size.pixels();
  ColourStatistics s;
  for (int c = 0; c < 3; ++c) {
    Plane& mean = s.mean[static_cast<std::size_t>(c)];
    mean.assign(src.plane(c), src.plane(c) + count);
    window.mean(mean);
  }
  for (int i = 0; i < 3; ++i) {
    for (int j = i; j < 3; ++j) {
      const auto row = static_cast<std::size_t>(i), column = static_cast<std::size_t>(j);
      Plane& covariance = s.covariance[kPacked[row][column]];
      covariance = product(src.plane(i), src.plane(j), count);
      window.mean(covariance);
      for (std::size_t p = 0; p < count; ++p) covariance[p] -= s.mean[row][p] * s.mean[column][p];
    }
  }
  return s;
}

/// (S + eps Id)^-1 s for a symmetric positive definite S + eps Id, by its Cholesky factor: no determinant that could
/// become tiny.
std::array<double, 3> solve_regularised(const std::array<double, 6>& m, double eps, const std::array<double, 3>& s) {
  const double l00 = std::sqrt(m[0] + eps), l10 = m[1] / l00, l20 = m[2] / l00;
  const double l11 = std::sqrt(m[3] + eps - l10 * l10), l21 = (m[4] - l20 * l10) / l11;
  const double l22 = std::sqrt(m[5] + eps - l20 * l20 - l21 * l21);
  const double y0 = s[0] / l00, y1 = (s[1] - l10 * y0) / l11, y2 = (s[2] - l20 * y0 - l21 * y1) / l22;
  const double x2 = y2 / l22, x1 = (y1 - l21 * x2) / l11;
  return {(y0 - l10 * x1 - l20 * x2) / l00, x1, x2};
}

void guided_colour_channel(const ImageF& src, const ColourStatistics& s, std::size_t channel, const Window& window,
                           double eps, float* out) {
  const std::size_t count = window.size.pixels();
  std::array<Plane, 3> slope{Plane(count), Plane(count), Plane(count)};
  Plane offset(count);
  for (std::size_t p = 0; p < count; ++p) {
    std::array<double, 6> matrix;
    for (std::size_t k = 0; k < 6; ++k) matrix[k] = s.covariance[k][p];
    const auto& column = kPacked[channel];
    const auto a = solve_regularised(matrix, eps, {matrix[column[0]], matrix[column[1]], matrix[column[2]]});
    offset[p] = s.mean[channel][p];
    for (std::size_t k = 0; k < 3; ++k) {
      slope[k][p] = a[k];
      offset[p] -= a[k] * s.mean[k][p];
    }
  }
  window.mean(offset);
  for (Plane& plane : slope) window.mean(plane);
  for (std::size_t p = 0; p < count; ++p) {
    double value = offset[p];
    for (std::size_t k = 0; k < 3; ++k) {
      value += slope[k][p] * static_cast<double>(src.plane(static_cast<int>(k))[p]);
    }
    out[p] = static_cast<float>(value);
  }
}

}  // namespace

ImageF guided(const ImageF& src, const GuidedOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("guided", src);
  ImageF out(src.size(), src.channels());
  if (run.precision == Precision::fast) {
    detail::guided_stream(src, {options.radius, options.eps, Border::replicate, run.threads}, out);
    return out;
  }
  const Window window{src.size(), options.radius, Border::replicate, run.threads};
  for (int c = 0; c < src.channels(); ++c) guided_channel(src.plane(c), window, options.eps, out.plane(c));
  return out;
}

ImageF guided_cov(const ImageF& src, const GuidedCovOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("guided-cov", src);
  ImageF out(src.size(), src.channels());
  const detail::GuidedStream stream{options.radius, options.eps, Border::reflect, run.threads};
  const Window window{src.size(), options.radius, Border::reflect, run.threads};
  const bool fast = run.precision == Precision::fast;
  if (fast && src.channels() == 3) {
    detail::guided_cov_stream(src, stream, out);
  } else if (fast) {
    detail::guided_stream(src, stream, out);
  } else if (src.channels() == 3) {
    const ColourStatistics statistics = colour_statistics(src, window);
    for (int c = 0; c < 3; ++c) {
      guided_colour_channel(src, statistics, static_cast<std::size_t>(c), window, options.eps, out.plane(c));
    }
  } else {
    guided_channel(src.plane(0), window, options.eps, out.plane(0));
  }
  return out;
}

}  // namespace csgis
