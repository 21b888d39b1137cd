#include "classical/sdf.h"
#include "classical/wls.h"
#include "core/error.h"
#include "tests/classical/dense_system.h"
#include "tests/classical/test_images.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

constexpr Execution kExact{Precision::exact, 1};

using Pixel = std::array<double, 3>;

Pixel lab_of(const Pixel& rgb) {
  Pixel linear{}, t{};
  for (std::size_t c = 0; c < 3; ++c) {
    const double l = rgb[c] > -0.099 ? std::pow((rgb[c] + 0.099) / 1.099, 1 / 0.45) : 0;
    linear[c] = l < 0.018 ? rgb[c] / 4.5138 : l;
  }
  const double m[3][3] = {{0.412453220144, 0.357579581294, 0.180422589971},
                          {0.212671121341, 0.715159205311, 0.072168776776},
                          {0.019333816462, 0.119193540207, 0.950226922290}};
  const double white[3] = {0.950456, 1, 1.088754};
  for (std::size_t k = 0; k < 3; ++k) {
    const double a = (m[k][0] * linear[0] + m[k][1] * linear[1] + m[k][2] * linear[2]) / white[k];
    t[k] = a < 0.008856 ? a * 841 / 108 + 4.0 / 29 : std::cbrt(a);
  }
  return {116 * t[1] - 16, 500 * (t[0] - t[1]), 200 * (t[1] - t[2])};
}

struct Edge {
  int p, q;
  double weight;
};

/// The definition, edge by edge, with dense systems.
class Twin {
 public:
  Twin(const ImageF& src, int nei) : size_(src.size()), channels_(src.channels()) {
    for (int c = 0; c < channels_; ++c) input_.emplace_back(src.plane(c), src.plane(c) + size_.pixels());
    for (int y = 0; y < size_.height; ++y) {
      for (int x = 0; x < size_.width; ++x) {
        join(y, x, y, x + 1);
        join(y, x, y + 1, x);
        if (nei == 1) {
          join(y, x, y + 1, x + 1);
          join(y, x, y + 1, x - 1);
        }
      }
    }
  }

  ImageF sdf(const SdfOptions& options) const {
    const std::vector<double> still = weights(input_, options.mu);
    std::vector<std::vector<double>> u(input_.size(), std::vector<double>(size_.pixels(), 1.0));
    for (int step = 0; step < options.steps; ++step) {
      std::vector<double> both = weights(u, options.nu);
      for (std::size_t e = 0; e < both.size(); ++e) both[e] *= still[e];
      u = solve(both, options.lambda);
    }
    return to_image(u);
  }

  ImageF wls(const WlsOptions& options) const { return to_image(solve(weights(input_, options.mu), options.lambda)); }

  /// |u - f|^2 + lambda sum w (u_p - u_q)^2 with the weights of f.
  double wls_energy(const ImageF& u, const WlsOptions& options) const {
    const std::vector<double> w = weights(input_, options.mu);
    double energy = 0;
    for (int c = 0; c < channels_; ++c) {
      const float* plane = u.plane(c);
      for (std::size_t i = 0; i < size_.pixels(); ++i) {
        energy += std::pow(static_cast<double>(plane[i]) - input_[static_cast<std::size_t>(c)][i], 2);
      }
      for (std::size_t e = 0; e < edges_.size(); ++e) {
        const double difference = static_cast<double>(plane[edges_[e].p]) - static_cast<double>(plane[edges_[e].q]);
        energy += options.lambda * w[e] * difference * difference;
      }
    }
    return energy;
  }

 private:
  void join(int y, int x, int v, int u) {
    if (v < size_.height && u >= 0 && u < size_.width) {
      edges_.push_back({y * size_.width + x, v * size_.width + u, 0});
    }
  }

  std::vector<double> weights(const std::vector<std::vector<double>>& image, double k) const {
    const auto value = [&](int i) {
      Pixel pixel{};
      for (std::size_t c = 0; c < image.size(); ++c) pixel[c] = image[c][static_cast<std::size_t>(i)];
      return channels_ == 3 ? lab_of(pixel) : pixel;
    };
    std::vector<double> distances;
    for (const Edge& edge : edges_) {
      const Pixel a = value(edge.p), b = value(edge.q);
      distances.push_back(std::pow(a[0] - b[0], 2) + std::pow(a[1] - b[1], 2) + std::pow(a[2] - b[2], 2));
    }
    if (distances.empty()) return distances;
    const auto [least, greatest] = std::ranges::minmax(distances);
    for (double& d : distances) {
      const double normalised = greatest == least ? least : (d - least) / (greatest - least);
      d = std::exp(-k * normalised) + 1e-5;
    }
    return distances;
  }

  std::vector<std::vector<double>> solve(const std::vector<double>& weights, double lambda) const {
    DenseSystem system(static_cast<int>(size_.pixels()));
    for (std::size_t e = 0; e < edges_.size(); ++e) system.add_edge(edges_[e].p, edges_[e].q, lambda * weights[e]);
    return system.solve(input_);
  }

  ImageF to_image(const std::vector<std::vector<double>>& u) const {
    ImageF image(size_, channels_);
    for (int c = 0; c < channels_; ++c) {
      std::copy(u[static_cast<std::size_t>(c)].begin(), u[static_cast<std::size_t>(c)].end(), image.plane(c));
    }
    return image;
  }

  Size size_;
  int channels_;
  std::vector<std::vector<double>> input_;
  std::vector<Edge> edges_;
};

const std::vector<Size> kSizes = {{1, 1}, {1, 2}, {2, 1}, {1, 19}, {19, 1}, {5, 7}, {13, 11}, {17, 23}};

bool is_sdf(const ImageF& result, const ImageF& src) {
  return greatest_difference(result, Twin(src, 1).sdf({})) < 2e-3;
}

bool is_wls(const ImageF& result, const ImageF& src) {
  return greatest_difference(result, Twin(src, 1).wls({})) < 1e-3;
}

}  // namespace

TEST_CASE("sdf equals its dense twin", "[classical][sdf]") {
  for (const Size size : kSizes) {
    for (const int channels : {1, 3}) {
      for (const SdfOptions& options : {SdfOptions{}, SdfOptions{0, 5, 100, 100, 3}, SdfOptions{1, 10, 60, 30, 1}}) {
        INFO(fmt::format("{}x{}x{} nei {} steps {}", size.height, size.width, channels, options.nei, options.steps));
        const ImageF src = textured_image(size, channels);
        const ImageF twin = Twin(src, options.nei).sdf(options);
        CHECK(greatest_difference(sdf_smooth(src, options, kExact), twin) < 1e-6);
        CHECK(greatest_difference(sdf_smooth(src, options), twin) < 2e-3);
      }
    }
  }
}

TEST_CASE("wls equals its dense twin", "[classical][wls]") {
  for (const Size size : kSizes) {
    for (const int channels : {1, 3}) {
      for (const WlsOptions& options : {WlsOptions{}, WlsOptions{0, 50, 100}}) {
        INFO(fmt::format("{}x{}x{} nei {}", size.height, size.width, channels, options.nei));
        const ImageF src = textured_image(size, channels);
        const ImageF twin = Twin(src, options.nei).wls(options);
        CHECK(greatest_difference(wls_smooth(src, options, kExact), twin) < 2e-7);
        CHECK(greatest_difference(wls_smooth(src, options), twin) < 2e-4);
      }
    }
  }
}

TEST_CASE("sdf and wls: the twins take neither the identity nor a box blur for them", "[classical][sdf][wls]") {
  const ImageF src = textured_image({17, 23}, 3);
  CHECK(is_sdf(sdf_smooth(src), src));
  CHECK(is_wls(wls_smooth(src), src));
  CHECK_FALSE(is_sdf(src, src));
  CHECK_FALSE(is_wls(src, src));
  const ImageF blurred = box_blurred(src);
  CHECK_FALSE(is_sdf(blurred, src));
  CHECK_FALSE(is_wls(blurred, src));
}

TEST_CASE("wls is one step of sdf but for the weight of a constant guide", "[classical][sdf][wls]") {
  const ImageF src = textured_image({30, 21}, 3);
  const ImageF one_step = sdf_smooth(src, {1, 20, 400, 400, 1}, kExact);
  CHECK(greatest_difference(one_step, wls_smooth(src, {1, 20 * (1 + 1e-5), 400}, kExact)) < 2e-7);
}

TEST_CASE("wls: its energy falls, and any other image has more", "[classical][wls]") {
  const ImageF src = textured_image({24, 31}, 3);
  const Twin twin(src, 1);
  const WlsOptions options{1, 30, 200};
  for (const Execution& run : {kExact, Execution{}}) {
    ImageF result = wls_smooth(src, options, run);
    const double energy = twin.wls_energy(result, options);
    CHECK(energy < 0.9 * twin.wls_energy(src, options));
    result.row(1, 10)[15] += 0.01F;
    CHECK(twin.wls_energy(result, options) > energy);
    result.row(1, 10)[15] -= 0.02F;
    CHECK(twin.wls_energy(result, options) > energy);
  }
}

TEST_CASE("sdf and wls keep constants, ignore lambda 0, follow a transposition", "[classical][sdf][wls]") {
  for (const Execution& run : {kExact, Execution{}}) {
    for (const int channels : {1, 3}) {
      ImageF flat({40, 31}, channels);
      std::ranges::fill(flat.samples(), 0.4F);
      CHECK(greatest_difference(sdf_smooth(flat, {}, run), flat) < 1e-6);
      CHECK(greatest_difference(wls_smooth(flat, {}, run), flat) < 1e-6);

      const ImageF src = textured_image({45, 38}, channels);
      CHECK(greatest_difference(sdf_smooth(src, {1, 0, 50, 400, 2}, run), src) < 1e-6);
      CHECK(greatest_difference(wls_smooth(src, {1, 0, 400}, run), src) < 1e-6);
      const double tolerance = run.precision == Precision::exact ? 1e-6 : 2e-3;
      CHECK(greatest_difference(transposed(sdf_smooth(src, {}, run)), sdf_smooth(transposed(src), {}, run)) <
            tolerance);
      CHECK(greatest_difference(transposed(wls_smooth(src, {}, run)), wls_smooth(transposed(src), {}, run)) <
            tolerance);
      CHECK(total_variation(sdf_smooth(src, {}, run)) < 0.7 * total_variation(src));
      CHECK(total_variation(sdf_smooth(src, {1, 10, 50, 400, 3}, run)) <
            total_variation(sdf_smooth(src, {1, 1, 50, 400, 3}, run)));
      CHECK(total_variation(wls_smooth(src, {1, 100, 400}, run)) < total_variation(wls_smooth(src, {1, 5, 400}, run)));
    }
  }
}

TEST_CASE("sdf and wls: fast agrees with exact on every SIMD target", "[classical][sdf][wls]") {
  for (const int channels : {1, 3}) {
    const ImageF src = textured_image({91, 110}, channels);
    const ImageF sdf = sdf_smooth(src, {}, kExact), wls = wls_smooth(src, {}, kExact);
    on_every_simd_path([&] {
      CHECK(psnr_between(sdf_smooth(src), sdf) > 75);
      CHECK(psnr_between(wls_smooth(src), wls) > 80);
    });
  }
}

TEST_CASE("sdf and wls: same bytes at any thread count, report filled", "[classical][sdf][wls]") {
  const ImageF src = textured_image({131, 67}, 3);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    SolveReport sdf_report, wls_report;
    const ImageF sdf = sdf_smooth(src, {}, {precision, 1}, &sdf_report);
    const ImageF wls = wls_smooth(src, {}, {precision, 1}, &wls_report);
    CHECK(sdf_report.iterations > 10);
    CHECK(wls_report.iterations > 10);
    CHECK((sdf_report.residual > 0 && sdf_report.residual < 1e-3));
    CHECK((wls_report.residual > 0 && wls_report.residual < 1e-2));
    for (const int threads : {2, 3}) {
      CHECK(same_bytes(sdf, sdf_smooth(src, {}, {precision, threads})));
      CHECK(same_bytes(wls, wls_smooth(src, {}, {precision, threads})));
    }
  }
}

TEST_CASE("sdf and wls refuse bad options and bad values, and say when they cannot solve", "[classical][sdf][wls]") {
  ImageF src = textured_image({20, 30}, 1);
  CHECK_THROWS_AS(sdf_smooth(src, {2, 3, 50, 400, 10}), UsageError);
  CHECK_THROWS_AS(sdf_smooth(src, {1, -3, 50, 400, 10}), UsageError);
  CHECK_THROWS_AS(sdf_smooth(src, {1, 3, 50, 400, 0}), UsageError);
  CHECK_THROWS_AS(wls_smooth(src, {1, 1000, -1}), UsageError);
  CHECK_THROWS_AS(wls_smooth(ImageF({4, 4}, 2)), InvalidArgument);
  src.row(0, 3)[4] = 3e38F;
  CHECK_THROWS_AS(sdf_smooth(src), DataError);
  CHECK_THROWS_AS(wls_smooth(src), DataError);
  src.row(0, 2)[5] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH(sdf_smooth(src), ContainsSubstring("row 2") && ContainsSubstring("column 5"));
  CHECK_THROWS_WITH(wls_smooth(src), ContainsSubstring("row 2") && ContainsSubstring("column 5"));
}
