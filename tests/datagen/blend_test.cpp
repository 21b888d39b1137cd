#include "datagen/blend.h"
#include "core/random.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace csgis;

namespace {

Image8 random_image(Size size, std::uint64_t seed) {
  Image8 image(size, 3);
  Random random(seed, "test", "image");
  for (std::uint8_t& value : image.samples()) value = static_cast<std::uint8_t>(random.below(256));
  return image;
}

Image8 filled(Size size, std::uint8_t value) {
  Image8 image(size, 3);
  for (std::uint8_t& sample : image.samples()) sample = value;
  return image;
}

/// The definition, value by value, in exact arithmetic: every quantity is a whole number of thousandths.
Image8 slow_blend(const Image8& gt, const Image8& texture, bool swapped) {
  const auto grey = [&](int y, int x) {
    const std::uint8_t* p = texture.at(y % texture.height(), x % texture.width());
    return swapped ? 299LL * p[2] + 587 * p[1] + 114 * p[0] : 299LL * p[0] + 587 * p[1] + 114 * p[2];
  };
  const auto area = static_cast<long long>(gt.size().pixels());
  long long sum = 0;
  for (int y = 0; y < gt.height(); ++y) {
    for (int x = 0; x < gt.width(); ++x) sum += grey(y, x);
  }
  Image8 out(gt.size(), 3);
  for (int y = 0; y < gt.height(); ++y) {
    for (int x = 0; x < gt.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        // numerator / (1000 * area) is the exact result; round it to nearest, ties to even.
        const long long unit = 1000 * area;
        const long long numerator = 1000 * area * gt.at(y, x)[c] + grey(y, x) * area - sum;
        long long whole = numerator / unit, rest = numerator % unit;
        if (rest < 0) {
          rest += unit;
          --whole;
        }
        const bool up = 2 * rest > unit || (2 * rest == unit && whole % 2 != 0);
        out.at(y, x)[c] = static_cast<std::uint8_t>(std::clamp(whole + (up ? 1 : 0), 0LL, 255LL));
      }
    }
  }
  return out;
}

bool equal(const Image8& a, const Image8& b) {
  return a.size() == b.size() && std::equal(a.samples().begin(), a.samples().end(), b.samples().begin());
}

}  // namespace

TEST_CASE("blend_additive equals the definition for textures of every kind of size") {
  const std::vector<Size> sizes{{1, 1}, {1, 7}, {9, 1}, {5, 6}, {13, 17}, {32, 31}};
  std::uint64_t seed = 0;
  for (const Size gt_size : sizes) {
    for (const Size texture_size : sizes) {
      CAPTURE(gt_size.height, gt_size.width, texture_size.height, texture_size.width);
      const Image8 gt = random_image(gt_size, ++seed), texture = random_image(texture_size, ++seed);
      CHECK(equal(blend_additive(gt, GreyTexture(texture, Luma::rec601)), slow_blend(gt, texture, false)));
      CHECK(equal(blend_additive(gt, GreyTexture(texture, Luma::reference)), slow_blend(gt, texture, true)));
    }
  }
}

TEST_CASE("sums that end in one half go to the even neighbour") {
  // Two grey levels, one apart, in equal parts: every offset is +-0.5.
  Image8 texture(Size{1, 2}, 3);
  for (int c = 0; c < 3; ++c) texture.at(0, 1)[c] = 1;
  Image8 gt(Size{1, 4}, 3);
  for (int x = 0; x < 4; ++x) {
    for (int c = 0; c < 3; ++c) gt.at(0, x)[c] = static_cast<std::uint8_t>(100 + x / 2);
  }
  const Image8 blend = blend_additive(gt, GreyTexture(texture, Luma::rec601));
  CHECK(int{blend.at(0, 0)[0]} == 100);  //  99.5
  CHECK(int{blend.at(0, 1)[0]} == 100);  // 100.5
  CHECK(int{blend.at(0, 2)[0]} == 100);  // 100.5
  CHECK(int{blend.at(0, 3)[0]} == 102);  // 101.5
}

TEST_CASE("a constant texture adds nothing, strength scales what is added") {
  const Image8 gt = random_image({8, 9}, 3);
  CHECK(equal(blend_additive(gt, GreyTexture(filled({3, 4}, 77), Luma::rec601)), gt));

  const Image8 grey = filled({16, 16}, 128);
  const Image8 texture = random_image({16, 16}, 4);
  const auto spread = [&](double strength) {
    double sum = 0;
    const Image8 blend = blend_additive(grey, GreyTexture(texture, Luma::rec601), strength);
    for (const std::uint8_t v : blend.samples()) {
      sum += (v - 128.0) * (v - 128.0);
    }
    return std::sqrt(sum);
  };
  CHECK(spread(0.5) == Approx(0.5 * spread(1)).epsilon(0.02));
}

TEST_CASE("mean_thousandths is the mean over the tiled canvas") {
  const Image8 texture = random_image({5, 7}, 9);
  const GreyTexture grey(texture, Luma::rec601);
  for (const Size canvas : {Size{1, 1}, Size{5, 7}, Size{4, 20}, Size{23, 3}, Size{50, 71}}) {
    long long sum = 0;
    for (int y = 0; y < canvas.height; ++y) {
      for (int x = 0; x < canvas.width; ++x) sum += grey.row(y % 5)[x % 7];
    }
    CHECK(grey.mean_thousandths(canvas) == static_cast<double>(sum) / static_cast<double>(canvas.pixels()));
  }
}
