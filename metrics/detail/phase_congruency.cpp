#include "metrics/detail/phase_congruency.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <list>
#include <mutex>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/detail/phase_congruency.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef CSGIS_PHASE_CONGRUENCY_ONCE
#define CSGIS_PHASE_CONGRUENCY_ONCE
namespace csgis::detail {

using Responses = std::array<ComplexField, PhaseCongruency::kScales>;

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Adds at place i what one orientation has above the noise, and all amplitudes. Without fused multiply-add: the same
/// bits on every CPU type.
template <class D>
HWY_INLINE void AddAt(D d, std::size_t i, const Responses& responses, double threshold, double* energy,
                      double* amplitude) {
  using V = hn::Vec<D>;
  const auto length = [](V x, V y) HWY_ATTR { return hn::Sqrt(hn::Add(hn::Mul(x, x), hn::Mul(y, y))); };
  V sum_even = hn::Zero(d), sum_odd = hn::Zero(d);
  for (const ComplexField& response : responses) {
    sum_even = hn::Add(sum_even, hn::LoadU(d, response.re.data() + i));
    sum_odd = hn::Add(sum_odd, hn::LoadU(d, response.im.data() + i));
  }
  const V size = hn::Add(length(sum_even, sum_odd), hn::Set(d, 1e-4));
  const V x = hn::Div(sum_even, size), y = hn::Div(sum_odd, size);
  V along = hn::Zero(d), all = hn::LoadU(d, amplitude + i);
  for (const ComplexField& response : responses) {
    const V even = hn::LoadU(d, response.re.data() + i), odd = hn::LoadU(d, response.im.data() + i);
    const V with = hn::Add(hn::Mul(even, x), hn::Mul(odd, y)), across = hn::Sub(hn::Mul(even, y), hn::Mul(odd, x));
    along = hn::Add(along, hn::Sub(with, hn::Abs(across)));
    all = hn::Add(all, length(even, odd));
  }
  const V above = hn::Max(hn::Sub(along, hn::Set(d, threshold)), hn::Zero(d));
  hn::StoreU(hn::Add(hn::LoadU(d, energy + i), above), d, energy + i);
  hn::StoreU(all, d, amplitude + i);
}

void AddOrientation(const Responses& responses, double threshold, std::size_t count, double* energy,
                    double* amplitude) {
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> one;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) AddAt(d, i, responses, threshold, energy, amplitude);
  for (; i < count; ++i) AddAt(one, i, responses, threshold, energy, amplitude);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(AddOrientation);

using std::numbers::pi;

constexpr double kFinestWavelength = 6, kBandwidth = 0.55, kCutOff = 0.45, kOrder = 15, kSpread = pi / 4 / 1.2;

/// Frequency of bin i of n in cycles per pixel. For odd n the outermost bins are called +-1/2, as in the program.
double frequency(int i, int n) {
  const int signed_bin = i <= (n - 1) / 2 ? i : i - n;
  return n % 2 == 1 ? (n > 1 ? static_cast<double>(signed_bin) / (n - 1) : 0) : static_cast<double>(signed_bin) / n;
}

double gaussian(double x, double deviation) {
  return std::exp(-x * x / (2 * deviation * deviation));
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// What noise reaches: mean and two deviations of a Rayleigh distribution, over the program's 1.7.
double noise_threshold(const ComplexField& finest, double noise_energy) {
  std::vector<double> power(finest.re.size());
  for (std::size_t i = 0; i < power.size(); ++i) power[i] = finest.re[i] * finest.re[i] + finest.im[i] * finest.im[i];
  const double noise_power = median(std::move(power)) / std::log(2.0);
  const double tau = std::sqrt(noise_power * noise_energy / 2);
  return (tau * std::sqrt(pi / 2) + 2 * tau * std::sqrt(2 - pi / 2)) / 1.7;
}

/// Places of the opposite frequencies.
std::vector<std::size_t> opposites(const std::vector<int>& frequencies) {
  const std::size_t n = frequencies.size();
  std::vector<std::size_t> place(n), out(n);
  for (std::size_t i = 0; i < n; ++i) place[static_cast<std::size_t>(frequencies[i])] = i;
  for (std::size_t i = 0; i < n; ++i) out[i] = place[(n - static_cast<std::size_t>(frequencies[i])) % n];
  return out;
}

/// Squared energy that noise of unit power leaves on average behind the filters, over the power of the finest. The
/// published program sums products of the even parts of the impulse responses; by Parseval's theorem that is the sum
/// over the even parts of the filters, without a transform.
template <std::size_t kScales>
double noise_energy(const Fft2d& fft, const std::array<std::vector<double>, kScales>& radial,
                    const std::vector<double>& angular) {
  const std::vector<std::size_t> rows = opposites(fft.rows()), columns = opposites(fft.columns());
  double squares = 0, products = 0, finest = 0;
  for (std::size_t v = 0; v < rows.size(); ++v) {
    for (std::size_t u = 0; u < columns.size(); ++u) {
      const std::size_t here = v * columns.size() + u, there = rows[v] * columns.size() + columns[u];
      double before = 0;  // sum over the finer filters
      for (const auto& filter : radial) {
        const double value = (filter[here] * angular[here] + filter[there] * angular[there]) / 2;
        squares += value * value;
        products += before * value;
        before += value;
      }
      finest += std::pow(radial.front()[here] * angular[here], 2);
    }
  }
  return (2 * squares + 4 * products) / finest;
}

}  // namespace

PhaseCongruency::PhaseCongruency(Size size) : fft_(size) {
  make_filters();
  for (std::size_t o = 0; o < kOrientations; ++o) noise_energy_[o] = noise_energy(fft_, radial_, angular_[o]);
}

void PhaseCongruency::make_filters() {
  const Size size = fft_.size();
  for (Plane& filter : radial_) filter.reserve(size.pixels());
  for (Plane& filter : angular_) filter.reserve(size.pixels());
  for (const int v : fft_.rows()) {
    for (const int u : fft_.columns()) {
      const double x = frequency(u, size.width), y = frequency(v, size.height);
      const double radius = std::hypot(x, y), angle = std::atan2(-y, x);
      const double low_pass = 1 / (1 + std::pow(radius / kCutOff, 2 * kOrder));
      const bool is_mean = v == 0 && u == 0;
      for (std::size_t s = 0; s < kScales; ++s) {
        const double octaves = std::log(radius * kFinestWavelength * static_cast<double>(1U << s));
        radial_[s].push_back(is_mean ? 0 : gaussian(octaves, std::log(kBandwidth)) * low_pass);
      }
      for (std::size_t o = 0; o < kOrientations; ++o) {
        const double direction = static_cast<double>(o) * pi / kOrientations;
        angular_[o].push_back(gaussian(std::remainder(angle - direction, 2 * pi), kSpread));
      }
    }
  }
}

std::size_t PhaseCongruency::bytes() const {
  return (kScales + kOrientations) * fft_.size().pixels() * sizeof(double);
}

std::shared_ptr<const PhaseCongruency> PhaseCongruency::of_size(Size size) {
  constexpr std::size_t kMostBytes = 64 << 20;
  static std::mutex mutex;
  static std::list<std::shared_ptr<const PhaseCongruency>> kept;  // the last used first
  const auto find = [&] { return std::ranges::find_if(kept, [&](const auto& k) { return k->fft_.size() == size; }); };
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

void PhaseCongruency::respond(const ComplexField& spectrum, std::size_t scale, std::size_t orientation,
                              ComplexField& response) const {
  const Plane &radial = radial_[scale], &angular = angular_[orientation];
  for (std::size_t i = 0; i < radial.size(); ++i) {
    const double filter = radial[i] * angular[i];
    response.re[i] = spectrum.re[i] * filter;
    response.im[i] = spectrum.im[i] * filter;
  }
  fft_.inverse(response);
}

std::vector<double> PhaseCongruency::of(const std::vector<double>& image) const {
  const Size size = fft_.size();
  ComplexField spectrum(size);
  spectrum.re = image;
  fft_.forward(spectrum);
  Responses responses{ComplexField(size), ComplexField(size), ComplexField(size), ComplexField(size)};
  Plane energy(image.size()), amplitude(image.size());
  for (std::size_t o = 0; o < kOrientations; ++o) {
    for (std::size_t s = 0; s < kScales; ++s) respond(spectrum, s, o, responses[s]);
    const double threshold = noise_threshold(responses.front(), noise_energy_[o]);
    HWY_DYNAMIC_DISPATCH(AddOrientation)(responses, threshold, image.size(), energy.data(), amplitude.data());
  }
  for (std::size_t i = 0; i < energy.size(); ++i) energy[i] = energy[i] > 0 ? energy[i] / amplitude[i] : 0;
  return energy;
}

}  // namespace csgis::detail
#endif
