#include "classical/pnls.h"
#include "classical/detail/group_filter.h"
#include "classical/detail/patch_groups.h"
#include "classical/detail/pnls_colour.h"
#include "tests/classical/level_images.h"
#include "tests/support/catch.h"
#include "tests/support/plain_pnls.h"
#include "tests/support/simd_paths.h"

#include <limits>

using namespace csgis;
using namespace csgis::test;

namespace {

const Execution kExact{Precision::exact, 1};
const Execution kFast{Precision::fast, 1};

const Size kSizes[] = {{1, 1}, {1, 13}, {11, 2}, {5, 7}, {8, 9}, {9, 8}, {23, 19}, {17, 41}};

const PnlsOptions kOptions[] = {{4, 9, 4, 3, 0.4}, {4, 9, 1, 1, 0.4}, {5, 9, 4, 2, 1},
                                {3, 5, 2, 2, 0.4}, {6, 15, 5, 1, 3},  {8, 13, 8, 2, 0.4}};

/// Mean of the differences, and the share of values that differ by more than 1e-5: a coefficient within rounding of the
/// threshold moves the pixels of its group.
struct Disagreement {
  double mean = 0, share = 0;
};

Disagreement disagreement(const ImageF& a, const ImageF& b) {
  REQUIRE(a.size() == b.size());
  Disagreement result;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    const double d = std::abs(static_cast<double>(a.samples()[i]) - b.samples()[i]);
    result.mean += d;
    result.share += d > 1e-5 ? 1 : 0;
  }
  result.mean /= static_cast<double>(a.samples().size());
  result.share /= static_cast<double>(a.samples().size());
  return result;
}

double roughness(const ImageF& image, int first, int last) {
  double sum = 0;
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = first + 1; x < last; ++x) sum += std::pow(image.row(c, y)[x] - image.row(c, y)[x - 1], 2);
    }
  }
  return sum;
}

/// Plane and guide of the published check of the released program, 32 x 40.
struct FormulaPlanes {
  Size size{32, 40};
  std::vector<float> plane, guide;

  FormulaPlanes() {
    const auto fraction = [](double v) { return v - std::floor(v); };
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const double u = fraction(std::sin(12.9898 * (y + 1) + 78.233 * (x + 1)) * 43758.5453);
        const double v = fraction(std::sin(39.3468 * (y + 1) + 11.135 * (x + 1)) * 24634.6345);
        plane.push_back(static_cast<float>(0.5 + 0.1 * (u - 0.5) + (x >= 20 ? 0.2 : 0)));
        guide.push_back(static_cast<float>(0.5 + 0.01 * (v - 0.5) + (x >= 20 ? 0.05 : 0)));
      }
    }
  }
};

detail::PaddedPlanes<float> padded(const std::vector<float>& plane, Size size, int margin) {
  detail::PaddedPlanes<float> out(size, 1, margin);
  for (int y = 0; y < size.height; ++y) {
    std::copy_n(plane.begin() + y * size.width, size.width, out.row(0, y));
  }
  detail::fill_margin_by_copies(out);
  return out;
}

/// The plane of the check after filtering with window 9, patch 4, threshold 0.4.
template <class T>
detail::PaddedPlanes<float> filtered_formula(int step, int iterations) {
  const FormulaPlanes input;
  const auto guide = padded(input.guide, input.size, 9);
  auto plane = padded(input.plane, input.size, 9);
  const detail::PatchGroups groups(guide, {4, 9, step}, 0.4, 1);
  detail::GroupFilter<T> filter(groups, input.size);
  for (int n = 0; n < iterations; ++n) {
    detail::fill_margin_by_copies(plane);
    filter.apply(plane, 1);
  }
  return plane;
}

template <class T>
void check_formula() {
  struct Expected {
    int step, iterations;
    double values[5];
  };
  // As the released program returned them, six digits.
  for (const Expected& expected : {Expected{4, 1, {.500063, .497584, .464774, .716267, .705387}},
                                   Expected{4, 9, {.500576, .500015, .481623, .699580, .701926}},
                                   Expected{1, 1, {.500765, .498513, .470203, .716817, .705494}}}) {
    const auto plane = filtered_formula<T>(expected.step, expected.iterations);
    const int positions[5][2] = {{0, 0}, {5, 7}, {16, 19}, {16, 20}, {31, 39}};
    for (int i = 0; i < 5; ++i) {
      INFO("step " << expected.step << ", " << expected.iterations << " iterations, value " << i);
      CHECK(plane.row(0, positions[i][0])[positions[i][1]] == Approx(expected.values[i]).margin(1.5e-6));
    }
  }
}

}  // namespace

TEST_CASE("pnls returns the published values of the released program on every vector path") {
  on_every_simd_path([] {
    check_formula<double>();
    check_formula<float>();
  });
}

TEST_CASE("exact pnls is what its definition says, at any size, on every vector path") {
  on_every_simd_path([] {
    for (const PnlsOptions& options : kOptions) {
      for (const Size size : kSizes) {
        INFO("patch " << options.patch << ", " << size.height << " x " << size.width);
        const ImageF src = level_image(size, 3, 0.05);
        CHECK(greatest_difference(pnls(src, options, kExact), plain_pnls(src, options)) < 1e-6);
      }
    }
  });
}

TEST_CASE("fast pnls is what its definition says but for single coefficients, on every vector path") {
  on_every_simd_path([] {
    for (const PnlsOptions& options : kOptions) {
      for (const Size size : kSizes) {
        INFO("patch " << options.patch << ", " << size.height << " x " << size.width);
        const ImageF src = level_image(size, 3, 0.05);
        const Disagreement d = disagreement(pnls(src, options, kFast), plain_pnls(src, options));
        CHECK(d.mean < 5e-6);
        CHECK(d.share < 0.05);
      }
    }
  });
}

TEST_CASE("the checks of pnls reject a filter that does nothing and a box blur") {
  const ImageF src = level_image({23, 19}, 3, 0.05);
  const ImageF plain = plain_pnls(src, kOptions[0]);
  CHECK(disagreement(src, plain).mean > 1e-3);
  CHECK(disagreement(box_blurred(src), plain).mean > 1e-3);
}

TEST_CASE("pnls runs grey images as R = G = B") {
  const ImageF grey = level_image({23, 30}, 1, 0.05);
  ImageF colour(grey.size(), 3);
  for (int c = 0; c < 3; ++c) std::copy_n(grey.plane(0), grey.size().pixels(), colour.plane(c));
  for (const Execution& run : {kExact, kFast}) {
    const ImageF from_grey = pnls(grey, {}, run), from_colour = pnls(colour, {}, run);
    REQUIRE(from_grey.channels() == 1);
    CHECK(std::equal(from_grey.samples().begin(), from_grey.samples().end(), from_colour.plane(0)));
  }
}

TEST_CASE("pnls keeps constants and strong edges, and weakens texture the more the greater the threshold") {
  for (const Execution& run : {kExact, kFast}) {
    ImageF flat({20, 31}, 3);
    for (int c = 0; c < 3; ++c) std::fill_n(flat.plane(c), flat.size().pixels(), 0.3F + 0.2F * static_cast<float>(c));
    CHECK(greatest_difference(pnls(flat, {}, run), flat) < 1e-5);

    const ImageF src = level_image({40, 60}, 3, 0.04);
    const ImageF weak = pnls(src, {4, 9, 4, 9, 0}, run), strong = pnls(src, {4, 9, 4, 9, 1}, run);
    CHECK(roughness(weak, 0, 12) < 0.7 * roughness(src, 0, 12));
    CHECK(roughness(strong, 0, 12) < 0.9 * roughness(weak, 0, 12));
    CHECK(strong.row(0, 20)[55] - strong.row(0, 20)[5] > 0.35);
    for (int c = 0; c < 3; ++c) CHECK(mean_of(weak, c) == Approx(mean_of(src, c)).margin(2e-3));
  }
}

TEST_CASE("pnls leaves an image alone whose guide is strongly textured everywhere") {
  const ImageF src = textured_image({40, 30}, 3, 0.5);
  ImageF inside(src.size(), 3);
  for (std::size_t i = 0; i < src.samples().size(); ++i) inside.samples()[i] = std::clamp(src.samples()[i], 0.0F, 1.0F);
  for (const Execution& run : {kExact, kFast}) CHECK(greatest_difference(pnls(inside, {}, run), inside) < 1e-4);
}

TEST_CASE("pnls gives the same bytes at any number of threads") {
  const ImageF src = level_image({211, 70}, 3, 0.05);
  for (const Precision precision : {Precision::exact, Precision::fast}) {
    const ImageF one = pnls(src, {4, 9, 4, 2, 0.4}, {precision, 1});
    for (const int threads : {2, 3}) CHECK(same_bytes(one, pnls(src, {4, 9, 4, 2, 0.4}, {precision, threads})));
  }
}

TEST_CASE("pnls names what it refuses") {
  ImageF src = level_image({12, 15}, 3);
  CHECK_THROWS_WITH(pnls(src, {4, 9, 5, 1, 0.4}), ContainsSubstring("step 5") && ContainsSubstring("at most 4"));
  CHECK_THROWS_WITH(pnls(src, {4, 8, 4, 1, 0.4}), ContainsSubstring("window 8 must be odd"));
  CHECK_THROWS_WITH(pnls(src, {8, 11, 4, 1, 0.4}), ContainsSubstring("window 11") && ContainsSubstring("at least 13"));
  CHECK_THROWS_WITH(pnls(src, {2, 9, 1, 1, 0.4}), ContainsSubstring("patch is 2"));
  CHECK_THROWS_WITH(pnls(src, {4, 9, 4, 0, 0.4}), ContainsSubstring("iterations is 0"));
  CHECK_THROWS_AS(pnls(ImageF()), InvalidArgument);
  CHECK_THROWS_WITH(pnls(ImageF({4, 4}, 2)), ContainsSubstring("2 channels"));
  src.row(1, 2)[3] = 1.25F;
  CHECK_THROWS_WITH(pnls(src), ContainsSubstring("1.25") && ContainsSubstring("--normalise"));
  src.row(1, 2)[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(pnls(src), ContainsSubstring("row 2, column 3, channel 1"));
}

TEST_CASE("search windows are walked ring by ring, along top, right, bottom and left") {
  const std::vector<detail::Offset> expected{{-1, -1}, {-1, 0}, {-1, 1}, {0, 1}, {1, 1}, {1, 0}, {1, -1}, {0, -1}};
  CHECK(detail::ring_order(3) == expected);
  const std::vector<detail::Offset> order = detail::ring_order(9);
  CHECK(order.size() == 80);
  CHECK(order[8] == detail::Offset{-2, -2});
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(!(order[i] == order[j]));
  }
}

TEST_CASE("lists of smallest values treat ties as the released program does") {
  detail::SmallestValues<4> smallest(99);
  const auto list = [&] {
    std::string text;
    for (int i = 0; i < 4; ++i) text += std::to_string(smallest.item(i)) + " ";
    return text;
  };
  CHECK(list() == "99 99 99 99 ");
  smallest.offer(5, 0);
  smallest.offer(3, 1);
  smallest.offer(8, 2);
  CHECK(list() == "1 0 2 99 ");
  smallest.offer(5, 3);  // equal to an inner one: dropped
  CHECK(list() == "1 0 2 99 ");
  smallest.offer(3, 4);  // equal to the first: in front of it
  CHECK(list() == "4 1 0 2 ");
  smallest.offer(8, 5);  // equal to the last: skipped
  CHECK(list() == "4 1 0 2 ");
  smallest.offer(4, 6);
  CHECK(list() == "4 1 6 0 ");
  CHECK(smallest.value(2) == 4);
}

TEST_CASE("margins of pnls are copied blocks") {
  detail::PaddedPlanes<float> plane({1, 5}, 1, 3);
  for (int x = 0; x < 5; ++x) plane.row(0, 0)[x] = static_cast<float>(x);
  detail::fill_margin_by_copies(plane);
  const float expected[] = {0, 1, 2, 0, 1, 2, 3, 4, 2, 3, 4};
  for (int y = -3; y < 4; ++y) CHECK(std::equal(std::begin(expected), std::end(expected), plane.row(0, y) - 3));

  detail::PaddedPlanes<float> narrow({1, 2}, 1, 3);
  narrow.row(0, 0)[1] = 1;
  detail::fill_margin_by_copies(narrow);
  const float repeated[] = {0, 1, 0, 0, 1, 1, 0, 1};
  CHECK(std::equal(std::begin(repeated), std::end(repeated), narrow.row(0, 0) - 3));
}

TEST_CASE("the colours of pnls: white, black, dark values, and back") {
  using detail::lab_from_rgb;
  const auto white = lab_from_rgb({1, 1, 1});
  CHECK(white[0] == Approx(100).margin(1e-4));
  CHECK(white[1] == Approx(0).margin(1e-3));
  CHECK(white[2] == Approx(0).margin(1e-3));
  CHECK(lab_from_rgb({0, 0, 0})[0] == 0);
  CHECK(lab_from_rgb({0.005, 0.005, 0.005})[0] == Approx(903.3 * 0.005).margin(1e-6));
  for (double r = 0; r <= 1; r += 0.125) {
    for (double g = 0; g <= 1; g += 0.125) {
      for (double b = 0; b <= 1; b += 0.125) {
        const auto back = detail::rgb_from_lab(lab_from_rgb({r, g, b}));
        CHECK(back[0] == Approx(r).margin(5e-5));
        CHECK(back[1] == Approx(g).margin(5e-5));
        CHECK(back[2] == Approx(b).margin(5e-5));
      }
    }
  }
  CHECK(detail::opponent_guide({1, 0, 0}) == 1);
  CHECK(detail::opponent_guide({0, 1, 0}) == 0.5);
  CHECK(detail::exact_level(51.0F / 255) == 51.0 / 255);
  CHECK(detail::exact_level(0.2001F) == static_cast<double>(0.2001F));
}
