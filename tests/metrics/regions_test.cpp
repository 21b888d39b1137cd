/// Measures on label maps, and errors against several ground truths.

#include "metrics/regions.h"
#include "metrics/metric_table.h"
#include "metrics/psnr.h"
#include "metrics/weighted_error.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace csgis;

namespace {

constexpr Size kSize{40, 60};

/// Two regions, 0 and 1, with a boundary between columns 29 and 30; if asked for, void in the lowest 8 rows.
LabelMap two_regions(bool with_void) {
  LabelMap labels(kSize);
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) labels.row(y)[x] = with_void && y >= 32 ? 255 : x >= 30;
  }
  return labels;
}

/// The regions at 60 and 180, with a checkerboard of this amplitude.
Image8 scene(int amplitude, int left = 60, int right = 180) {
  Image8 image(kSize, 1);
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const int texture = (x / 2 + y / 2) % 2 == 0 ? amplitude : -amplitude;
      *image.at(y, x) = static_cast<std::uint8_t>((x < 30 ? left : right) + texture);
    }
  }
  return image;
}

ScoredPair pair_of(const Image8& pred, const Image8& photo, const LabelMap& labels) {
  return {pred, {}, {}, &labels, ScoredImage(photo)};
}

}  // namespace

TEST_CASE("flatness is the share of flat pixels inside regions, void left out") {
  const LabelMap labels = two_regions(false), with_void = two_regions(true);
  Image8 image = scene(0);
  CHECK(region_flatness({image, {}, {}, &labels, {}}) == 1);
  CHECK(region_flatness({scene(20), {}, {}, &labels, {}}) < 0.01);
  for (int x = 0; x < kSize.width; ++x) *image.at(38, x) = x % 2 == 0 ? 0 : 255;
  CHECK(region_flatness({image, {}, {}, &labels, {}}) < 1);
  CHECK(region_flatness({image, {}, {}, &with_void, {}}) == 1);
  CHECK_THROWS_WITH(region_flatness({image, {}, {}, nullptr, {}}), ContainsSubstring("needs a label map"));
  const LabelMap small(Size{4, 4}), none = [] {
    LabelMap map(kSize);
    for (int y = 0; y < kSize.height; ++y) std::fill_n(map.row(y), kSize.width, std::uint8_t{255});
    return map;
  }();
  CHECK_THROWS_WITH(region_flatness({image, {}, {}, &small, {}}), ContainsSubstring("4x4 for an image of 40x60"));
  CHECK_THROWS_WITH(region_flatness({image, {}, {}, &none, {}}), ContainsSubstring("no pixel lies inside"));
}

TEST_CASE("detail-removed is 0 for the photo, 3/4 at half the amplitude, 1 when regions are flat") {
  const LabelMap labels = two_regions(true);
  const Image8 photo = scene(40), half = scene(20), flat = scene(0), more = scene(50);
  CHECK(detail_removed(pair_of(photo, photo, labels)) == 0);
  CHECK(detail_removed(pair_of(more, photo, labels)) < 0);
  // What is left of the edge between the regions 4 pixels away belongs to both energies.
  const double edge = 1 - detail_removed(pair_of(flat, photo, labels));
  CHECK(edge > 0);
  CHECK(edge < 0.1);
  CHECK(detail_removed(pair_of(half, photo, labels)) == Approx(0.75 * (1 - edge)).margin(0.02));
  const Image8 uniform = scene(0, 90, 90);
  CHECK_THROWS_WITH(detail_removed(pair_of(photo, uniform, labels)), ContainsSubstring("photo has no detail"));
  CHECK_THROWS_WITH(detail_removed({photo, photo, {}, &labels, {}}), ContainsSubstring("needs the photo"));
}

TEST_CASE("boundary-kept is the share of the gradient left, and sharpening earns nothing") {
  const LabelMap labels = two_regions(false), one(kSize);
  const Image8 photo = scene(0, 60, 180), weaker = scene(0, 90, 150), stronger = scene(0, 20, 220);
  CHECK(boundary_kept(pair_of(photo, photo, labels)) == 1);
  CHECK(boundary_kept(pair_of(weaker, photo, labels)) == Approx(0.5));
  CHECK(boundary_kept(pair_of(stronger, photo, labels)) == 1);
  CHECK_THROWS_WITH(boundary_kept(pair_of(photo, photo, one)), ContainsSubstring("no edges"));
}

TEST_CASE("wmae and wrmse weigh several ground truths") {
  const Image8 pred = scene(0, 100, 100), first = scene(0, 97, 97), second = scene(0, 110, 110);
  const ScoredPair pair{pred, {}, {{first, 0.75}, {second, 0.25}}, nullptr, {}};
  CHECK(weighted_mae(pair) == Approx(0.75 * 3 + 0.25 * 10).epsilon(1e-14));
  CHECK(weighted_rmse(pair) == Approx(std::sqrt(0.75 * 9 + 0.25 * 100)).epsilon(1e-14));
  CHECK(weighted_mae({pred, second, {}, nullptr, {}}) == mean_absolute_error(pred, second));
  CHECK_THROWS_WITH(weighted_mae({pred, {}, {{first, -0.5}}, nullptr, {}}), ContainsSubstring("weight -0.5"));
  CHECK_THROWS_WITH(weighted_mae({pred, {}, {}, nullptr, {}}), ContainsSubstring("needs a ground truth"));
  CHECK_THROWS_WITH(find_metric("psnr").of(pair), ContainsSubstring("several"));
  CHECK(find_metric("mae").score(pred, first) == 3);
}
