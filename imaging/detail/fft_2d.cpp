#include "imaging/detail/fft_2d.h"

#include <algorithm>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/detail/fft_2d.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "imaging/detail/fft-inl.h"
#include "imaging/detail/vector_lanes-inl.h"

#ifndef CSGIS_FFT_2D_ONCE
#define CSGIS_FFT_2D_ONCE
namespace csgis::detail {

enum class FftDirection { forward, inverse };

/// Lines start `line_stride` apart, their samples stand `stride` apart.
struct FftLines {
  int count;
  std::size_t line_stride, stride;
};

inline constexpr int kLinesOfBlock = 8;  // what the widest vector takes together

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

using DoubleLanes = LanesOf<double, false>;

/// Transforms the lines from `first` on, at most kLinesOfBlock, and multiplies the samples by `scale`.
void TransformLines(const FftPlan<double>& plan, const FftLines& lines, int first, FftDirection direction, double scale,
                    ComplexField& field) {
  constexpr std::size_t kLanes = DoubleLanes::kLanes, kStep = 2 * kLanes;
  const auto length = static_cast<std::size_t>(plan.length);
  std::vector<double> data(length * kStep), scratch(plan.scratch_elements * kStep);
  const auto end = static_cast<std::size_t>(std::min(lines.count, first + kLinesOfBlock));
  for (auto line = static_cast<std::size_t>(first); line < end; line += kLanes) {
    const std::size_t count = std::min(kLanes, end - line);
    const auto for_each_value = [&](const auto& copy) {
      for (std::size_t i = 0; i < length; ++i) {
        double* const element = data.data() + i * kStep;
        const std::size_t place = line * lines.line_stride + i * lines.stride;
        for (std::size_t l = 0; l < count; ++l) copy(element[l], field.re[place + l * lines.line_stride]);
        for (std::size_t l = 0; l < count; ++l) copy(element[kLanes + l], field.im[place + l * lines.line_stride]);
      }
    };
    for_each_value([](double& element, double value) { element = value; });
    if (direction == FftDirection::forward) {
      fft_forward<DoubleLanes>(plan, data.data(), scratch.data());
    } else {
      fft_inverse<DoubleLanes>(plan, data.data(), scratch.data());
    }
    for_each_value([scale](double element, double& value) { value = element * scale; });
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(TransformLines);

void transform(ComplexField& field, const FftPlan<double>& plan, const FftLines& lines, FftDirection direction,
               double scale, const RunBlocks& run) {
  const auto work = [&](int block) {
    HWY_DYNAMIC_DISPATCH(TransformLines)(plan, lines, block * kLinesOfBlock, direction, scale, field);
  };
  const int blocks = (lines.count + kLinesOfBlock - 1) / kLinesOfBlock;
  if (run) return run(blocks, work);
  for (int block = 0; block < blocks; ++block) work(block);
}

FftLines rows_of(Size size) {
  return {size.height, static_cast<std::size_t>(size.width), 1};
}

FftLines columns_of(Size size) {
  return {size.width, 1, static_cast<std::size_t>(size.width)};
}

}  // namespace

Fft2d::Fft2d(Size size, RunBlocks run)
    : size_(size),
      run_(std::move(run)),
      along_x_(make_fft_plan<double>(size.width)),
      along_y_(make_fft_plan<double>(size.height)),
      energy_x_(difference_energy(along_x_)),
      energy_y_(difference_energy(along_y_)) {}

void Fft2d::forward(ComplexField& field) const {
  transform(field, along_x_, rows_of(size_), FftDirection::forward, 1, run_);
  transform(field, along_y_, columns_of(size_), FftDirection::forward, 1, run_);
}

void Fft2d::inverse(ComplexField& field) const {
  transform(field, along_y_, columns_of(size_), FftDirection::inverse, 1, run_);
  transform(field, along_x_, rows_of(size_), FftDirection::inverse, 1 / static_cast<double>(size_.pixels()), run_);
}

}  // namespace csgis::detail
#endif
