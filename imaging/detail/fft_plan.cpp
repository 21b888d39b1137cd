#include "imaging/detail/fft_plan.h"

#include "core/error.h"
#include "imaging/detail/fft-inl.h"
#include "imaging/detail/plain_lanes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

namespace csgis::detail {
namespace {

/// Above it a prime is transformed as a convolution. Measured: the two ways take the same time near 110.
constexpr int kLargestDirectPrime = 109;

/// Prime factors with pairs and triples of 2 joined, large ones last: their tables are then walked with unit stride.
std::vector<int> radices_of(int length) {
  std::vector<int> radices;
  for (const int radix : {8, 4, 2, 3, 5}) {
    for (; length % radix == 0; length /= radix) radices.push_back(radix);
  }
  for (int factor = 7; length > 1; factor += 2) {
    if (static_cast<std::int64_t>(factor) * factor > length) factor = length;
    for (; length % factor == 0; length /= factor) radices.push_back(factor);
  }
  return radices;
}

/// The least product of 2, 3, 5 that is at least `length`.
int smooth_length(int length) {
  for (;; ++length) {
    int rest = length;
    for (const int factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return length;
  }
}

/// cos and -sin of 2 pi numerator / denominator, the fraction reduced first so that large ones lose no digits.
std::pair<double, double> unit_root(std::int64_t numerator, std::int64_t denominator) {
  const double angle =
      2 * std::numbers::pi * static_cast<double>(numerator % denominator) / static_cast<double>(denominator);
  return {std::cos(angle), -std::sin(angle)};
}

template <class Real>
void append(std::vector<Real>& pairs, std::pair<double, double> number) {
  pairs.push_back(static_cast<Real>(number.first));
  pairs.push_back(static_cast<Real>(number.second));
}

template <class Real>
std::vector<Real> odd_roots(int radix) {
  const int half = radix / 2;
  std::vector<Real> cosines, sines;
  for (int k = 1; k <= half; ++k) {
    for (int j = 1; j <= half; ++j) {
      const auto [cosine, minus_sine] = unit_root(static_cast<std::int64_t>(k) * j, radix);
      cosines.push_back(static_cast<Real>(cosine));
      sines.push_back(static_cast<Real>(-minus_sine));
    }
  }
  cosines.insert(cosines.end(), sines.begin(), sines.end());
  return cosines;
}

template <class Real>
Chirp<Real> make_chirp(int prime) {
  Chirp<Real> chirp;
  const int length = smooth_length(2 * prime - 1);
  const FftPlan<double> plan = make_fft_plan<double>(length);
  std::vector<double> kernel(2 * static_cast<std::size_t>(length)), scratch(2 * plan.scratch_elements);
  for (int n = 0; n < prime; ++n) {
    const auto [cosine, minus_sine] = unit_root(static_cast<std::int64_t>(n) * n, 2 * static_cast<std::int64_t>(prime));
    append(chirp.factors, {cosine, minus_sine});
    for (const int place : {n, (length - n) % length}) {
      kernel[2 * static_cast<std::size_t>(place)] = cosine / length;
      kernel[2 * static_cast<std::size_t>(place) + 1] = -minus_sine / length;
    }
  }
  HWY_NAMESPACE::fft_forward<PlainLanes<1>>(plan, kernel.data(), scratch.data());
  for (const double x : kernel) chirp.spectrum.push_back(static_cast<Real>(x));
  chirp.convolution = std::make_unique<const FftPlan<Real>>(make_fft_plan<Real>(length));
  return chirp;
}

template <class Real>
FftStage<Real> make_stage(int radix, int rest) {
  FftStage<Real> stage;
  stage.radix = radix;
  stage.rest = rest;
  for (int n = 1; n < rest; ++n) {
    for (int q = 1; q < radix; ++q) {
      append(stage.twiddles, unit_root(static_cast<std::int64_t>(n) * q, static_cast<std::int64_t>(radix) * rest));
    }
  }
  if (radix > kLargestDirectPrime) {
    stage.chirp = std::make_unique<const Chirp<Real>>(make_chirp<Real>(radix));
  } else if (radix > 5 && radix % 2 == 1) {
    stage.roots = odd_roots<Real>(radix);
  }
  return stage;
}

template <class Real>
std::size_t scratch_of(const FftStage<Real>& stage) {
  if (!stage.chirp) return static_cast<std::size_t>(stage.radix);
  const FftPlan<Real>& inner = *stage.chirp->convolution;
  return static_cast<std::size_t>(inner.length) + inner.scratch_elements;
}

/// After a stage of radix p, group q holds the frequencies p k + q in the order of the remaining stages.
std::vector<int> stored_frequencies(const std::vector<int>& radices) {
  std::vector<int> order{0};
  for (auto radix = radices.rbegin(); radix != radices.rend(); ++radix) {
    std::vector<int> longer;
    for (int q = 0; q < *radix; ++q) {
      for (const int k : order) longer.push_back(*radix * k + q);
    }
    order = std::move(longer);
  }
  return order;
}

std::vector<std::pair<std::size_t, std::size_t>> conjugate_places(const std::vector<int>& frequency) {
  std::vector<std::size_t> place(frequency.size());
  for (std::size_t i = 0; i < frequency.size(); ++i) place[static_cast<std::size_t>(frequency[i])] = i;
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t k = 1; 2 * k < place.size(); ++k) places.emplace_back(place[k], place[place.size() - k]);
  return places;
}

/// Operations per sample of one stage.
double radix_cost(int radix) {
  switch (radix) {
    case 2:
      return 4;
    case 3:
      return 6;
    case 4:
      return 7;
    case 5:
      return 9;
    case 8:
      return 11;
    default:
      break;
  }
  if (radix <= kLargestDirectPrime) return radix + 4;
  const int inner = smooth_length(2 * radix - 1);
  return inner * (2 * fft_cost(inner) + 8) / radix;
}

}  // namespace

template <class Real>
FftPlan<Real> make_fft_plan(int length) {
  require(length >= 1, "fft: length {}, must be at least 1", length);
  FftPlan<Real> plan;
  plan.length = length;
  const std::vector<int> radices = radices_of(length);
  int rest = length;
  for (const int radix : radices) {
    rest /= radix;
    plan.stages.push_back(make_stage<Real>(radix, rest));
    plan.scratch_elements = std::max(plan.scratch_elements, scratch_of(plan.stages.back()));
  }
  plan.frequency = stored_frequencies(radices);
  plan.conjugates = conjugate_places(plan.frequency);
  return plan;
}

template FftPlan<float> make_fft_plan(int length);
template FftPlan<double> make_fft_plan(int length);

double fft_cost(int length) {
  double cost = 0;
  for (const int radix : radices_of(length)) cost += radix_cost(radix);
  return cost;
}

template <class Real>
std::vector<double> difference_energy(const FftPlan<Real>& plan) {
  std::vector<double> energy;
  for (const int k : plan.frequency) {
    const double sine = std::sin(std::numbers::pi * k / plan.length);
    energy.push_back(4 * sine * sine);  // 2 - 2 cos without its cancellation
  }
  return energy;
}

template std::vector<double> difference_energy(const FftPlan<float>& plan);
template std::vector<double> difference_energy(const FftPlan<double>& plan);

}  // namespace csgis::detail
