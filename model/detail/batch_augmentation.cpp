#include "model/detail/batch_augmentation.h"

#include <torch/torch.h>

#include <array>
#include <cmath>
#include <numbers>

namespace csgis::nets {
namespace {

using torch::Tensor;

/// Pillow's: positions in 1/65536 pixel, sines rounded to 15 decimals.
std::int64_t fixed_point(double value) {
  return static_cast<std::int64_t>(std::floor(65536 * value + 0.5));
}
double rounded_15(double value) {
  return std::nearbyint(value * 1e15) / 1e15;
}

struct Positions {
  Tensor source, inside;  ///< H x W
};

/// Where each pixel of a flipped, then rotated sample comes from.
Positions positions(const AugmentDraw& draw, std::int64_t height, std::int64_t width) {
  const double angle = -draw.angle * std::numbers::pi / 180;
  const double c = rounded_15(std::cos(angle)), s = rounded_15(std::sin(angle));
  const double cx = static_cast<double>(width) / 2, cy = static_cast<double>(height) / 2;
  const double first_x = cx - c * cx - s * cy + c * 0.5 + s * 0.5, first_y = cy + s * cx - c * cy - s * 0.5 + c * 0.5;
  const Tensor x = torch::arange(width, torch::kInt64).view({1, width});
  const Tensor y = torch::arange(height, torch::kInt64).view({height, 1});
  Tensor from_x = (fixed_point(first_x) + fixed_point(c) * x + fixed_point(s) * y).div(65536, "floor");
  const Tensor from_y = (fixed_point(first_y) - fixed_point(s) * x + fixed_point(c) * y).div(65536, "floor");
  const Tensor inside = (from_x >= 0) & (from_x < width) & (from_y >= 0) & (from_y < height);
  if (draw.flip) from_x = width - 1 - from_x;
  return {torch::where(inside, from_y * width + from_x, torch::zeros_like(from_x)), inside};
}

Tensor clipped(const Tensor& values) {
  return values.trunc().clamp(0, 255);
}

/// As bytes hold them: hue and saturation of 256 steps.
struct Hsv {
  Tensor hue, saturation, value;
};

Hsv as_hsv(const Tensor& images) {
  const Tensor red = images.select(1, 0), green = images.select(1, 1), blue = images.select(1, 2);
  const Tensor value = images.amax(1), spread = value - images.amin(1);
  const Tensor is_grey = spread == 0, divisor = torch::where(is_grey, torch::ones_like(spread), spread);
  const Tensor rc = (value - red) / divisor, gc = (value - green) / divisor, bc = (value - blue) / divisor;
  const Tensor sixths = torch::where(red == value, bc - gc, torch::where(green == value, 2 + rc - bc, 4 + gc - rc));
  const Tensor turns = (sixths / 6 + 1).frac();
  const Tensor zero = torch::zeros_like(spread);
  return {torch::where(is_grey, zero, (255 * turns).trunc()),
          torch::where(is_grey, zero, (255 * spread / value.clamp_min(1)).trunc()), value};
}

Tensor from_hsv(const Hsv& hsv) {
  const auto rounded = [](const Tensor& values) { return (values + 0.5).floor().clamp(0, 255); };
  const Tensor sixths = 6 * hsv.hue / 255, sector = sixths.floor(), rest = sixths - sector, s = hsv.saturation / 255;
  const Tensor& v = hsv.value;
  const Tensor p = rounded(v * (1 - s)), q = rounded(v * (1 - s * rest)), t = rounded(v * (1 - s * (1 - rest)));
  const Tensor number = sector.to(torch::kInt64).remainder(6).unsqueeze(0);
  const auto choose = [&](const std::array<Tensor, 6>& by_sector) {
    return torch::stack(at::ArrayRef<Tensor>(by_sector.data(), by_sector.size())).gather(0, number).squeeze(0);
  };
  return torch::stack({choose({v, q, p, p, t, v}), choose({t, v, v, q, p, p}), choose({p, p, t, v, v, q})}, 1);
}

}  // namespace

Tensor brightened(const Tensor& images, const Tensor& factors) {
  return clipped(images * factors);
}

Tensor contrasted(const Tensor& images, const Tensor& factors) {
  const Tensor weights = torch::tensor({19595, 38470, 7471}, torch::kInt64).to(images.device()).view({1, 3, 1, 1});
  const Tensor grey = ((images.to(torch::kInt64) * weights).sum(1, true) + 32768).div(65536, "floor");
  const Tensor mean = (grey.to(torch::kFloat64).mean({2, 3}, true) + 0.5).trunc().to(torch::kFloat32);
  return clipped(mean + factors * (images - mean));
}

Tensor hue_moved(const Tensor& images, const Tensor& turns) {
  Hsv hsv = as_hsv(images);
  const Tensor shift = (255 * turns).trunc().view({-1, 1, 1});
  hsv.hue = (hsv.hue + shift).remainder(256);
  return from_hsv(hsv);
}

BatchAugmentation::BatchAugmentation(const std::vector<AugmentDraw>& draws, std::int64_t height, std::int64_t width,
                                     const torch::Device& device)
    : draws_(draws) {
  std::vector<Tensor> sources, insides;
  for (const AugmentDraw& draw : draws) {
    const Positions from = positions(draw, height, width);
    sources.push_back(from.source.flatten());
    insides.push_back(from.inside.flatten());
  }
  source_ = torch::stack(sources).to(device);
  inside_ = torch::stack(insides).to(device);
}

Tensor BatchAugmentation::moved(const Tensor& layer) const {
  const Tensor flat = layer.flatten(2);
  const Tensor taken = flat.gather(2, source_.unsqueeze(1).expand_as(flat));
  return (taken * inside_.unsqueeze(1)).view(layer.sizes());
}

/// At each place in the order, the samples that have the same change there are changed together.
Tensor BatchAugmentation::coloured(const Tensor& images) const {
  using Change = Tensor (*)(const Tensor&, const Tensor&);
  constexpr std::array<Change, 3> kChanges{brightened, contrasted, hue_moved};
  Tensor values = images.to(torch::kFloat32);
  for (std::size_t place = 0; place < kChanges.size(); ++place) {
    for (int change = 0; change < static_cast<int>(kChanges.size()); ++change) {
      std::vector<std::int64_t> which;
      std::vector<double> factors;
      for (std::size_t i = 0; i < draws_.size(); ++i) {
        if (draws_[i].order[place] != change) continue;
        which.push_back(static_cast<std::int64_t>(i));
        factors.push_back(change == 0 ? draws_[i].brightness : change == 1 ? draws_[i].contrast : draws_[i].hue);
      }
      if (which.empty()) continue;
      const Tensor rows = torch::tensor(which, torch::kInt64).to(images.device());
      const auto type = change == 2 ? torch::kFloat64 : torch::kFloat32;  // a shift is cut in double
      const Tensor factor = torch::tensor(factors, torch::kFloat64).to(type).to(images.device()).view({-1, 1, 1, 1});
      values.index_copy_(
          0, rows,
          kChanges[static_cast<std::size_t>(change)](values.index_select(0, rows), factor).to(torch::kFloat32));
    }
  }
  return values.to(torch::kUInt8);
}

}  // namespace csgis::nets
