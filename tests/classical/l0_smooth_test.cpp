#include "classical/l0_smooth.h"
#include "tests/classical/test_images.h"
#include "tests/classical/torus_twin.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

const Execution kExact{Precision::exact, 1};
const Execution kFast{Precision::fast, 1};

/// The definition with dense systems instead of transforms.
ImageF l0_twin(const ImageF& src, const L0Options& options) {
  const Torus torus{src.size()};
  std::vector<std::vector<double>> input, s;
  for (int c = 0; c < src.channels(); ++c) input.push_back(plane_of(src, c));
  s = input;
  for (double beta = 2 * options.lambda; beta < 1e5; beta *= options.kappa) {
    DenseTorusSystem system(torus, beta);
    std::vector<double> strength(src.size().pixels());
    for (int p = 0; p < torus.count(); ++p) {
      for (const auto& plane : s)
        Torus::at(strength, p) += std::pow(torus.dx(plane, p), 2) + std::pow(torus.dy(plane, p), 2);
    }
    for (std::size_t c = 0; c < s.size(); ++c) {
      std::vector<double> h(strength.size()), v(strength.size());
      for (int p = 0; p < torus.count(); ++p) {
        if (Torus::at(strength, p) < options.lambda / beta) continue;
        Torus::at(h, p) = torus.dx(s[c], p);
        Torus::at(v, p) = torus.dy(s[c], p);
      }
      std::vector<double> right_side = torus.adjoint(h, v);
      for (std::size_t i = 0; i < right_side.size(); ++i) right_side[i] = input[c][i] + beta * right_side[i];
      s[c] = system.solve(std::move(right_side));
    }
  }
  ImageF result(src.size(), src.channels());
  for (int c = 0; c < src.channels(); ++c) store(s[static_cast<std::size_t>(c)], result, c);
  return result;
}

/// What the filter reduces, with gradients below 1e-3 counted as none.
double l0_energy(const ImageF& s, const ImageF& input, double lambda) {
  const Torus torus{s.size()};
  double energy = 0;
  std::vector<double> strength(s.size().pixels());
  for (int c = 0; c < s.channels(); ++c) {
    const std::vector<double> plane = plane_of(s, c), from = plane_of(input, c);
    for (int p = 0; p < torus.count(); ++p) {
      energy += std::pow(Torus::at(plane, p) - Torus::at(from, p), 2);
      Torus::at(strength, p) += std::pow(torus.dx(plane, p), 2) + std::pow(torus.dy(plane, p), 2);
    }
  }
  for (const double x : strength) energy += x > 1e-6 ? lambda : 0;
  return energy;
}

const Size kSizes[] = {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {3, 5}, {5, 3}, {7, 13}, {8, 8}, {17, 11}, {4, 37}};

}  // namespace

TEST_CASE("exact l0 solves the dense systems of the definition") {
  for (const Size size : kSizes) {
    for (const int channels : {1, 3}) {
      INFO(size.height << " x " << size.width << " x " << channels);
      const ImageF src = textured_image(size, channels);
      CHECK(greatest_difference(l0_smooth(src, {}, kExact), l0_twin(src, {})) < 1e-6);
    }
  }
}

TEST_CASE("fast l0 solves the dense systems of the definition on every vector path") {
  on_every_simd_path([] {
    for (const Size size : kSizes) {
      for (const int channels : {1, 3}) {
        INFO(size.height << " x " << size.width << " x " << channels);
        const ImageF src = textured_image(size, channels);
        CHECK(greatest_difference(l0_smooth(src, {}, kFast), l0_twin(src, {})) < 1e-5);
      }
    }
  });
}

TEST_CASE("fast l0 agrees with exact l0 on sizes with every kind of factor and segment") {
  on_every_simd_path([] {
    for (const Size size : {Size{31, 33}, {32, 64}, {33, 47}, {64, 48}, {79, 113}, {107, 30}, {16, 127}, {130, 17}}) {
      INFO(size.height << " x " << size.width);
      // Strong edges and weak texture: no gradient comes near a threshold, where float and double would part.
      const ImageF src = textured_image(size, 3, 0.02);
      CHECK(greatest_difference(l0_smooth(src, {}, kFast), l0_smooth(src, {}, kExact)) < 1e-4);
    }
  });
}

TEST_CASE("the checks of l0 reject a filter that does nothing and a box blur") {
  const ImageF src = textured_image({17, 11}, 3);
  const ImageF twin = l0_twin(src, {});
  CHECK(greatest_difference(src, twin) > 1e-2);
  CHECK(greatest_difference(box_blurred(src), twin) > 1e-2);
  CHECK(l0_energy(box_blurred(src), src, 0.01) > l0_energy(l0_smooth(src, {}, kFast), src, 0.01));
}

TEST_CASE("l0 keeps constants, means and strong edges, and removes texture") {
  for (const Execution& run : {kExact, kFast}) {
    ImageF flat({20, 31}, 3);
    std::ranges::fill(flat.samples(), 0.37F);
    CHECK(greatest_difference(l0_smooth(flat, {}, run), flat) < 1e-6);

    const ImageF src = textured_image({40, 50}, 3);
    const ImageF smoothed = l0_smooth(src, {}, run);
    for (int c = 0; c < 3; ++c) CHECK(mean_of(smoothed, c) == Approx(mean_of(src, c)).margin(2e-6));
    CHECK(std::abs(smoothed.row(0, 20)[5] - smoothed.row(0, 20)[6]) < 1e-3);
    CHECK(smoothed.row(0, 20)[40] - smoothed.row(0, 20)[5] > 0.35);
    CHECK(l0_energy(smoothed, src, 0.01) < 0.5 * l0_energy(src, src, 0.01));
  }
}

TEST_CASE("l0 treats rows and columns alike") {
  for (const Execution& run : {kExact, kFast}) {
    const ImageF src = textured_image({24, 35}, 3, 0.02);
    CHECK(greatest_difference(transposed(l0_smooth(src, {}, run)), l0_smooth(transposed(src), {}, run)) < 1e-4);
  }
}

TEST_CASE("l0 with a vanishing weight is the identity") {
  const ImageF src = textured_image({19, 23}, 3);
  for (const Execution& run : {kExact, kFast}) CHECK(greatest_difference(l0_smooth(src, {1e-9, 2}, run), src) < 1e-4);
}

TEST_CASE("l0 gives the same bytes at any number of threads") {
  const ImageF src = textured_image({143, 97}, 3);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    const ImageF one = l0_smooth(src, {}, {precision, 1});
    for (const int threads : {2, 3}) CHECK(same_bytes(one, l0_smooth(src, {}, {precision, threads})));
  }
}

TEST_CASE("l0 names what it refuses") {
  ImageF src = textured_image({5, 6}, 3);
  CHECK_THROWS_WITH(l0_smooth(src, {0, 2}), ContainsSubstring("lambda is 0"));
  CHECK_THROWS_WITH(l0_smooth(src, {0.01, 1}), ContainsSubstring("kappa is 1"));
  src.row(1, 2)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(l0_smooth(src), ContainsSubstring("row 2, column 3, channel 1"));
  CHECK_THROWS_AS(l0_smooth(ImageF()), InvalidArgument);
  CHECK_THROWS_WITH(l0_smooth(ImageF({4, 4}, 2)), ContainsSubstring("2 channels"));
}
