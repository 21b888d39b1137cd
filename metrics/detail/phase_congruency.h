#pragma once
/// Phase congruency: how well the Fourier components agree in phase at a pixel, as they do at edges and lines.

#include "imaging/detail/fft_2d.h"

#include <array>
#include <memory>
#include <vector>

namespace csgis::detail {

/// Kovesi, "Image features from phase congruency", Videre 1(3), 1999, with the constants of FSIM: log-Gabor filters of
/// 4 scales (wavelengths 6, 12, 24, 48 pixels, bandwidth 0.55) and 4 orientations (angular spread pi / 4 / 1.2),
/// low-pass 0.45 of order 15, noise from the median of the finest scale, threshold of 2 deviations over 1.7.
class PhaseCongruency {
 public:
  explicit PhaseCongruency(Size size);

  /// The filters of that size. Those of the sizes used last are kept, at most 64 MB: most sets of images have few
  /// sizes. Safe to call from several threads.
  static std::shared_ptr<const PhaseCongruency> of_size(Size size);

  /// Of a brightness of the constructor's size on the scale 0..255, row after row: values 0..1. A flat image has none.
  std::vector<double> of(const std::vector<double>& image) const;

  std::size_t bytes() const;

  static constexpr std::size_t kScales = 4, kOrientations = 4;

 private:
  using Plane = std::vector<double>;

  void make_filters();
  /// Spectrum times one filter, transformed back.
  void respond(const ComplexField& spectrum, std::size_t scale, std::size_t orientation, ComplexField& response) const;

  Fft2d fft_;
  /// In frequency, in the order of fft_. A filter is the product of one by scale, the finest first, and one by
  /// orientation.
  std::array<Plane, kScales> radial_;
  std::array<Plane, kOrientations> angular_;
  /// By orientation: expected squared energy of white noise of unit power behind the finest filter.
  std::array<double, kOrientations> noise_energy_{};
};

}  // namespace csgis::detail
