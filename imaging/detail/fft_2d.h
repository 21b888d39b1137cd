#pragma once
/// Two-dimensional transforms in double, for what is defined by them: exact filters, phase congruency.

#include "imaging/detail/fft_plan.h"
#include "imaging/image.h"

#include <functional>
#include <vector>

namespace csgis::detail {

/// A complex H x W field, rows contiguous.
struct ComplexField {
  explicit ComplexField(Size size) : re(size.pixels()), im(size.pixels()) {}
  std::vector<double> re, im;
};

/// Calls work(b) once for every b in [0, blocks), in any order, perhaps several at the same time, and returns when all
/// have ended.
using RunBlocks = std::function<void(int blocks, const std::function<void(int)>& work)>;

/// Transforms of one size, exactly H x W without padding. Bits do not depend on the CPU type or on who runs the blocks.
class Fft2d {
 public:
  /// @param run  null: the caller's thread does everything
  explicit Fft2d(Size size, RunBlocks run = nullptr);

  /// Frequencies in stored order.
  void forward(ComplexField& field) const;
  /// Back to samples, divided by H W.
  void inverse(ComplexField& field) const;

  Size size() const { return size_; }
  /// Frequencies at the stored rows and columns, in [0, H) and [0, W).
  const std::vector<int>& rows() const { return along_y_.frequency; }
  const std::vector<int>& columns() const { return along_x_.frequency; }

  /// E of the definitions at a stored place: 4 - 2 cos(2 pi kx / W) - 2 cos(2 pi ky / H), the squared transfer function
  /// of the circular differences.
  double energy(int y, int x) const {
    return energy_y_[static_cast<std::size_t>(y)] + energy_x_[static_cast<std::size_t>(x)];
  }

 private:
  Size size_;
  RunBlocks run_;
  FftPlan<double> along_x_, along_y_;
  std::vector<double> energy_x_, energy_y_;
};

}  // namespace csgis::detail
