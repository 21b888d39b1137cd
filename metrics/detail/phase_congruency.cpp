#include "metrics/detail/phase_congruency.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <list>
#include <mutex>
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

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// Squared energy that noise of unit power leaves on average behind the filters, over the power of the finest. The
/// published program sums products of the even parts of the impulse responses; by Parseval's theorem that is the sum
/// over the even parts of the filters, without a transform.
double noise_energy_of(const std::vector<cv::Mat1d>& filters) {
  const cv::Size size = filters.front().size();
  const auto even = [&](const cv::Mat1d& filter, int v, int u) {
    return (filter(v, u) + filter((size.height - v) % size.height, (size.width - u) % size.width)) / 2;
  };
  double squares = 0, products = 0;
  for (int v = 0; v < size.height; ++v) {
    for (int u = 0; u < size.width; ++u) {
      double before = 0;  // sum over the finer filters
      for (const cv::Mat1d& filter : filters) {
        const double value = even(filter, v, u);
        squares += value * value;
        products += before * value;
        before += value;
      }
    }
  }
  return (2 * squares + 4 * products) / filters.front().dot(filters.front());
}

/// What noise reaches: mean and two deviations of a Rayleigh distribution, over the program's 1.7.
double noise_threshold(const cv::Mat2d& finest, double noise_energy) {
  std::vector<double> power;
  power.reserve(finest.total());
  for (const cv::Vec2d& z : finest) power.push_back(z[0] * z[0] + z[1] * z[1]);
  const double noise_power = median(std::move(power)) / std::log(2.0);
  const double tau = std::sqrt(noise_power * noise_energy / 2);
  return (tau * std::sqrt(pi / 2) + 2 * tau * std::sqrt(2 - pi / 2)) / 1.7;
}

/// std::hypot without its care for overflow, which takes most of the time.
double length(double x, double y) {
  return std::sqrt(x * x + y * y);
}

}  // namespace

PhaseCongruency::PhaseCongruency(cv::Size size) : size_(size) {
  for (int s = 0; s < kScales; ++s) radial_.push_back(radial_filter(size, 6 * std::pow(2, s)));
  for (int o = 0; o < kOrientations; ++o) {
    Orientation orientation{angular_filter(size, o * pi / kOrientations), 0};
    std::vector<cv::Mat1d> filters;
    for (const cv::Mat1d& radial : radial_) filters.emplace_back(radial.mul(orientation.filter));
    orientation.noise_energy = noise_energy_of(filters);
    orientations_.push_back(std::move(orientation));
  }
}

std::size_t PhaseCongruency::bytes() const {
  return (radial_.size() + orientations_.size()) * static_cast<std::size_t>(size_.area()) * sizeof(double);
}

std::shared_ptr<const PhaseCongruency> PhaseCongruency::of_size(cv::Size size) {
  constexpr std::size_t kMostBytes = 64 << 20;
  static std::mutex mutex;
  static std::list<std::shared_ptr<const PhaseCongruency>> kept;  // the last used first
  const auto find = [&] { return std::ranges::find_if(kept, [&](const auto& k) { return k->size_ == size; }); };
  {
    const std::lock_guard lock(mutex);
    if (const auto found = find(); found != kept.end()) {
      kept.splice(kept.begin(), kept, found);
      return kept.front();
    }
  }
  auto made = std::make_shared<const PhaseCongruency>(size);  // several threads may make the same: all are equal
  const std::lock_guard lock(mutex);
  if (find() == kept.end() && made->bytes() <= kMostBytes) kept.push_front(made);
  std::size_t bytes = 0;
  for (auto k = kept.begin(); k != kept.end();) {
    bytes += (*k)->bytes();
    k = bytes > kMostBytes ? kept.erase(k) : std::next(k);
  }
  return made;
}

cv::Mat2d PhaseCongruency::response(const cv::Mat2d& spectrum, int scale, const Orientation& orientation) const {
  const cv::Mat1d& radial = radial_[static_cast<std::size_t>(scale)];
  cv::Mat2d filtered(size_), out;
  for (int v = 0; v < size_.height; ++v) {
    for (int u = 0; u < size_.width; ++u) {
      filtered(v, u) = spectrum(v, u) * (radial(v, u) * orientation.filter(v, u));
    }
  }
  cv::dft(filtered, out, cv::DFT_INVERSE | cv::DFT_SCALE);
  return out;
}

void PhaseCongruency::add(const cv::Mat2d& spectrum, const Orientation& orientation, cv::Mat1d& energy,
                          cv::Mat1d& amplitude) const {
  cv::Mat2d responses[kScales];
  cv::Mat2d sum = cv::Mat2d::zeros(size_);
  for (int s = 0; s < kScales; ++s) {
    responses[s] = response(spectrum, s, orientation);
    sum += responses[s];
  }
  const double threshold = noise_threshold(responses[0], orientation.noise_energy);
  for (int y = 0; y < size_.height; ++y) {
    for (int x = 0; x < size_.width; ++x) {
      const cv::Vec2d direction = sum(y, x) / (length(sum(y, x)[0], sum(y, x)[1]) + 1e-4);
      double along = 0;
      for (const cv::Mat2d& response : responses) {
        const double even = response(y, x)[0], odd = response(y, x)[1];
        along += even * direction[0] + odd * direction[1] - std::abs(even * direction[1] - odd * direction[0]);
        amplitude(y, x) += length(even, odd);
      }
      energy(y, x) += std::max(along - threshold, 0.0);
    }
  }
}

cv::Mat1d PhaseCongruency::of(const cv::Mat1d& image) const {
  CV_Assert(image.size() == size_);
  cv::Mat2d spectrum;
  cv::dft(image, spectrum, cv::DFT_COMPLEX_OUTPUT);
  cv::Mat1d energy = cv::Mat1d::zeros(size_), amplitude = cv::Mat1d::zeros(size_);
  for (const Orientation& orientation : orientations_) add(spectrum, orientation, energy, amplitude);
  cv::Mat1d congruency(size_);
  for (int y = 0; y < size_.height; ++y) {
    for (int x = 0; x < size_.width; ++x) congruency(y, x) = energy(y, x) > 0 ? energy(y, x) / amplitude(y, x) : 0;
  }
  return congruency;
}

}  // namespace csgis::detail
