#include "classical/rtv.h"

#include "core/error.h"
#include "tests/classical/dense_system.h"
#include "tests/classical/test_images.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

constexpr Execution kExact{Precision::exact, 1};

using Plane = std::vector<double>;

/// The definition with the blur as one direct sum and a dense solve.
class Twin {
 public:
  Twin(const ImageF& src, const RtvOptions& options) : size_(src.size()), options_(options) {
    for (int c = 0; c < src.channels(); ++c) input_.emplace_back(src.plane(c), src.plane(c) + size_.pixels());
  }

  ImageF run() const {
    std::vector<Plane> x = input_;
    double sigma = options_.sigma;
    for (int pass = 0; pass < options_.iterations; ++pass) {
      x = solve(x, sigma);
      sigma = std::max(sigma / 2, 0.5);
    }
    ImageF out(size_, static_cast<int>(x.size()));
    for (int c = 0; c < out.channels(); ++c) {
      std::copy(x[static_cast<std::size_t>(c)].begin(), x[static_cast<std::size_t>(c)].end(), out.plane(c));
    }
    return out;
  }

 private:
  std::size_t at(int y, int x) const { return static_cast<std::size_t>(y * size_.width + x); }
  double dx(const Plane& p, int y, int x) const { return x + 1 < size_.width ? p[at(y, x + 1)] - p[at(y, x)] : 0; }
  double dy(const Plane& p, int y, int x) const { return y + 1 < size_.height ? p[at(y + 1, x)] - p[at(y, x)] : 0; }

  Plane blurred(const Plane& p, double sigma) const {
    const int r = (static_cast<int>(std::lround(5 * sigma)) | 1) / 2;
    const auto tap = [&](int m) { return std::exp(-m * m / (2 * sigma * sigma)); };
    double norm = 0;
    for (int m = -r; m <= r; ++m) norm += tap(m);
    Plane out(p.size());
    for (int y = 0; y < size_.height; ++y) {
      for (int x = 0; x < size_.width; ++x) {
        for (int v = std::max(-r, -y); v <= std::min(r, size_.height - 1 - y); ++v) {
          for (int u = std::max(-r, -x); u <= std::min(r, size_.width - 1 - x); ++u) {
            out[at(y, x)] += tap(u) * tap(v) / (norm * norm) * p[at(y + v, x + u)];
          }
        }
      }
    }
    return out;
  }

  std::vector<Plane> solve(const std::vector<Plane>& x, double sigma) const {
    std::vector<Plane> b;
    for (const Plane& channel : x) b.push_back(blurred(channel, sigma));
    DenseSystem system(static_cast<int>(size_.pixels()));
    const double channels = static_cast<double>(x.size());
    for (int row = 0; row < size_.height; ++row) {
      for (int column = 0; column < size_.width; ++column) {
        double length = 0, across = 0, along = 0;
        for (std::size_t c = 0; c < x.size(); ++c) {
          length += std::hypot(dx(x[c], row, column), dy(x[c], row, column)) / channels;
          across += std::abs(dx(b[c], row, column)) / channels;
          along += std::abs(dy(b[c], row, column)) / channels;
        }
        const double local = options_.lambda / 2 / std::max(length, options_.sharpness);
        const int here = row * size_.width + column;
        if (column + 1 < size_.width) system.add_edge(here, here + 1, local / std::max(across, 0.001));
        if (row + 1 < size_.height) system.add_edge(here, here + size_.width, local / std::max(along, 0.001));
      }
    }
    return system.solve(input_);
  }

  Size size_;
  RtvOptions options_;
  std::vector<Plane> input_;
};

const std::vector<Size> kSizes = {{1, 1}, {1, 2}, {2, 1}, {1, 19}, {19, 1}, {5, 7}, {13, 11}, {17, 23}};

/// What the twin tests accept as rtv at all.
bool is_rtv(const ImageF& result, const ImageF& src) {
  return greatest_difference(result, Twin(src, {}).run()) < 1e-3;
}

}  // namespace

TEST_CASE("rtv equals its dense twin", "[classical][rtv]") {
  for (const Size size : kSizes) {
    for (const int channels : {1, 3}) {
      for (const RtvOptions& options : {RtvOptions{}, RtvOptions{0.04, 5, 0.02, 2}, RtvOptions{0.01, 0.6, 0.005, 3}}) {
        INFO(fmt::format("{}x{}x{} lambda {}", size.height, size.width, channels, options.lambda));
        const ImageF src = textured_image(size, channels);
        const ImageF twin = Twin(src, options).run();
        CHECK(greatest_difference(rtv_smooth(src, options, kExact), twin) < 2e-7);
        CHECK(greatest_difference(rtv_smooth(src, options), twin) < 1e-3);
      }
    }
  }
}

TEST_CASE("rtv: the twin takes neither the identity nor a box blur for rtv", "[classical][rtv]") {
  const ImageF src = textured_image({17, 23}, 3);
  CHECK(is_rtv(rtv_smooth(src), src));
  CHECK_FALSE(is_rtv(src, src));
  CHECK_FALSE(is_rtv(box_blurred(src), src));
}

TEST_CASE("rtv keeps constants, ignores lambda 0, follows a transposition, removes texture", "[classical][rtv]") {
  for (const Execution& run : {kExact, Execution{}}) {
    const double tolerance = run.precision == Precision::exact ? 2e-7 : 1e-3;
    ImageF flat({40, 31}, 3);
    std::ranges::fill(flat.samples(), 0.4F);
    CHECK(greatest_difference(rtv_smooth(flat, {}, run), flat) < 1e-6);

    const ImageF src = textured_image({45, 38}, 3);
    CHECK(greatest_difference(rtv_smooth(src, {0, 3, 0.02, 4}, run), src) < 1e-6);
    CHECK(greatest_difference(transposed(rtv_smooth(src, {}, run)), rtv_smooth(transposed(src), {}, run)) < tolerance);
    const ImageF weak = rtv_smooth(src, {0.005, 3, 0.02, 4}, run), strong = rtv_smooth(src, {0.03, 3, 0.02, 4}, run);
    CHECK(total_variation(weak) < total_variation(src));
    CHECK(total_variation(strong) < total_variation(weak));
    const auto [least, greatest] = std::ranges::minmax(src.samples());
    for (const float value : strong.samples()) CHECK((value > least - 1e-4F && value < greatest + 1e-4F));
  }
}

TEST_CASE("rtv: fast agrees with exact on every SIMD target", "[classical][rtv]") {
  for (const int channels : {1, 3}) {
    const ImageF src = textured_image({121, 150}, channels);
    const ImageF exact = rtv_smooth(src, {}, kExact);
    on_every_simd_path([&] { CHECK(psnr_between(rtv_smooth(src), exact) > 80); });
  }
}

TEST_CASE("rtv: same bytes at any thread count, input untouched, report filled", "[classical][rtv]") {
  const ImageF src = textured_image({131, 67}, 3);
  const ImageF copy = src.clone();
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    SolveReport report;
    const ImageF one = rtv_smooth(src, {}, {precision, 1}, &report);
    CHECK(report.iterations > 4);
    CHECK(report.residual > 0);
    CHECK(report.residual < 1e-3);
    for (const int threads : {2, 3}) CHECK(same_bytes(one, rtv_smooth(src, {}, {precision, threads})));
  }
  CHECK(same_bytes(src, copy));
}

TEST_CASE("rtv refuses bad options, bad values, and says when it cannot solve", "[classical][rtv]") {
  ImageF src = textured_image({20, 30}, 3);
  CHECK_THROWS_AS(rtv_smooth(src, {-1, 3, 0.02, 4}), UsageError);
  CHECK_THROWS_AS(rtv_smooth(src, {0.01, 0, 0.02, 4}), UsageError);
  CHECK_THROWS_AS(rtv_smooth(src, {0.01, 3, 0, 4}), UsageError);
  CHECK_THROWS_AS(rtv_smooth(src, {0.01, 3, 0.02, 0}), UsageError);
  CHECK_THROWS_AS(rtv_smooth(ImageF({4, 4}, 2)), InvalidArgument);
  std::ranges::fill(src.samples(), 3e38F);
  src.row(0, 3)[4] = -3e38F;
  CHECK_THROWS_AS(rtv_smooth(src), DataError);
  src.row(1, 2)[5] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(rtv_smooth(src), ContainsSubstring("row 2") && ContainsSubstring("column 5"));
}
