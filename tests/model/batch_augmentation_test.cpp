#include <torch/torch.h>

#include "tests/model/training_samples.h"
#include "tests/support/catch.h"

#include "core/error.h"
#include "model/detail/batch_augmentation.h"
#include "model/detail/batch_tensors.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace csgis::nets {
namespace {

using Rgb = std::array<int, 3>;

int clip(double value) {
  return static_cast<int>(std::clamp(std::trunc(value), 0.0, 255.0));
}

/// The published hue of one pixel, step by step.
Rgb hue_of_pixel(const Rgb& c, double turns) {
  const int most = std::max({c[0], c[1], c[2]}), least = std::min({c[0], c[1], c[2]}), spread = most - least;
  if (spread == 0) return c;
  const auto share = [&](int v) { return static_cast<float>(most - v) / static_cast<float>(spread); };
  const float rc = share(c[0]), gc = share(c[1]), bc = share(c[2]);
  const float sixths = c[0] == most ? bc - gc : c[1] == most ? 2 + rc - bc : 4 + gc - rc;
  const float turned = sixths / 6 + 1, part = turned - std::trunc(turned);
  const int hue = static_cast<int>(255 * part) + static_cast<int>(std::trunc(255 * turns)) + 512;
  const int saturation = 255 * spread / most;
  if (saturation == 0) return {most, most, most};
  const double x = 6.0 * (hue % 256) / 255, s = saturation / 255.0, rest = x - std::floor(x);
  const auto rounded = [](double v) { return static_cast<int>(std::floor(v + 0.5)); };
  const int p = rounded(most * (1 - s)), q = rounded(most * (1 - s * rest)), t = rounded(most * (1 - s * (1 - rest)));
  const std::array<Rgb, 6> by_sector{
      {{most, t, p}, {q, most, p}, {p, most, t}, {p, q, most}, {t, p, most}, {most, p, q}}};
  return by_sector[static_cast<std::size_t>(std::floor(x)) % 6];
}

torch::Tensor every_fourth_colour() {
  const torch::Tensor levels = torch::arange(0, 256, 5, torch::kFloat32);
  const auto grid = torch::meshgrid({levels, levels, levels}, "ij");
  return torch::stack({grid[0].flatten(), grid[1].flatten(), grid[2].flatten()}).view({1, 3, 52, 52 * 52});
}

/// Largest difference over all colours between the tensors' result and that of each pixel.
template <class PerPixel>
std::pair<int, double> difference(const torch::Tensor& images, const torch::Tensor& changed, const PerPixel& change) {
  const torch::Tensor before = images.to(torch::kInt32).view({3, -1}).contiguous();
  const torch::Tensor after = changed.to(torch::kInt32).view({3, -1}).contiguous();
  const auto in = before.accessor<int, 2>(), out = after.accessor<int, 2>();
  int worst = 0;
  std::int64_t wrong = 0;
  for (std::int64_t i = 0; i < before.size(1); ++i) {
    const Rgb expected = change(Rgb{in[0][i], in[1][i], in[2][i]});
    for (std::int64_t k = 0; k < 3; ++k) {
      const int off = std::abs(out[k][i] - expected[static_cast<std::size_t>(k)]);
      worst = std::max(worst, off);
      wrong += off > 0;
    }
  }
  return {worst, static_cast<double>(wrong) / static_cast<double>(before.numel())};
}

torch::Tensor factor(double value) {
  return torch::full({1, 1, 1, 1}, value, torch::kFloat64);
}

}  // namespace

TEST_CASE("brightness, contrast and hue are the published ones on every colour") {
  const torch::Tensor colours = every_fourth_colour();
  for (const double f : {0.3, 0.77, 1.0, 1.3, 1.7}) {
    INFO("factor " << f);
    const auto single = static_cast<float>(f);
    const auto bright = difference(colours, brightened(colours, factor(f).to(torch::kFloat32)), [&](const Rgb& c) {
      return Rgb{clip(single * static_cast<float>(c[0])), clip(single * static_cast<float>(c[1])),
                 clip(single * static_cast<float>(c[2]))};
    });
    CHECK(bright.first == 0);
    double sum = 0;
    const torch::Tensor whole = colours.view({3, -1}).to(torch::kInt64);
    const torch::Tensor grey = (19595 * whole[0] + 38470 * whole[1] + 7471 * whole[2] + 32768).div(65536, "floor");
    sum = grey.to(torch::kFloat64).sum().item<double>();
    const auto mean = static_cast<float>(std::trunc(sum / static_cast<double>(grey.numel()) + 0.5));
    const auto contrast = difference(colours, contrasted(colours, factor(f).to(torch::kFloat32)), [&](const Rgb& c) {
      const auto one = [&](int v) { return clip(mean + single * (static_cast<float>(v) - mean)); };
      return Rgb{one(c[0]), one(c[1]), one(c[2])};
    });
    CHECK(contrast.first == 0);
  }
  for (const double turns : {-0.3, -0.05, 0.0, 0.11, 0.3}) {
    INFO("turns " << turns);
    const auto [worst, share] =
        difference(colours, hue_moved(colours, factor(turns)), [&](const Rgb& c) { return hue_of_pixel(c, turns); });
    CHECK(worst <= 1);     // a half that single and double precision round apart
    CHECK(share < 0.002);  // and only there
  }
}

TEST_CASE("a rotated sample takes the pixel whose centre turns there, and 0 from outside") {
  const std::int64_t h = 24, w = 32;
  const torch::Tensor image =
      torch::arange(1, h * w + 1, torch::kInt64).remainder(251).add(1).to(torch::kUInt8).view({1, 1, h, w});
  for (const bool flip : {false, true}) {
    for (const double degrees : {-45.0, -7.3, 0.0, 12.5, 45.0}) {
      INFO(degrees << (flip ? " flipped" : ""));
      AugmentDraw draw;
      draw.flip = flip;
      draw.angle = degrees;
      const torch::Tensor moved = BatchAugmentation({draw}, h, w, torch::kCPU).moved(image);
      const torch::Tensor source = flip ? image.flip(3) : image;
      const double a = degrees * std::numbers::pi / 180;
      int wrong = 0;
      for (std::int64_t y = 0; y < h; ++y) {
        for (std::int64_t x = 0; x < w; ++x) {
          // Counter-clockwise on the screen, where y runs down.
          const double dx = static_cast<double>(x) + 0.5 - 16, dy = static_cast<double>(y) + 0.5 - 12;
          const auto sx = static_cast<std::int64_t>(std::floor(std::cos(a) * dx - std::sin(a) * dy + 16));
          const auto sy = static_cast<std::int64_t>(std::floor(std::sin(a) * dx + std::cos(a) * dy + 12));
          const bool inside = sx >= 0 && sx < w && sy >= 0 && sy < h;
          const int expected = inside ? source[0][0][sy][sx].item<int>() : 0;
          wrong += moved[0][0][y][x].item<int>() != expected;
        }
      }
      CHECK(wrong <= 3);  // positions in 1/65536 pixel fall beside a border that they should meet
      if (degrees == 0) CHECK(torch::equal(moved, source));
    }
  }
}

TEST_CASE("draws change every layer of their own sample alone, in their own order") {
  TrainingBatch batch = scene_batch(3, 16, 5);
  const BatchTensors plain = as_tensors(batch, torch::kCPU);
  batch.draws.resize(3);
  batch.draws[0].flip = true;
  batch.draws[1].brightness = 1.5;
  batch.draws[1].contrast = 0.5;
  batch.draws[2] = batch.draws[1];
  batch.draws[2].order[0] = 1;
  batch.draws[2].order[1] = 0;
  const BatchTensors changed = as_tensors(batch, torch::kCPU);
  // Hue always goes through steps of 256, also by 0.
  const auto bytes = [](const torch::Tensor& images, std::int64_t i) {
    return images.narrow(0, i, 1).mul(255).round();
  };
  const auto same = [&](const torch::Tensor& images, std::int64_t i, const torch::Tensor& expected) {
    return torch::equal(bytes(images, i), hue_moved(expected, factor(0)).to(torch::kFloat32));
  };
  CHECK(same(changed.input, 0, bytes(plain.input, 0).flip(3)));
  CHECK(same(changed.over, 0, bytes(plain.over, 0).flip(3)));
  CHECK(torch::equal(changed.edge[0], plain.edge[0].flip(2)));
  CHECK(torch::equal(changed.label[0], plain.label[0].flip(1)));
  CHECK(torch::equal(changed.edge[1], plain.edge[1]));
  CHECK(changed.smooth.add(changed.edge).eq(1).all().item<bool>());
  const torch::Tensor bright = factor(1.5).to(torch::kFloat32), flat = factor(0.5).to(torch::kFloat32);
  CHECK(same(changed.truth, 1, contrasted(brightened(bytes(plain.truth, 1), bright), flat)));
  CHECK(same(changed.truth, 2, brightened(contrasted(bytes(plain.truth, 2), flat), bright)));
  CHECK(torch::equal(as_tensors(batch, torch::kCPU, false).over, plain.over));
  batch.draws.pop_back();
  CHECK_THROWS_WITH(as_tensors(batch, torch::kCPU), ContainsSubstring("2 draws for 3 samples"));
}

}  // namespace csgis::nets
