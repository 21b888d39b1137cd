#include "metrics/fsim.h"

#include "metrics/detail/phase_congruency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace csgis {
namespace {

/// Y, I, Q over blocks of side x side pixels; of a grey image Y alone.
struct Yiq {
  cv::Mat1d y, i, q;
};

constexpr double kToYiq[3][3] = {{0.299, 0.587, 0.114}, {0.596, -0.274, -0.322}, {0.211, -0.523, 0.312}};

Yiq reduced(const ScoredImage& image, int side) {
  const int height = image.height() / side, width = image.width() / side;
  const auto channels = static_cast<std::size_t>(image.channels());
  Yiq out;
  std::array<cv::Mat1d*, 3> planes{&out.y, &out.i, &out.q};
  for (std::size_t c = 0; c < channels; ++c) *planes[c] = cv::Mat1d::zeros(height, width);
  std::vector<double> row(image.row_values());
  for (int y = 0; y < height * side; ++y) {
    image.read_row(y, row.data());
    for (int x = 0; x < width * side; ++x) {
      const double* const pixel = row.data() + static_cast<std::size_t>(x) * channels;
      for (std::size_t c = 0; c < channels; ++c) {
        const auto& weights = kToYiq[c];
        const double value =
            channels == 1 ? pixel[0] : weights[0] * pixel[0] + weights[1] * pixel[1] + weights[2] * pixel[2];
        (*planes[c])(y / side, x / side) += value / (side * side);
      }
    }
  }
  return out;
}

/// Length of the Scharr gradient; the image is 0 outside.
cv::Mat1d gradient(const cv::Mat1d& in) {
  cv::Mat1d out(in.size());
  const auto at = [&](int y, int x) { return y < 0 || x < 0 || y >= in.rows || x >= in.cols ? 0.0 : in(y, x); };
  for (int y = 0; y < in.rows; ++y) {
    for (int x = 0; x < in.cols; ++x) {
      const auto across = [&](int dy) { return at(y + dy, x + 1) - at(y + dy, x - 1); };
      const auto down = [&](int dx) { return at(y + 1, x + dx) - at(y - 1, x + dx); };
      out(y, x) =
          std::hypot(3 * across(-1) + 10 * across(0) + 3 * across(1), 3 * down(-1) + 10 * down(0) + 3 * down(1)) / 16;
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
  return base >= 0 ? size : size * std::cos(0.03 * CV_PI);
}

double feature_similarity(const char* metric, const ScoredImage& a, const ScoredImage& b, bool chrominance) {
  check_scored_pair(metric, a, b);
  const int side = std::max(1, static_cast<int>(std::nearbyint(std::min(a.height(), a.width()) / 256.0)));
  const Yiq p = reduced(a, side), q = reduced(b, side);
  const auto congruency = detail::PhaseCongruency::of_size(p.y.size());
  const cv::Mat1d pc_p = congruency->of(p.y), pc_q = congruency->of(q.y);
  const cv::Mat1d gradient_p = gradient(p.y), gradient_q = gradient(q.y);
  const bool colour = chrominance && a.channels() == 3;
  double sum = 0, weights = 0;
  for (int y = 0; y < p.y.rows; ++y) {
    for (int x = 0; x < p.y.cols; ++x) {
      const double weight = std::max(pc_p(y, x), pc_q(y, x));
      double term = similarity(pc_p(y, x), pc_q(y, x), 0.85) * similarity(gradient_p(y, x), gradient_q(y, x), 160);
      if (colour) {
        term *= chrominance_power(similarity(p.i(y, x), q.i(y, x), 200) * similarity(p.q(y, x), q.q(y, x), 200));
      }
      sum += term * weight;
      weights += weight;
    }
  }
  require(weights > 1e-9 * static_cast<double>(p.y.total()), "{}: neither image has any structure", metric);
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
