#include "core/error.h"
#include "model/augment.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace csgis {
namespace {

using Table = std::array<std::uint8_t, 256>;

/// middle + factor (v - middle), cut to a whole number.
Table stretched(float factor, int middle) {
  Table table{};
  for (int v = 0; v < 256; ++v) {
    const float value = static_cast<float>(middle) + factor * static_cast<float>(v - middle);
    table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
  }
  return table;
}

void look_up(const ColourPlanes& image, const Table& table) {
  for (const std::span<std::uint8_t> plane : {image.red, image.green, image.blue}) {
    for (std::uint8_t& value : plane) value = table[value];
  }
}

int mean_grey(const ColourPlanes& image) {
  std::uint64_t sum = 0;
  const std::size_t count = image.red.size();
  for (std::size_t i = 0; i < count; ++i) {
    sum += (19595U * image.red[i] + 38470U * image.green[i] + 7471U * image.blue[i] + 32768U) >> 16;
  }
  return static_cast<int>(static_cast<double>(sum) / static_cast<double>(count) + 0.5);
}

std::uint8_t rounded(double value) {
  return static_cast<std::uint8_t>(value + 0.5);
}

/// One pixel to hue, saturation and value in bytes, the hue moved on, and back. Where double and where single precision
/// is used decides single bytes; it is as in Pillow.
void move_hue(std::uint8_t& red, std::uint8_t& green, std::uint8_t& blue, std::uint8_t shift) {
  const int high = std::max({red, green, blue}), low = std::min({red, green, blue});
  if (high == low) return;
  const auto range = static_cast<float>(high - low);
  const auto distance = [&](int channel) { return static_cast<float>(high - channel) / range; };
  float sixths = 0;
  if (red == high) {
    sixths = distance(blue) - distance(green);
  } else if (green == high) {
    sixths = static_cast<float>(2.0 + distance(red) - distance(blue));
  } else {
    sixths = static_cast<float>(4.0 + distance(green) - distance(red));
  }
  const double turns = sixths / 6.0 + 1.0;
  const auto hue = static_cast<std::uint8_t>(static_cast<float>(turns - std::floor(turns)) * 255.0);
  const auto saturation = static_cast<std::uint8_t>(range / static_cast<float>(high) * 255.0);
  const auto v = static_cast<std::uint8_t>(high);
  if (saturation == 0) {
    red = green = blue = v;
    return;
  }
  const double moved = static_cast<std::uint8_t>(hue + shift) * 6.0 / 255.0;
  const int sector = static_cast<int>(moved);
  const auto r = static_cast<float>(moved - sector), s = static_cast<float>(saturation / 255.0);
  const std::uint8_t p = rounded(high * (1.0 - s)), q = rounded(high * (1.0 - s * r)),
                     t = rounded(high * (1.0 - s * (1.0 - r)));
  const auto set = [&](std::uint8_t to_red, std::uint8_t to_green, std::uint8_t to_blue) {
    red = to_red;
    green = to_green;
    blue = to_blue;
  };
  switch (sector % 6) {
    case 0:
      return set(v, t, p);
    case 1:
      return set(q, v, p);
    case 2:
      return set(p, v, t);
    case 3:
      return set(p, q, v);
    case 4:
      return set(t, p, v);
    default:
      return set(v, p, q);
  }
}

void check(const ColourPlanes& image, double factor) {
  require(image.red.size() == image.green.size() && image.red.size() == image.blue.size() && !image.red.empty(),
          "colour jitter: planes of {}, {} and {} values", image.red.size(), image.green.size(), image.blue.size());
  require(std::isfinite(factor), "colour jitter: the factor is not finite");
}

}  // namespace

void adjust_brightness(const ColourPlanes& image, double factor) {
  check(image, factor);
  look_up(image, stretched(static_cast<float>(factor), 0));
}

void adjust_contrast(const ColourPlanes& image, double factor) {
  check(image, factor);
  look_up(image, stretched(static_cast<float>(factor), mean_grey(image)));
}

void adjust_hue(const ColourPlanes& image, double turns) {
  check(image, turns);
  require(std::abs(turns) <= 1, "colour jitter: a hue of {} turns is not -1 to 1", turns);
  const auto shift = static_cast<std::uint8_t>(static_cast<int>(turns * 255));
  for (std::size_t i = 0; i < image.red.size(); ++i) move_hue(image.red[i], image.green[i], image.blue[i], shift);
}

void jitter_colour(const ColourPlanes& image, const AugmentDraw& draw) {
  for (const int step : draw.order) {
    if (step == 0) adjust_brightness(image, draw.brightness);
    if (step == 1) adjust_contrast(image, draw.contrast);
    if (step == 2) adjust_hue(image, draw.hue);
  }
}

}  // namespace csgis
