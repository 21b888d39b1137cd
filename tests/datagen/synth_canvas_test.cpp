#include "core/random.h"
#include "datagen/detail/canvas.h"
#include "datagen/detail/development.h"
#include "datagen/detail/glyphs.h"
#include "datagen/detail/pen.h"
#include "tests/support/catch.h"

#include <cmath>
#include <numbers>

using namespace csgis;
using namespace csgis::synth;

namespace {

const Paint kWhite = Paint::flat(grey(1));

int red(const Image8& image, int y, int x) {
  return image.at(y, x)[0];
}

/// Area in pixels of what is white on black.
double white_area(const Canvas& canvas) {
  const Image8 image = canvas.to_image();
  double sum = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) sum += red(image, y, x) / 255.0;
  }
  return sum;
}

}  // namespace

TEST_CASE("a rectangle between pixel corners covers each pixel by its exact share") {
  Canvas canvas(Size{5, 6});
  canvas.fill(Path().rect(1.25F, 1.5F, 4.0F, 3.0F), {}, kWhite);
  const Image8 image = canvas.to_image();
  // Column 1 is covered by 3/4, row 1 by 1/2: 255 * 0.375 = 95.6, 255 * 0.75 = 191.25, 255 * 0.5 = 127.5.
  const int expected[5][6] = {
      {0, 0, 0, 0, 0, 0}, {0, 96, 128, 128, 0, 0}, {0, 191, 255, 255, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}};
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 6; ++x) {
      CAPTURE(y, x);
      CHECK(red(image, y, x) == expected[y][x]);
    }
  }
}

TEST_CASE("the area of a circle is right within half a percent") {
  for (const float r : {3.0F, 7.3F, 25.0F, 90.0F}) {
    Canvas canvas(Size{200, 200});
    canvas.fill(Path().circle({99.6F, 100.3F}, r), {}, kWhite);
    CAPTURE(r);
    CHECK(white_area(canvas) == Approx(std::numbers::pi * static_cast<double>(r * r)).epsilon(0.005));
  }
}

TEST_CASE("a turned rectangle keeps its area and shallow edges have no steps") {
  Canvas canvas(Size{100, 100});
  const Affine map = Affine::translation({50, 50}) * Affine::rotation(0.013F);
  canvas.fill(Path().rect(-30, -20, 30, 20), map, kWhite);
  CHECK(white_area(canvas) == Approx(2400).epsilon(0.002));
  const Image8 image = canvas.to_image();
  for (int x = 26; x < 74; ++x) {  // along the upper edge the column sums fall or rise by the slope, never in jumps
    int here = 0, next = 0;
    for (int y = 20; y < 50; ++y) {
      here += red(image, y, x);
      next += red(image, y, x + 1);
    }
    const double slope = std::tan(2 * std::numbers::pi * 0.013) * 255;
    CHECK(std::abs(next - here) == Approx(slope).margin(2));
  }
}

TEST_CASE("shapes beyond the image are cut, not wrapped or folded") {
  Canvas canvas(Size{20, 30});
  canvas.fill(Path().circle({0, 10}, 6), {}, kWhite);                        // half on the left
  canvas.fill(Path().rect(25, -50, 500, 5), {}, kWhite);                     // over the upper right corner
  canvas.fill(Path().polygon({{-9, 30}, {40, 30}, {15, 90}}), {}, kWhite);   // below
  canvas.fill(Path().polygon({{-90, 5}, {-5, 10}, {-90, 15}}), {}, kWhite);  // left of it
  CHECK(white_area(canvas) == Approx(std::numbers::pi * 18 + 25).epsilon(0.005));
}

TEST_CASE("overlapping contours make one shape and holes are cut out whatever their direction") {
  Canvas canvas(Size{40, 40});
  canvas.fill(Path().rect(5, 5, 20, 20).polygon({{10, 10}, {10, 30}, {30, 30}, {30, 10}}), {}, kWhite);
  CHECK(white_area(canvas) == Approx(225 + 400 - 100));

  Canvas ring(Size{40, 40});
  ring.fill(Path().rect(5, 5, 25, 25).rect(10, 10, 20, 20).as_hole(),
            Affine::translation({30, 0}) * Affine::scaling(-1, 1), kWhite);
  CHECK(white_area(ring) == Approx(400 - 100));
}

TEST_CASE("a stroke is as wide as asked, has round ends and does not thicken at its bends") {
  Canvas line(Size{40, 60});
  line.stroke(Path().line({10, 20}, {50, 20}), {}, 3, kWhite);
  CHECK(white_area(line) == Approx(40 * 3 + std::numbers::pi * 2.25).epsilon(0.01));

  Canvas circle(Size{100, 100});
  circle.stroke(Path().circle({50, 50}, 30), {}, 1.5F, kWhite);
  CHECK(white_area(circle) == Approx(2 * std::numbers::pi * 30 * 1.5).epsilon(0.01));

  Canvas corner(Size{60, 60});
  corner.stroke(Path().polyline({{10, 10}, {40, 10}, {40, 40}}), {}, 4, kWhite);
  // Two bars of 30 x 4 overlapping in 2 x 2, a quarter disc at the outer corner, two half discs at the ends.
  CHECK(white_area(corner) == Approx(240 - 4 + 1.25 * std::numbers::pi * 4).epsilon(0.01));
}

TEST_CASE("hairlines keep their area") {
  Canvas canvas(Size{40, 60});
  canvas.stroke(Path().line({5, 7}, {55, 31}), {}, 0.5F, kWhite);
  const double length_px = std::sqrt(50.0 * 50 + 24 * 24);
  CHECK(white_area(canvas) == Approx(0.5 * length_px).epsilon(0.02));
}

TEST_CASE("gradients reach their end colours where they were put") {
  Canvas canvas(Size{10, 100});
  canvas.fill(Path().rect(0, 0, 100, 10), {}, Paint::linear({20, 0}, {80, 0}, grey(0.2F), grey(0.8F)));
  const Image8 image = canvas.to_image();
  CHECK(red(image, 5, 3) == 51);
  CHECK(red(image, 5, 97) == 204);
  CHECK(red(image, 5, 50) == Approx(128).margin(2));

  Canvas disc(Size{100, 100});
  disc.fill(Path().rect(0, 0, 100, 100), {}, Paint::radial({50, 50}, 40, 20, grey(1), grey(0)));
  const Image8 spot = disc.to_image();
  CHECK(red(spot, 50, 50) > 245);
  CHECK(red(spot, 50, 70) == Approx(128).margin(4));  // half way out along x ...
  CHECK(red(spot, 60, 50) == Approx(128).margin(8));  // ... and along y
  CHECK(red(spot, 95, 50) == 0);
}

TEST_CASE("a pixel belongs to an object that covers more than half of it, whatever the number of parts") {
  Canvas canvas(Size{4, 8});
  LabelMap labels(canvas.size());
  canvas.fill(Path().rect(0, 0, 8, 4), {}, Paint::flat(grey(0.5F)));  // background: belongs to nobody
  canvas.begin_object();
  canvas.fill(Path().rect(1, 1, 2.4F, 2), {}, kWhite);
  canvas.fill(Path().rect(4, 1, 4.4F, 2), {}, kWhite);
  canvas.fill(Path().rect(4.6F, 1, 5, 2), {}, kWhite);
  canvas.end_object(7, labels);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 8; ++x) {
      CAPTURE(y, x);
      // Pixel 2 is covered by 0.4; pixel 4 by 0.4 twice, 1 - 0.6 * 0.6 = 0.64.
      CHECK(static_cast<int>(labels.row(y)[x]) == (y == 1 && (x == 1 || x == 4) ? 7 : 0));
    }
  }
}

TEST_CASE("a shadow takes away its colour's strength times its area, however soft its border") {
  for (const int blur_px : {0, 1, 5}) {
    Canvas canvas(Size{80, 100});
    canvas.fill(Path().rect(0, 0, 100, 80), {}, kWhite);
    canvas.begin_shadow();
    canvas.fill(Path().circle({50, 40}, 15), {}, Paint::flat(rgb(0xFF0000)));  // its colour does not matter ...
    canvas.fill(Path().circle({52, 40}, 12), {}, kWhite);                      // ... and overlaps do not add
    canvas.end_shadow(blur_px, grey(0).with_alpha(0.5F));
    CAPTURE(blur_px);
    CHECK(8000 - white_area(canvas) == Approx(0.5 * std::numbers::pi * 15 * 15).epsilon(0.02));
    const Image8 image = canvas.to_image();
    CHECK(red(image, 40, 50) == 128);
    CHECK(red(image, 40, 34 - 2 * blur_px) == 255);
    CHECK((blur_px == 0 || red(image, 40, 34) < 255));
  }
}

TEST_CASE("a shadow is no part of the object drawn next") {
  Canvas canvas(Size{10, 20});
  LabelMap labels(canvas.size());
  canvas.begin_shadow();
  canvas.fill(Path().rect(0, 0, 8, 8), {}, kWhite);
  canvas.end_shadow(1, grey(0).with_alpha(1));
  canvas.begin_object();
  canvas.fill(Path().rect(10, 0, 14, 8), {}, kWhite);
  canvas.end_object(3, labels);
  for (int x = 0; x < 20; ++x) CHECK(static_cast<int>(labels.row(4)[x]) == (x >= 10 && x < 14 ? 3 : 0));
}

TEST_CASE("wobble bends outlines by no more than its amplitude, those of neighbours alike") {
  Random random(3, "wobble", "");
  Canvas canvas(Size{120, 160});
  canvas.set_wobble({3, 20}, random);
  canvas.fill(Path().rect(-20, -20, 80, 140), {}, kWhite);
  canvas.fill(Path().rect(80, -20, 180, 140), {}, kWhite);
  canvas.fill(Path().rect(40, 40, 120, 80), {}, Paint::flat(grey(0)));
  const Image8 image = canvas.to_image();
  double least = 1e9, most = 0;
  for (int x = 50; x < 110; ++x) {
    double black = 0;
    for (int y = 0; y < 120; ++y) {
      black += (255 - red(image, y, x)) / 255.0;
      const bool deep_inside = y > 44 && y < 76, far_outside = y < 36 || y > 84;
      CHECK((!deep_inside || red(image, y, x) == 0));
      // Two coverages a and 1 - a on black leave a (1 - a) of it: at most a quarter, where the white halves meet.
      CHECK((!far_outside || red(image, y, x) >= 190));
    }
    least = std::min(least, black);
    most = std::max(most, black);
  }
  CHECK(most - least > 0.8);
}

namespace {

/// A grey ramp from left to right with a dark square on it.
Canvas ramp() {
  Canvas canvas(Size{60, 240});
  canvas.fill(Path().rect(0, 0, 240, 60), {}, Paint::linear({0, 0}, {240, 0}, grey(0.1F), grey(0.9F)));
  canvas.fill(Path().rect(100, 20, 120, 40), {}, Paint::flat(grey(0.05F)));
  return canvas;
}

}  // namespace

TEST_CASE("a neutral development changes nothing, a grey one takes the colour") {
  Random random(4, "development", "");
  Canvas plain = ramp(), developed = ramp();
  develop(developed, {}, random);
  const Image8 a = plain.to_image(), b = developed.to_image();
  CHECK(std::equal(a.samples().begin(), a.samples().end(), b.samples().begin()));

  Canvas coloured(Size{4, 4});
  coloured.fill(Path().rect(0, 0, 4, 4), {}, Paint::flat(rgb(0xFF8000)));
  Development grey_one;
  grey_one.saturation = 0;
  develop(coloured, grey_one, random);
  const Image8 image = coloured.to_image();
  // 0.299 * 255 + 0.587 * 128
  for (int c = 0; c < 3; ++c) CHECK(static_cast<int>(image.at(2, 2)[c]) == Approx(151).margin(1));
}

TEST_CASE("steps of tone make flat regions and keep edges where they are") {
  Random random(5, "development", "");
  Canvas canvas = ramp();
  Development stepped;
  stepped.steps = 8;
  stepped.winding = 0.3F;
  develop(canvas, stepped, random);
  const Image8 image = canvas.to_image();
  int level = 0, pairs = 0;
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x + 1 < 240; ++x, ++pairs) level += red(image, y, x) == red(image, y, x + 1) ? 1 : 0;
  }
  CHECK(level > 0.9 * pairs);  // of the ramp itself none: it rises by 0.85 levels a pixel
  for (int y = 22; y < 38; ++y) {
    CHECK(red(image, y, 110) < 40);
    CHECK(red(image, y, 96) > 70);
    CHECK(red(image, y, 124) > 70);
  }
}

TEST_CASE("text on a mirrored object reads from left to right") {
  const SceneStyle style;
  const auto columns = [&](const Affine& map) {
    Random random(1, "text", "");
    Canvas canvas(Size{40, 60});
    Pen pen(canvas, map, random, style);
    draw_text(pen, "L", {10, 5}, 24, 40, grey(1));
    std::vector<int> sums(60);
    const Image8 image = canvas.to_image();
    for (int x = 0; x < 60; ++x) {
      for (int y = 0; y < 40; ++y) sums[static_cast<std::size_t>(x)] += red(image, y, x);
    }
    return sums;
  };
  const auto is_upright_l = [](const std::vector<int>& sums) {
    // The stem of an L is its left, fullest column.
    const auto fullest = std::max_element(sums.begin(), sums.end());
    const auto inked = [](int sum) { return sum > 300; };
    const auto first = std::find_if(sums.begin(), sums.end(), inked);
    const auto last = std::find_if(sums.rbegin(), sums.rend(), inked).base();
    return fullest - first < last - fullest;
  };
  CHECK(is_upright_l(columns({})));
  CHECK(is_upright_l(columns(Affine::translation({60, 0}) * Affine::scaling(-1, 1))));
}

TEST_CASE("the portable sine is a sine") {
  for (int i = -2000; i <= 2000; ++i) {
    const float turns = static_cast<float>(i) / 731;
    CAPTURE(turns);
    CHECK(sine_turns(turns) == Approx(std::sin(2 * std::numbers::pi * static_cast<double>(turns))).margin(5e-6));
  }
}
