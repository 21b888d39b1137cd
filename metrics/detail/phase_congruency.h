#pragma once
/// Phase congruency: how well the Fourier components agree in phase at a pixel, as they do at edges and lines.

#include <opencv2/core.hpp>

#include <memory>
#include <vector>

namespace csgis::detail {

/// Kovesi, "Image features from phase congruency", Videre 1(3), 1999, with the constants of FSIM: log-Gabor filters of
/// 4 scales (wavelengths 6, 12, 24, 48 pixels, bandwidth 0.55) and 4 orientations (angular spread pi / 4 / 1.2),
/// low-pass 0.45 of order 15, noise from the median of the finest scale, threshold of 2 deviations over 1.7.
class PhaseCongruency {
 public:
  explicit PhaseCongruency(cv::Size size);

  /// The filters of that size. Those of the sizes used last are kept, at most 64 MB: most sets of images have few
  /// sizes. Safe to call from several threads.
  static std::shared_ptr<const PhaseCongruency> of_size(cv::Size size);

  /// Of a brightness of the constructor's size on the scale 0..255: values 0..1. A flat image has none.
  cv::Mat1d of(const cv::Mat1d& image) const;

  std::size_t bytes() const;

 private:
  static constexpr int kScales = 4, kOrientations = 4;

  struct Orientation {
    cv::Mat1d filter;         ///< In frequency; times one of radial_.
    double noise_energy = 0;  ///< Expected squared energy of white noise of unit power behind the finest filter.
  };

  cv::Mat2d response(const cv::Mat2d& spectrum, int scale, const Orientation& orientation) const;
  /// Adds what one orientation has above the noise, and all amplitudes.
  void add(const cv::Mat2d& spectrum, const Orientation& orientation, cv::Mat1d& energy, cv::Mat1d& amplitude) const;

  cv::Size size_;
  std::vector<cv::Mat1d> radial_;  ///< In frequency, by scale, the finest first.
  std::vector<Orientation> orientations_;
};

}  // namespace csgis::detail
