/// Scores of candidates without ground truth.

#include "metrics/screening.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <limits>

using namespace csgis;

namespace {

constexpr Size kSize{64, 96};

/// Two regions, their boundary between columns 47 and 48, under a checkerboard of single pixels.
Image8 scene(int left, int right, int amplitude, int channels = 1) {
  Image8 image(kSize, channels);
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const int value = (x < 48 ? left : right) + ((x + y) % 2 == 0 ? amplitude : -amplitude);
      std::fill_n(image.at(y, x), channels, static_cast<std::uint8_t>(value));
    }
  }
  return image;
}

}  // namespace

TEST_CASE("screening prefers the clean scene to the photo, to half the texture and to no edge") {
  const Screening screening(scene(60, 180, 20));
  const ScreeningScore clean = screening.score(scene(60, 180, 0)), half = screening.score(scene(60, 180, 10)),
                       photo = screening.score(scene(60, 180, 20)), empty = screening.score(scene(120, 120, 0));
  CHECK(clean.flatness > 0.99);
  CHECK(clean.edges > 0.9);
  CHECK(clean.total > half.total);
  CHECK(half.total > photo.total);
  CHECK(photo.edges == 1);
  CHECK(empty.flatness == Approx(1).epsilon(1e-6));
  CHECK(empty.edges == 0);
  CHECK(screening.score(scene(20, 220, 0)).edges == Approx(1).margin(0.01));  // sharpening earns nothing
}

TEST_CASE("the total is the mean of both parts, weighted by area") {
  const Screening screening(scene(60, 180, 20));
  const ScreeningScore score = screening.score(scene(70, 150, 5));
  const double share = screening.edge_share();
  CHECK(share > 0.05);
  CHECK(share < 0.5);
  CHECK(score.total == Approx(share * score.edges + (1 - share) * score.flatness));
}

TEST_CASE("flatness is one half where the variance is C2") {
  // A checkerboard of single pixels has the variance of its squared amplitude: 58.5225 is 7.65 squared, so 8 gives
  // 58.5225 / (58.5225 + 64).
  const Screening screening(scene(100, 100, 0));
  CHECK(screening.edge_share() == 0);
  const ScreeningScore score = screening.score(scene(100, 100, 8));
  CHECK(score.flatness == Approx(58.5225 / 122.5225).epsilon(0.01));
  CHECK(score.total == score.flatness);
  CHECK(score.edges == 1);
}

TEST_CASE("ease is the flatness of the photo itself") {
  const Image8 busy = scene(60, 180, 30), calm = scene(60, 180, 4);
  CHECK(Screening(busy).ease() == Approx(Screening(busy).score(busy).flatness));
  CHECK(Screening(calm).ease() > Screening(busy).ease() + 0.3);
}

TEST_CASE("boundaries of labels count as structure however weak the photo is there") {
  LabelMap labels(kSize), wrong(Size{4, 4});
  for (int y = 0; y < kSize.height; ++y) std::fill_n(labels.row(y) + 48, 48, std::uint8_t{7});
  const Image8 photo = scene(100, 104, 0), lost = scene(102, 102, 0);
  const Screening blind(photo), seeing(photo, &labels);
  CHECK(blind.edge_share() == 0);
  CHECK(seeing.edge_share() == Approx(8.0 / 96));  // columns 46..49 have both labels within 2; 2 more on each side
  CHECK(blind.score(lost).total == Approx(1).epsilon(1e-5));
  CHECK(seeing.score(lost).edges == 0);
  CHECK(seeing.score(photo).edges == 1);
  CHECK_THROWS_WITH(Screening(photo, &wrong), ContainsSubstring("a label map of 4x4"));
}

TEST_CASE("grey and three equal channels score the same, float like bytes") {
  const ScreeningScore grey = Screening(scene(60, 180, 20)).score(scene(60, 180, 5));
  const ScreeningScore colour = Screening(scene(60, 180, 20, 3)).score(scene(60, 180, 5, 3));
  CHECK(grey.total == Approx(colour.total).epsilon(1e-9));
  CHECK(grey.edges == Approx(colour.edges).epsilon(1e-9));
  ImageF values(kSize, 1);
  const Image8 bytes = scene(60, 180, 5);
  for (std::size_t i = 0; i < values.samples().size(); ++i) values.samples()[i] = bytes.samples()[i] / 255.0F;
  CHECK(Screening(scene(60, 180, 20)).score(values).total == Approx(grey.total).epsilon(1e-4));
}

TEST_CASE("screening refuses what it cannot compare, and takes a single pixel") {
  const Screening screening(scene(60, 180, 20));
  CHECK_THROWS_WITH(screening.score(scene(60, 180, 0, 3)), ContainsSubstring("64x96x3 for a photo of 64x96x1"));
  const Image8 none, transparent(kSize, 4);
  CHECK_THROWS_AS(Screening{none}, InvalidArgument);
  CHECK_THROWS_WITH(Screening{transparent}, ContainsSubstring("1 or 3 channels"));
  ImageF nan(kSize, 1);
  nan.samples()[5] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(screening.score(nan), InvalidArgument);
  const Image8 pixel(Size{1, 1}, 3);
  CHECK(Screening(pixel).score(pixel).total == 1);
}
