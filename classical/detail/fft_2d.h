#pragma once
/// Two-dimensional transforms in double, for the exact versions of the filters that are defined by them.

#include "classical/detail/fft_plan.h"
#include "imaging/image.h"

#include <vector>

namespace csgis::detail {

/// A complex H x W field, rows contiguous.
struct ComplexField {
  explicit ComplexField(Size size) : re(size.pixels()), im(size.pixels()) {}
  std::vector<double> re, im;
};

/// Transforms of one size, exactly H x W without padding. Bits do not depend on the CPU type or on threads.
class Fft2d {
 public:
  Fft2d(Size size, int threads);

  /// Frequencies in stored order (FftPlan::frequency along both axes).
  void forward(ComplexField& field) const;
  /// Back to samples, divided by H W.
  void inverse(ComplexField& field) const;

  /// E of the definitions at a stored place: 4 - 2 cos(2 pi kx / W) - 2 cos(2 pi ky / H), the squared transfer function
  /// of the circular differences.
  double energy(int y, int x) const {
    return energy_y_[static_cast<std::size_t>(y)] + energy_x_[static_cast<std::size_t>(x)];
  }

 private:
  enum class Direction { forward, inverse };
  /// Lines start `line_stride` apart, their samples stand `stride` apart.
  struct Lines {
    int count, line_stride, stride;
  };
  void transform(ComplexField& field, const FftPlan<double>& plan, Lines lines, Direction direction) const;

  Size size_;
  int threads_;
  FftPlan<double> along_x_, along_y_;
  std::vector<double> energy_x_, energy_y_;
};

}  // namespace csgis::detail
