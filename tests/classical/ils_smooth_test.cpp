#include "classical/ils_smooth.h"
#include "tests/classical/test_images.h"
#include "tests/classical/torus_twin.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <functional>
#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

const Execution kExact{Precision::exact, 1};
const Execution kFast{Precision::fast, 1};

/// Both versions behind one face: what a test needs to know of each.
struct Ils {
  const char* name;
  double lambda, curvature;
  int iterations;
  std::function<double(double)> slope;  ///< Derivative of the penalty.
  std::function<double(double)> penalty;
  std::function<ImageF(const ImageF&, const Execution&)> smooth;
};

std::vector<Ils> both_versions() {
  const IlsWelschOptions welsch;
  const double g = 2 * welsch.gamma * welsch.gamma;
  const IlsLnormOptions lnorm;
  const double p = lnorm.p, eps = lnorm.eps;
  return {{"welsch", welsch.lambda, 2, welsch.iterations, [=](double d) { return 2 * d * std::exp(-d * d / g); },
           [=](double d) { return g * (1 - std::exp(-d * d / g)); },
           [](const ImageF& src, const Execution& run) { return ils_welsch_smooth(src, {}, run); }},
          {"lnorm", lnorm.lambda, p * std::pow(eps, p / 2 - 1), lnorm.iterations,
           [=](double d) { return p * d * std::pow(d * d + eps, p / 2 - 1); },
           [=](double d) { return std::pow(d * d + eps, p / 2); },
           [](const ImageF& src, const Execution& run) { return ils_lnorm_smooth(src, {}, run); }}};
}

/// The definition with a dense system instead of transforms.
ImageF ils_twin(const ImageF& src, const Ils& ils) {
  const Torus torus{src.size()};
  DenseTorusSystem system(torus, ils.curvature * ils.lambda / 2);
  ImageF result(src.size(), src.channels());
  for (int c = 0; c < src.channels(); ++c) {
    std::vector<double> u = plane_of(src, c);
    for (int i = 0; i < ils.iterations; ++i) {
      std::vector<double> h(u.size()), v(u.size());
      for (int p = 0; p < torus.count(); ++p) {
        const double dx = torus.dx(u, p), dy = torus.dy(u, p);
        Torus::at(h, p) = ils.curvature * dx - ils.slope(dx);
        Torus::at(v, p) = ils.curvature * dy - ils.slope(dy);
      }
      std::vector<double> right_side = torus.adjoint(h, v);
      for (std::size_t k = 0; k < u.size(); ++k) right_side[k] = u[k] + ils.lambda / 2 * right_side[k];
      u = system.solve(std::move(right_side));
    }
    store(u, result, c);
  }
  return result;
}

double penalty_of(const ImageF& image, const Ils& ils) {
  const Torus torus{image.size()};
  double sum = 0;
  for (int c = 0; c < image.channels(); ++c) {
    const std::vector<double> plane = plane_of(image, c);
    for (int p = 0; p < torus.count(); ++p) sum += ils.penalty(torus.dx(plane, p)) + ils.penalty(torus.dy(plane, p));
  }
  return sum;
}

const Size kSizes[] = {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {3, 5}, {7, 13}, {8, 8}, {17, 11}, {4, 37}};

}  // namespace

TEST_CASE("exact ils solves the dense systems of the definition") {
  for (const Ils& ils : both_versions()) {
    for (const Size size : kSizes) {
      INFO(ils.name << " " << size.height << " x " << size.width);
      const ImageF src = textured_image(size, 3);
      CHECK(greatest_difference(ils.smooth(src, kExact), ils_twin(src, ils)) < 1e-6);
    }
  }
}

TEST_CASE("fast ils solves the dense systems of the definition on every vector path") {
  on_every_simd_path([] {
    for (const Ils& ils : both_versions()) {
      for (const Size size : kSizes) {
        INFO(ils.name << " " << size.height << " x " << size.width);
        const ImageF src = textured_image(size, 1);
        CHECK(greatest_difference(ils.smooth(src, kFast), ils_twin(src, ils)) < 2e-6);
      }
    }
  });
}

TEST_CASE("fast ils agrees with exact ils on sizes with every kind of factor and segment") {
  on_every_simd_path([] {
    for (const Ils& ils : both_versions()) {
      for (const Size size : {Size{31, 33}, {32, 64}, {33, 47}, {64, 48}, {79, 113}, {107, 30}, {16, 127}, {130, 17}}) {
        INFO(ils.name << " " << size.height << " x " << size.width);
        const ImageF src = textured_image(size, 3);
        CHECK(greatest_difference(ils.smooth(src, kFast), ils.smooth(src, kExact)) < 3e-6);
      }
    }
  });
}

TEST_CASE("the checks of ils reject a filter that does nothing and a box blur") {
  for (const Ils& ils : both_versions()) {
    const ImageF src = textured_image({17, 11}, 3), twin = ils_twin(src, ils);
    CHECK(greatest_difference(src, twin) > 1e-2);
    CHECK(greatest_difference(box_blurred(src), twin) > 1e-2);
  }
}

TEST_CASE("ils keeps constants and means, and lowers its penalty") {
  for (const Ils& ils : both_versions()) {
    for (const Execution& run : {kExact, kFast}) {
      INFO(ils.name);
      ImageF flat({20, 31}, 3);
      std::ranges::fill(flat.samples(), 0.37F);
      CHECK(greatest_difference(ils.smooth(flat, run), flat) < 1e-6);

      const ImageF src = textured_image({40, 50}, 3);
      const ImageF smoothed = ils.smooth(src, run);
      for (int c = 0; c < 3; ++c) CHECK(mean_of(smoothed, c) == Approx(mean_of(src, c)).margin(2e-6));
      CHECK(penalty_of(smoothed, ils) < 0.7 * penalty_of(src, ils));
    }
  }
}

TEST_CASE("ils treats rows and columns alike") {
  const ImageF src = textured_image({24, 35}, 3);
  for (const Ils& ils : both_versions()) {
    for (const Execution& run : {kExact, kFast}) {
      CHECK(greatest_difference(transposed(ils.smooth(src, run)), ils.smooth(transposed(src), run)) < 2e-6);
    }
  }
}

TEST_CASE("ils with a vanishing weight is the identity") {
  const ImageF src = textured_image({19, 23}, 3);
  for (const Execution& run : {kExact, kFast}) {
    CHECK(greatest_difference(ils_welsch_smooth(src, {1e-9, 0.04, 10}, run), src) < 1e-6);
    CHECK(greatest_difference(ils_lnorm_smooth(src, {1e-9, 0.8, 1e-4, 4}, run), src) < 1e-6);
  }
}

TEST_CASE("ils gives the same bytes at any number of threads") {
  const ImageF src = textured_image({143, 97}, 3);
  for (const Ils& ils : both_versions()) {
    for (const Precision precision : {Precision::exact, Precision::fast}) {
      const ImageF one = ils.smooth(src, {precision, 1});
      for (const int threads : {2, 3}) CHECK(same_bytes(one, ils.smooth(src, {precision, threads})));
    }
  }
}

TEST_CASE("ils names what it refuses") {
  ImageF src = textured_image({5, 6}, 3);
  CHECK_THROWS_WITH(ils_welsch_smooth(src, {30, 0, 10}), ContainsSubstring("gamma is 0"));
  CHECK_THROWS_WITH(ils_lnorm_smooth(src, {1, 3, 1e-4, 4}), ContainsSubstring("p is 3"));
  src.row(1, 2)[3] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH(ils_welsch_smooth(src), ContainsSubstring("row 2, column 3, channel 1"));
  CHECK_THROWS_AS(ils_lnorm_smooth(ImageF()), InvalidArgument);
}
