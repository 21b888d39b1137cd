#include "datagen/render_blend.h"

#include "core/random.h"
#include "datagen/blend.h"
#include "datagen/tone_map.h"
#include "tests/support/catch.h"

#include <cmath>
#include <cstdlib>

using namespace csgis;

namespace {

Image8 filled(Size size, std::uint8_t value) {
  Image8 image(size, 3);
  for (std::uint8_t& sample : image.samples()) sample = value;
  return image;
}

/// Smooth and coloured, so that it can be looked up between its pixels.
Image8 waves(Size size, std::uint64_t seed, int amplitude = 60) {
  Random random(seed, "test", "waves");
  const double fy = random.uniform(0.2, 0.6), fx = random.uniform(0.2, 0.6);
  Image8 image(size, 3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double wave = std::sin(fy * y + c) + 0.7 * std::cos(fx * x + 0.3 * c);
        image.at(y, x)[c] = static_cast<std::uint8_t>(128 + 0.5 * amplitude * wave);
      }
    }
  }
  return image;
}

Image8 noise(Size size, std::uint64_t seed) {
  Image8 image(size, 3);
  Random random(seed, "test", "noise");
  for (std::uint8_t& value : image.samples()) value = static_cast<std::uint8_t>(random.below(256));
  return image;
}

BlendRecipe whole(RegionRecipe region, TextureModel model = TextureModel::additive,
                  TextureColour colour = TextureColour::grey, Headroom headroom = Headroom::none) {
  region.texture = 0;
  return {model, colour, headroom, 1, {region}};
}

RenderedBlend render_whole(const Image8& gt, const Image8& texture, const BlendRecipe& recipe) {
  const TextureTile tile(texture, Luma::rec601, recipe.regions[0].tiling == Tiling::mirror,
                         recipe.regions[0].placement.scale);
  const TextureTile* const tiles[] = {&tile};
  return render_blend(gt, whole_image(gt.size()), recipe, tiles);
}

/// Root mean square of blend - gt.
double added_contrast(const Image8& blend, const Image8& gt) {
  double sum = 0;
  for (std::size_t i = 0; i < gt.samples().size(); ++i) sum += std::pow(blend.samples()[i] - gt.samples()[i], 2);
  return std::sqrt(sum / static_cast<double>(gt.samples().size()));
}

/// Left half 0, right half 1, with a row of 2 through the middle.
LabelMap three_regions(Size size) {
  LabelMap labels(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      labels.row(y)[x] = static_cast<std::uint8_t>(y == size.height / 2 ? 2 : (2 * x < size.width ? 0 : 1));
    }
  }
  return labels;
}

}  // namespace

TEST_CASE("the contrast of a blend is the one drawn, whatever is done to the texture") {
  const Image8 gt = filled({90, 110}, 128);
  std::uint64_t seed = 0;
  for (const double std : {6.0, 11.0, 20.0, 35.0}) {
    for (const auto colour : {TextureColour::grey, TextureColour::colour}) {
      for (const auto tiling : {Tiling::repeat, Tiling::mirror}) {
        for (const double scale : {0.4, 1.0, 1.7}) {
          for (const TexturePlacement& p : {TexturePlacement{scale, 0, 0, 0, 1, 0, 0, 0, 0, 0},
                                            TexturePlacement{scale, 33, 7, 999, 1, 0, 0, 0, 0, 0},
                                            TexturePlacement{scale, 250, 5, 3, 1.2, -0.2, 0.1, -0.1, 0.4, -0.6}}) {
            CAPTURE(std, to_name(colour), to_name(tiling), scale, p.angle);
            const Image8 texture = waves({37, 41}, ++seed, 40);
            const RenderedBlend blend =
                render_whole(gt, texture, whole({0, 0, tiling, std, p}, TextureModel::additive, colour));
            CHECK(blend.std_of_region[0] == Approx(std).epsilon(0.001));
            CHECK(blend.measures.std == Approx(std).epsilon(0.01));
            CHECK(added_contrast(blend.image, gt) == Approx(std).epsilon(0.01));
          }
        }
      }
    }
  }
}

TEST_CASE("a texture laid plainly is that of blend_additive") {
  const Image8 gt = waves({60, 75}, 1), texture = noise({16, 23}, 2);
  const Image8 plain = blend_additive(gt, GreyTexture(texture, Luma::rec601));
  const RenderedBlend blend = render_whole(gt, texture, whole({}));
  int worst = 0;
  for (std::size_t i = 0; i < plain.samples().size(); ++i) {
    worst = std::max(worst, std::abs(plain.samples()[i] - blend.image.samples()[i]));
  }
  CHECK(worst <= 1);  // its grey values are rounded to levels
  CHECK(blend.measures.clipped ==
        Approx(static_cast<double>(clipped_values(gt, GreyTexture(texture, Luma::rec601))) / plain.samples().size())
            .margin(0.002));
  CHECK(blend.measures.std == Approx(GreyTexture(texture, Luma::rec601).contrast(gt.size())).epsilon(0.01));
}

TEST_CASE("measures are those of the images") {
  const Image8 gt = waves({50, 50}, 3, 100);
  const RenderedBlend blend = render_whole(gt, noise({20, 20}, 4), whole({0, 0, Tiling::repeat, 45.0, {}}));
  const double mse = std::pow(added_contrast(blend.image, gt), 2);
  CHECK(blend.measures.psnr == Approx(10 * std::log10(255 * 255 / mse)));
  CHECK(blend.measures.clipped > 0.005);
  const RenderedBlend none = render_whole(gt, filled({5, 5}, 90), whole({0, 0, Tiling::repeat, 20.0, {}}));
  CHECK(std::isinf(none.measures.psnr));
  CHECK(none.std_of_region[0] == 0);
}

TEST_CASE("a multiplicative texture adds nothing on black and in proportion elsewhere") {
  const RegionRecipe region{0, 0, Tiling::repeat, 20.0, {1, 40, 0, 0, 1, 0, 0, 0, 0, 0}};
  for (const auto colour : {TextureColour::grey, TextureColour::colour}) {
    const BlendRecipe recipe = whole(region, TextureModel::multiplicative, colour);
    const Image8 texture = waves({31, 33}, 5);
    const Image8 black = filled({64, 64}, 0);
    CHECK(added_contrast(render_whole(black, texture, recipe).image, black) == 0);
    for (const int value : {32, 64, 128}) {
      const Image8 gt = filled({64, 64}, static_cast<std::uint8_t>(value));
      CHECK(added_contrast(render_whole(gt, texture, recipe).image, gt) ==
            Approx(20 * value / kMultiplicativeGrey).epsilon(0.01));
    }
  }
}

TEST_CASE("grey textures move all channels alike, coloured ones do not") {
  const Image8 gt = filled({40, 40}, 128);
  const auto coloured_pixels = [&](TextureColour colour) {
    const Image8 blend =
        render_whole(gt, waves({17, 19}, 6), whole({0, 0, Tiling::repeat, 15.0, {}}, TextureModel::additive, colour))
            .image;
    int count = 0;
    for (std::size_t i = 0; i < gt.size().pixels(); ++i) {
      const std::uint8_t* rgb = blend.data() + 3 * i;
      count += rgb[0] != rgb[1] || rgb[1] != rgb[2] ? 1 : 0;
    }
    return count;
  };
  CHECK(coloured_pixels(TextureColour::grey) == 0);
  CHECK(coloured_pixels(TextureColour::colour) > 1000);
}

TEST_CASE("with headroom at most one percent is clipped, and textures stay where there is room") {
  Image8 gt = filled({80, 80}, 255);
  for (int y = 0; y < 40; ++y) std::fill_n(gt.row(y), gt.row_samples(), std::uint8_t{120});
  std::fill_n(gt.row(79), gt.row_samples(), std::uint8_t{3});
  for (const auto model : {TextureModel::additive, TextureModel::multiplicative}) {
    for (const auto colour : {TextureColour::grey, TextureColour::colour}) {
      for (const double std : {11.0, 35.0, 60.0}) {
        CAPTURE(to_name(model), to_name(colour), std);
        const RegionRecipe region{0, 0, Tiling::repeat, std, {}};
        const Image8 texture = noise({40, 40}, 8);
        CHECK(render_whole(gt, texture, whole(region, model, colour)).measures.clipped > 0.1);
        const RenderedBlend blend = render_whole(gt, texture, whole(region, model, colour, Headroom::scale_texture));
        CHECK(blend.measures.clipped <= 0.01);
        CHECK(added_contrast(blend.image, gt) > 0.3 * std);
      }
    }
  }
  const Image8 mid = filled({80, 80}, 128);
  const RegionRecipe region{0, 0, Tiling::repeat, 20.0, {}};
  const Image8 texture = waves({40, 40}, 9);
  CHECK(added_contrast(render_whole(mid, texture,
                                    whole(region, TextureModel::additive, TextureColour::grey, Headroom::scale_texture))
                           .image,
                       mid) == Approx(20).epsilon(0.01));
}

TEST_CASE("room_for_texture brings values away from the ends, and no farther") {
  const Image8 narrow = waves({40, 40}, 10, 40);
  CHECK(room_for_texture(narrow, 20, TextureModel::additive).is_identity());

  Image8 wide = filled({60, 60}, 255);
  for (int y = 0; y < 30; ++y) std::fill_n(wide.row(y), wide.row_samples(), std::uint8_t{0});
  const ToneMap map = room_for_texture(wide, 20, TextureModel::additive);
  CHECK(int{map(0)} == 50);  // 2.5 deviations of 20
  CHECK(int{map(255)} == 205);
  for (int value = 1; value < 256; ++value) {
    CHECK(map(static_cast<std::uint8_t>(value)) >= map(static_cast<std::uint8_t>(value - 1)));
  }
  CHECK(int{room_for_texture(wide, 20, TextureModel::multiplicative)(0)} == 0);
  // 255 / (1 + 50 / 127.5)
  CHECK(int{room_for_texture(wide, 20, TextureModel::multiplicative)(255)} == 183);
  // A bright image is moved before it is narrowed.
  const ToneMap moved = room_for_texture(filled({20, 20}, 240), 20, TextureModel::additive);
  CHECK(int{moved(240)} == 205);
  CHECK(int{moved(230)} == 195);
}

TEST_CASE("regions bear their own textures, which end within a pixel of them") {
  const Size size{60, 81};
  const RegionMap regions = label_regions(three_regions(size));
  REQUIRE(regions.regions.size() == 3);
  const Image8 gt = filled(size, 128);
  const Image8 first = waves({23, 27}, 11), second = waves({19, 21}, 12);
  const TextureTile tile1(first, Luma::rec601, false, 1), tile2(second, Luma::rec601, true, 1);
  RegionRecipe left{0, 0, Tiling::repeat, 10.0, {1, 20, 3, 4, 1, 0, 0, 0, 0, 0}};
  RegionRecipe right{1, 1, Tiling::mirror, 25.0, {}};
  const RegionRecipe flat{2, RegionRecipe::kFlat, Tiling::repeat, std::nullopt, {}};
  BlendRecipe recipe{TextureModel::additive, TextureColour::colour, Headroom::none, 1, {left, right, flat}};
  const TextureTile* const tiles[] = {&tile1, &tile2, nullptr};
  const Image8 both = render_blend(gt, regions, recipe, tiles).image;
  const std::vector<double> contrasts = render_blend(gt, regions, recipe, tiles).std_of_region;
  CHECK(contrasts[0] == Approx(10));
  CHECK(contrasts[1] == Approx(25));
  CHECK(contrasts[2] == 0);

  // Without the texture on the right, nothing but the right and the pixel beside it changes.
  recipe.regions[1] = {1, RegionRecipe::kFlat, Tiling::repeat, std::nullopt, {}};
  const TextureTile* const one_tile[] = {&tile1, nullptr, nullptr};
  const Image8 one = render_blend(gt, regions, recipe, one_tile).image;
  const auto near_label = [&](int y, int x, int label) {
    for (int ny = std::max(0, y - 1); ny <= std::min(size.height - 1, y + 1); ++ny) {
      for (int nx = std::max(0, x - 1); nx <= std::min(size.width - 1, x + 1); ++nx) {
        if (regions.index.row(ny)[nx] == label) return true;
      }
    }
    return false;
  };
  int changed_beside = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool is_equal = std::equal(both.at(y, x), both.at(y, x) + 3, one.at(y, x));
      const int label = regions.index.row(y)[x];
      if (!near_label(y, x, 1)) CHECK(is_equal);
      if (!is_equal && label != 1) ++changed_beside;
      if (!near_label(y, x, 0) && !near_label(y, x, 1)) CHECK(int{both.at(y, x)[0]} == 128);
    }
  }
  CHECK(changed_beside > 20);  // the edge is anti-aliased
}

TEST_CASE("label_regions gives void pixels to their nearest region and counts pixels") {
  LabelMap labels(Size{3, 9});
  for (int y = 0; y < 3; ++y) {
    const std::uint8_t row[] = {5, 5, 255, 255, 255, 0, 0, 7, 7};
    std::copy(std::begin(row), std::end(row), labels.row(y));
  }
  const RegionMap map = label_regions(labels);
  REQUIRE(map.regions.size() == 3);
  CHECK(map.regions[0].label == 0);
  CHECK(map.regions[1].label == 5);
  CHECK(map.regions[2].label == 7);
  CHECK(map.regions[1].pixels + map.regions[0].pixels == 21);
  CHECK(map.regions[2].pixels == 6);
  CHECK(map.regions[1].y == 0);
  CHECK(map.regions[1].x == 0);
  const std::uint8_t* row = map.index.row(1);
  CHECK(int{row[2]} == 1);
  CHECK(int{row[4]} == 0);
  for (std::uint8_t& label : labels.samples()) label = 255;
  CHECK(label_regions(labels).regions.size() == 1);
}

TEST_CASE("a faded texture is weak on one side and strong on the other") {
  const Image8 gt = filled({100, 140}, 128);
  TexturePlacement placement;
  placement.fade_x = 0.8;
  const RenderedBlend blend = render_whole(gt, waves({25, 25}, 20), whole({0, 0, Tiling::repeat, 15.0, placement}));
  const auto contrast_of_columns = [&](int from, int to) {
    double sum = 0;
    for (int y = 0; y < gt.height(); ++y) {
      for (int x = from; x < to; ++x) sum += std::pow(blend.image.at(y, x)[0] - 128, 2);
    }
    return std::sqrt(sum / (gt.height() * (to - from)));
  };
  CHECK(added_contrast(blend.image, gt) == Approx(15).epsilon(0.01));
  // At column 25, 0.8 * (25 - 69.5) / 85.7 below the centre; at 115 as much above.
  CHECK(contrast_of_columns(0, 50) / contrast_of_columns(90, 140) == Approx(0.58 / 1.42).margin(0.06));
  CHECK(contrast_of_columns(45, 95) == Approx(15).epsilon(0.12));
}
