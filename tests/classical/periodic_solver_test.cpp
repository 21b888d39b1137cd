#include "imaging/image.h"
#include "tests/classical/test_images.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/classical/periodic_solver_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "classical/detail/periodic_solver-inl.h"

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

/// b of the equation, from a plane.
struct GivenRightSide {
  const SegmentLayout& layout;
  const SegmentPlane& b;
  void operator()(int j, float* out) const {
    for (int x = 0; x < layout.length; ++x) {
      std::copy_n(b.row(j) + static_cast<std::size_t>(x) * kVector, kVector, out + static_cast<std::size_t>(x) * kPair);
    }
  }
};

/// x + d for one channel, where (1/a + L) d = b, solved `times` times over.
ImageF AddSolution(const ImageF& x, const ImageF& b, double a, bool transposed, int threads, int times) {
  const SegmentLayout layout(x.size(), transposed, static_cast<int>(kVector));
  SegmentPlane plane(layout), right_side(layout);
  to_segments(layout, x.plane(0), threads, plane);
  to_segments(layout, b.plane(0), threads, right_side);
  PeriodicSolver solver(layout, threads);
  solver.set_weight(a);
  for (int i = 0; i < times; ++i) solver.add_solution([&] { return GivenRightSide{layout, right_side}; }, plane);
  ImageF result(x.size(), 1);
  from_segments(layout, plane, threads, result.plane(0));
  return result;
}

/// Whether the halos of a plane hold what stands round the torus.
bool HalosAreRight(const ImageF& image, bool transposed) {
  const SegmentLayout layout(image.size(), transposed, static_cast<int>(kVector));
  SegmentPlane plane(layout);
  to_segments(layout, image.plane(0), 1, plane);
  fill_halos(layout, plane);
  const auto value = [&](int line, int x) {
    line = (line + layout.lines) % layout.lines;
    x %= layout.length;
    return transposed ? image.row(0, x)[line] : image.row(0, line)[x];
  };
  for (int s = 0; s < layout.segments; ++s) {
    for (int j = -1; j <= layout.line_count(s); ++j) {
      for (int x = 0; x <= layout.length; ++x) {
        const float held = plane.row(j)[static_cast<std::size_t>(x) * kVector + static_cast<std::size_t>(s)];
        if (held != value(layout.first_line(s) + j, x)) return false;
      }
    }
  }
  return true;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

using namespace csgis;
using namespace csgis::test;

namespace csgis::detail {
HWY_EXPORT(AddSolution);
HWY_EXPORT(HalosAreRight);

ImageF add_solution(const ImageF& x, const ImageF& b, double a, bool transposed, int threads, int times) {
  return HWY_DYNAMIC_DISPATCH(AddSolution)(x, b, a, transposed, threads, times);
}
bool halos_are_right(const ImageF& image, bool transposed) {
  return HWY_DYNAMIC_DISPATCH(HalosAreRight)(image, transposed);
}
}  // namespace csgis::detail

namespace {

/// Greatest |(1/a + L) d - b| relative to the greatest |d| and the norm of the matrix, 1/a + 8: the backward error, a
/// few roundings of a float for a stable solver.
double residual(const ImageF& d, const ImageF& b, double a) {
  const int height = d.height(), width = d.width();
  double worst = 0, scale = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double here = d.row(0, y)[x];
      const double around = static_cast<double>(d.row(0, (y + 1) % height)[x]) +
                            d.row(0, (y + height - 1) % height)[x] + d.row(0, y)[(x + 1) % width] +
                            d.row(0, y)[(x + width - 1) % width];
      worst = std::max(worst, std::abs(here / a + 4 * here - around - b.row(0, y)[x]));
      scale = std::max(scale, std::abs(here));
    }
  }
  return worst / (scale * (1 / a + 8));
}

const Size kSizes[] = {{1, 1},  {1, 4},   {5, 1},   {2, 3},   {16, 16}, {17, 13},  {31, 8},
                       {32, 7}, {33, 64}, {47, 48}, {64, 64}, {65, 17}, {128, 30}, {61, 83}};

}  // namespace

TEST_CASE("the periodic solver leaves no residual, on every vector path") {
  on_every_simd_path([] {
    for (const Size size : kSizes) {
      const ImageF b = textured_image(size, 1), zero(size, 1);
      for (const double a : {0.02, 1.0, 1e4}) {
        for (const bool columns : {false, true}) {
          INFO(size.height << " x " << size.width << ", a " << a << (columns ? ", columns" : ", rows"));
          CHECK(residual(detail::add_solution(zero, b, a, columns, 1, 1), b, a) < 1e-6);
        }
      }
    }
  });
}

TEST_CASE("solutions add up over repeated use, without a trace of earlier ones") {
  on_every_simd_path([] {
    for (const Size size : kSizes) {
      INFO(size.height << " x " << size.width);
      const ImageF b = textured_image(size, 1), zero(size, 1);
      const ImageF once = detail::add_solution(zero, b, 1, false, 1, 1);
      const ImageF often = detail::add_solution(zero, b, 1, false, 2, 40);
      ImageF expected(size, 1);
      std::ranges::transform(once.samples(), expected.samples().begin(), [](float x) { return 40 * x; });
      CHECK(greatest_difference(often, expected) < 1e-4);
    }
  });
}

TEST_CASE("halos hold what stands round the torus, on every vector path") {
  on_every_simd_path([] {
    for (const Size size : kSizes) {
      INFO(size.height << " x " << size.width);
      CHECK(detail::halos_are_right(textured_image(size, 1), false));
      CHECK(detail::halos_are_right(textured_image(size, 1), true));
    }
  });
}

#endif  // HWY_ONCE
