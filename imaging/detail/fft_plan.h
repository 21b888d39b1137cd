#pragma once
/// Tables of a complex discrete Fourier transform of any length; imaging/detail/fft-inl.h carries it out.
///
/// The forward transform takes samples in order and leaves frequencies in the order `frequency`; the inverse takes them
/// in that order and gives samples in order. Convolutions need no other order, and none is made: each step works in
/// place (decimation in frequency one way, in time the other; Cooley and Tukey 1965, Gentleman and Sande 1966).

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace csgis::detail {

template <class Real>
struct FftPlan;

/// Transform of prime length p as a convolution of length >= 2 p - 1 with chirps (Bluestein 1970).
template <class Real>
struct Chirp {
  std::unique_ptr<const FftPlan<Real>> convolution;
  std::vector<Real> factors;   ///< p pairs cos, -sin of pi n^2 / p.
  std::vector<Real> spectrum;  ///< Pairs re, im: transform of the conjugate chirp over the length, stored order.
};

/// One factor of the length. It splits `radix * rest` samples into `radix` groups of `rest`.
template <class Real>
struct FftStage {
  int radix = 1;
  int rest = 1;
  std::vector<Real> twiddles;  ///< For n = 1..rest-1, q = 1..radix-1: pairs cos, -sin of 2 pi n q / (radix rest).
  std::vector<Real> roots;     ///< Odd radix above 5, h = radix / 2: rows k = 1..h of cos(2 pi k j / radix), j = 1..h,
                               ///< then as many rows of sin.
  std::unique_ptr<const Chirp<Real>> chirp;  ///< Large primes instead of roots.
};

template <class Real>
struct FftPlan {
  int length = 1;
  std::vector<FftStage<Real>> stages;
  std::vector<int> frequency;  ///< Frequency at each place after forward().
  /// Places of k and length - k for every k of 1..(length-1)/2.
  std::vector<std::pair<std::size_t, std::size_t>> conjugates;
  std::size_t scratch_elements = 0;  ///< Complex elements of scratch that fft-inl.h needs.
};

/// @param length  at least 1.
template <class Real>
FftPlan<Real> make_fft_plan(int length);

/// Estimated cost of one transform, in operations per sample; only for choosing between lengths.
double fft_cost(int length);

/// 2 - 2 cos(2 pi k / length) for the frequency k at each place of the plan: the squared transfer function of a
/// circular difference.
template <class Real>
std::vector<double> difference_energy(const FftPlan<Real>& plan);

}  // namespace csgis::detail
