#include "imaging/convert.h"
#include "metrics/fsim.h"
#include "metrics/psnr.h"
#include "metrics/ssim.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace csgis;
using csgis::test::on_every_simd_path;

namespace {

Image8 pattern(Size size, int channels, int seed) {
  Image8 image(size, channels);
  std::uint32_t value = static_cast<std::uint32_t>(seed);
  for (std::uint8_t& sample : image.samples()) {
    value = (value * 1103515245 + 12345) & 0x7fffffff;
    sample = static_cast<std::uint8_t>(value >> 16);
  }
  return image;
}

/// The definition, window by window, over windows whose centres lie at least `inset` from the border; values outside
/// count as 0.
double plain_ssim(const Image8& a, const Image8& b, int inset, double covariance_factor = 1) {
  double weights[11], total = 0, sum = 0;
  for (int i = 0; i < 11; ++i) total += weights[i] = std::exp(-(i - 5) * (i - 5) / 4.5);
  int windows = 0;
  for (int c = 0; c < a.channels(); ++c) {
    for (int y = inset; y < a.height() - inset; ++y) {
      for (int x = inset; x < a.width() - inset; ++x, ++windows) {
        double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
        for (int v = std::max(0, y - 5); v <= std::min(a.height() - 1, y + 5); ++v) {
          for (int u = std::max(0, x - 5); u <= std::min(a.width() - 1, x + 5); ++u) {
            const double w = weights[v - y + 5] * weights[u - x + 5] / (total * total);
            const double p = a.at(v, u)[c] / 255.0, q = b.at(v, u)[c] / 255.0;
            ma += w * p, mb += w * q, aa += w * p * p, bb += w * q * q, ab += w * p * q;
          }
        }
        const double variances = covariance_factor * (aa - ma * ma + bb - mb * mb);
        const double covariance = covariance_factor * (ab - ma * mb);
        sum += (2 * ma * mb + 1e-4) * (2 * covariance + 9e-4) / ((ma * ma + mb * mb + 1e-4) * (variances + 9e-4));
      }
    }
  }
  return sum / windows;
}

using Metric = double (*)(const ScoredImage&, const ScoredImage&);
const Metric kMetrics[] = {
    psnr, mean_squared_error, mean_absolute_error, ssim_csgis, ssim_wang_rgb, ssim_skimage, ms_ssim, fsim, fsimc};

}  // namespace

TEST_CASE("psnr of a known difference") {
  Image8 a({2, 3}, 3), b({2, 3}, 3);
  b.samples()[4] = 18;  // MSE 18^2 / 18 = 18
  CHECK(psnr(a, b) == Approx(10 * std::log10(255.0 * 255.0 / 18)).epsilon(1e-14));
  CHECK(psnr(a, b) == psnr(b, a));
  CHECK(std::isinf(psnr(a, a)));
}

TEST_CASE("psnr does not overflow on black against white") {
  Image8 black({500, 400}, 3), white({500, 400}, 3);
  for (std::uint8_t& sample : white.samples()) sample = 255;
  CHECK(psnr(black, white) == 0);
}

TEST_CASE("mae and mse of a known difference") {
  Image8 a({2, 3}, 3), b({2, 3}, 3);
  b.samples()[4] = 18;
  b.samples()[9] = 6;
  CHECK(mean_absolute_error(a, b) == 24.0 / 18);
  CHECK(mean_squared_error(a, b) == 360.0 / 18);
}

TEST_CASE("brightness is rounded halves to even, and studio levels end at 16 and 235") {
  Image8 image({1, 2}, 3);
  image.at(0, 0)[0] = 50;  // 14.95
  image.samples()[3] = image.samples()[4] = image.samples()[5] = 255;
  const ScoredImage scored(image);
  double row[2];
  scored.read_luma(0, 0, 2, LumaForm::full, row);
  CHECK(row[0] == Approx(14.95));
  scored.read_luma(0, 0, 2, LumaForm::rounded, row);
  CHECK(row[0] == 15);
  scored.read_luma(0, 0, 2, LumaForm::studio, row);
  CHECK(row[0] == Approx(16 + 65.481 * 50 / 255));
  CHECK(row[1] == Approx(235));
}

TEST_CASE("ssim is its definition at every size, on every vector path") {
  for (const Size size :
       {Size{1, 1}, Size{1, 9}, Size{4, 3}, Size{11, 11}, Size{13, 30}, Size{40, 17}, Size{12, 131}, Size{29, 203}}) {
    for (const int channels : {1, 3}) {
      INFO(size.height << " x " << size.width << " x " << channels);
      const Image8 a = pattern(size, channels, 1), b = pattern(size, channels, 2);
      on_every_simd_path([&] {
        // The published window, which the function has, misses the sum 1 by 7e-8.
        CHECK(ssim_csgis(a, b) == Approx(plain_ssim(a, b, 0)).epsilon(0).margin(1e-5));
        CHECK(ssim_csgis(a, b) == ssim_csgis(b, a));
        CHECK(ssim_csgis(a, a) == 1);
        if (std::min(size.height, size.width) < 11) return;
        CHECK(ssim_wang_rgb(a, b) == Approx(plain_ssim(a, b, 5)).epsilon(0).margin(1e-11));
        CHECK(ssim_skimage(a, b) == Approx(plain_ssim(a, b, 5, 121.0 / 120)).epsilon(0).margin(1e-11));
        if (channels == 1) {
          CHECK(ssim_wang_luma(a, b, LumaForm::full) == Approx(plain_ssim(a, b, 5)).epsilon(0).margin(1e-11));
        }
      });
    }
  }
}

TEST_CASE("float images score as the bytes they hold, and by what lies between") {
  const Image8 a = pattern({180, 190}, 3, 1), b = pattern({180, 190}, 3, 2);
  const ImageF af = to_float(a), bf = to_float(b);
  for (const Metric metric : kMetrics) CHECK(metric(af, bf) == Approx(metric(a, b)).epsilon(1e-6));
  ImageF between = to_float(a);
  between.row(0, 0)[0] += 0.25F / 255;
  CHECK(mean_squared_error(between, a) == Approx(0.0625 / static_cast<double>(a.samples().size())).epsilon(1e-3));
}

TEST_CASE("fsim and fsimc are 1 for equal images, fall with noise, and tell colours apart only with c") {
  const Image8 noise = pattern({60, 70}, 3, 1);
  Image8 image({60, 70}, 3), grey({60, 70}, 3);
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 70; ++x) {
      const bool inside = std::hypot(x - 30, y - 28) < 17;
      std::uint8_t* const pixel = image.at(y, x);
      pixel[0] = inside ? 200 : 40, pixel[1] = 90, pixel[2] = inside ? 60 : 120;
      const double luma = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
      std::fill_n(grey.at(y, x), 3, static_cast<std::uint8_t>(std::lround(luma)));
    }
  }
  Image8 dirty = image.clone();
  for (std::size_t i = 0; i < dirty.samples().size(); ++i)
    dirty.samples()[i] = static_cast<std::uint8_t>(dirty.samples()[i] + noise.samples()[i] / 8);
  CHECK(fsim(image, image) == Approx(1).epsilon(1e-14));
  CHECK(fsimc(image, image) == Approx(1).epsilon(1e-14));
  CHECK(fsim(dirty, image) < 0.95);
  CHECK(fsim(dirty, image) > fsim(noise, image));
  CHECK(fsim(grey, image) > 0.999);
  CHECK(fsimc(grey, image) < 0.99);
  const Image8 flat({60, 70}, 3);
  CHECK_THROWS_WITH(fsim(flat, flat), ContainsSubstring("structure"));
}

TEST_CASE("metrics refuse images of different shape, without pixels, or with NaN") {
  const Image8 a({4, 5}, 3), b({5, 4}, 3), c({4, 5}, 1), none;
  ImageF nan({4, 5}, 3);
  nan.row(1, 2)[3] = std::numeric_limits<float>::quiet_NaN();
  for (const Metric metric : kMetrics) {
    CHECK_THROWS_AS(metric(a, b), InvalidArgument);
    CHECK_THROWS_AS(metric(a, c), InvalidArgument);
    CHECK_THROWS_AS(metric(none, none), InvalidArgument);
    CHECK_THROWS_WITH(metric(nan, a), ContainsSubstring("row 2"));
  }
  const Image8 narrow({10, 400}, 3), small({175, 400}, 3);
  CHECK_THROWS_WITH(ssim_wang_rgb(narrow, narrow), ContainsSubstring("at least 11 pixels"));
  CHECK_THROWS_WITH(ms_ssim(small, small), ContainsSubstring("at least 176 pixels"));
}
