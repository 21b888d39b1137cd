#include "classical/detail/fft_2d.h"

#include "classical/detail/fft-inl.h"
#include "classical/detail/parallel_rows.h"
#include "classical/detail/plain_lanes.h"

#include <algorithm>

namespace csgis::detail {
namespace {

constexpr int kLines = 8;  // transformed together
using Lanes = PlainLanes<kLines>;

}  // namespace

Fft2d::Fft2d(Size size, int threads)
    : size_(size),
      threads_(threads),
      along_x_(make_fft_plan<double>(size.width)),
      along_y_(make_fft_plan<double>(size.height)),
      energy_x_(difference_energy(along_x_)),
      energy_y_(difference_energy(along_y_)) {}

void Fft2d::forward(ComplexField& field) const {
  transform(field, along_x_, {size_.height, size_.width, 1}, Direction::forward);
  transform(field, along_y_, {size_.width, 1, size_.width}, Direction::forward);
}

void Fft2d::inverse(ComplexField& field) const {
  transform(field, along_y_, {size_.width, 1, size_.width}, Direction::inverse);
  transform(field, along_x_, {size_.height, size_.width, 1}, Direction::inverse);
  const double scale = 1 / static_cast<double>(size_.pixels());
  for (double& x : field.re) x *= scale;
  for (double& x : field.im) x *= scale;
}

void Fft2d::transform(ComplexField& field, const FftPlan<double>& plan, Lines lines, Direction direction) const {
  const auto place = [&](int line, int i) {
    return static_cast<std::size_t>(line) * static_cast<std::size_t>(lines.line_stride) +
           static_cast<std::size_t>(i) * static_cast<std::size_t>(lines.stride);
  };
  parallel_blocks((lines.count + kLines - 1) / kLines, threads_, [&](int block) {
    const int first = block * kLines, count = std::min(kLines, lines.count - first);
    constexpr std::size_t kStep = 2 * static_cast<std::size_t>(kLines);
    std::vector<double> data(static_cast<std::size_t>(plan.length) * kStep), scratch(plan.scratch_elements * kStep);
    for (int i = 0; i < plan.length; ++i) {
      double* const element = data.data() + static_cast<std::size_t>(i) * kStep;
      for (int l = 0; l < count; ++l) {
        element[l] = field.re[place(first + l, i)];
        element[kLines + l] = field.im[place(first + l, i)];
      }
    }
    if (direction == Direction::forward) {
      HWY_NAMESPACE::fft_forward<Lanes>(plan, data.data(), scratch.data());
    } else {
      HWY_NAMESPACE::fft_inverse<Lanes>(plan, data.data(), scratch.data());
    }
    for (int i = 0; i < plan.length; ++i) {
      const double* const element = data.data() + static_cast<std::size_t>(i) * kStep;
      for (int l = 0; l < count; ++l) {
        field.re[place(first + l, i)] = element[l];
        field.im[place(first + l, i)] = element[kLines + l];
      }
    }
  });
}

}  // namespace csgis::detail
