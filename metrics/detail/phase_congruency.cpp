#include "metrics/detail/phase_congruency.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace csgis::detail {
namespace {

using std::numbers::pi;

/// Frequency of bin i of n in cycles per pixel. For odd n the outermost bins are called +-1/2, as in the program.
double frequency(int i, int n) {
  const int signed_bin = i <= (n - 1) / 2 ? i : i - n;
  return n % 2 == 1 ? (n > 1 ? static_cast<double>(signed_bin) / (n - 1) : 0) : static_cast<double>(signed_bin) / n;
}

/// Calls f(row, column, radius, angle) for every bin.
template <class F>
void for_each_bin(cv::Size size, const F& f) {
  for (int v = 0; v < size.height; ++v) {
    for (int u = 0; u < size.width; ++u) {
      const double x = frequency(u, size.width), y = frequency(v, size.height);
      f(v, u, std::hypot(x, y), std::atan2(-y, x));
    }
  }
}

cv::Mat1d radial_filter(cv::Size size, double wavelength) {
  cv::Mat1d filter(size);
  for_each_bin(size, [&](int v, int u, double radius, double) {
    const double octaves = std::log((v == 0 && u == 0 ? 1 : radius) * wavelength), bandwidth = std::log(0.55);
    const double low_pass = 1 / (1 + std::pow(radius / 0.45, 30));
    filter(v, u) = v == 0 && u == 0 ? 0 : std::exp(-octaves * octaves / (2 * bandwidth * bandwidth)) * low_pass;
  });
  return filter;
}

cv::Mat1d angular_filter(cv::Size size, double direction) {
  const double spread = pi / 4 / 1.2;
  cv::Mat1d filter(size);
  for_each_bin(size, [&](int v, int u, double, double angle) {
    const double distance = std::remainder(angle - direction, 2 * pi);
    filter(v, u) = std::exp(-distance * distance / (2 * spread * spread));
  });
  return filter;
}

cv::Mat complex_of(const cv::Mat1d& real) {
  cv::Mat parts[] = {real, cv::Mat1d::zeros(real.size())}, complex;
  cv::merge(parts, 2, complex);
  return complex;
}

cv::Mat2d inverse(const cv::Mat& spectrum) {
  cv::Mat2d out;
  cv::dft(spectrum, out, cv::DFT_INVERSE | cv::DFT_SCALE);
  return out;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// Squared energy that noise of unit power leaves on average behind the filters, over the power of the finest.
double noise_energy_of(const std::vector<cv::Mat1d>& filters) {
  std::vector<cv::Mat1d> impulses;
  for (const cv::Mat1d& filter : filters) {
    cv::Mat1d even;
    cv::extractChannel(inverse(complex_of(filter)), even, 0);
    impulses.push_back(even * std::sqrt(static_cast<double>(filter.total())));
  }
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < impulses.size(); ++i) {
    squares += impulses[i].dot(impulses[i]);
    for (std::size_t j = i + 1; j < impulses.size(); ++j) products += impulses[i].dot(impulses[j]);
  }
  return (2 * squares + 4 * products) / filters.front().dot(filters.front());
}

/// What noise reaches: mean and two deviations of a Rayleigh distribution, over the program's 1.7.
double noise_threshold(const cv::Mat2d& finest, double noise_energy) {
  std::vector<double> power;
  for (const cv::Vec2d& z : finest) power.push_back(z[0] * z[0] + z[1] * z[1]);
  const double noise_power = median(std::move(power)) / std::log(2.0);
  const double tau = std::sqrt(noise_power * noise_energy / 2);
  return (tau * std::sqrt(pi / 2) + 2 * tau * std::sqrt(2 - pi / 2)) / 1.7;
}

}  // namespace

PhaseCongruency::PhaseCongruency(cv::Size size) : size_(size) {
  std::vector<cv::Mat1d> radial;
  for (int s = 0; s < kScales; ++s) radial.push_back(radial_filter(size, 6 * std::pow(2, s)));
  for (int o = 0; o < kOrientations; ++o) {
    const cv::Mat1d angular = angular_filter(size, o * pi / kOrientations);
    Orientation orientation;
    for (const cv::Mat1d& filter : radial) orientation.filters.emplace_back(filter.mul(angular));
    orientation.noise_energy = noise_energy_of(orientation.filters);
    orientations_.push_back(std::move(orientation));
  }
}

cv::Mat1d PhaseCongruency::of(const cv::Mat1d& image) const {
  CV_Assert(image.size() == size_);
  cv::Mat spectrum;
  cv::dft(complex_of(image), spectrum);
  cv::Mat1d energy = cv::Mat1d::zeros(size_), amplitude = cv::Mat1d::zeros(size_);
  for (const Orientation& orientation : orientations_) {
    std::vector<cv::Mat2d> responses;
    cv::Mat2d sum = cv::Mat2d::zeros(size_);
    for (const cv::Mat1d& filter : orientation.filters) {
      cv::Mat filtered;
      cv::mulSpectrums(spectrum, complex_of(filter), filtered, 0);
      responses.push_back(inverse(filtered));
      sum += responses.back();
    }
    const double threshold = noise_threshold(responses.front(), orientation.noise_energy);
    for (int y = 0; y < size_.height; ++y) {
      for (int x = 0; x < size_.width; ++x) {
        const cv::Vec2d direction = sum(y, x) / (std::hypot(sum(y, x)[0], sum(y, x)[1]) + 1e-4);
        double along = 0;
        for (const cv::Mat2d& response : responses) {
          const double even = response(y, x)[0], odd = response(y, x)[1];
          along += even * direction[0] + odd * direction[1] - std::abs(even * direction[1] - odd * direction[0]);
          amplitude(y, x) += std::hypot(even, odd);
        }
        energy(y, x) += std::max(along - threshold, 0.0);
      }
    }
  }
  cv::Mat1d congruency(size_);
  for (int y = 0; y < size_.height; ++y) {
    for (int x = 0; x < size_.width; ++x) congruency(y, x) = energy(y, x) > 0 ? energy(y, x) / amplitude(y, x) : 0;
  }
  return congruency;
}

}  // namespace csgis::detail
