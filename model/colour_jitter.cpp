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

enum Channel : std::uint8_t { kRed, kGreen, kBlue };
struct Extremes {
  Channel highest, lowest;
};
/// By the bits red >= green, green >= blue, red >= blue; among equal ones red counts as higher, then green. Two of the
/// eight cannot be.
constexpr std::array<Extremes, 8> kExtremes{
    {{kBlue, kRed}, {kBlue, kGreen}, {kGreen, kRed}, {}, {}, {kRed, kGreen}, {kGreen, kBlue}, {kRed, kBlue}}};

/// Hue and saturation in bytes. Where double and where single precision is used decides single bytes; it is as in
/// Pillow. A hue depends on the order of the channels, the range from lowest to highest, and how far the middle one
/// lies below the highest; so each is worked out once.
struct HueTables {
  using ByTwo = std::array<std::array<std::uint8_t, 256>, 256>;
  std::array<ByTwo, 8> hue{};  ///< [order][range][distance of the middle one]
  ByTwo saturation{};          ///< [highest][range]

  HueTables() {
    for (std::size_t order = 0; order < hue.size(); ++order) {
      for (int range = 1; range < 256; ++range) {
        for (int distance = 0; distance <= range; ++distance) {
          const float middle = static_cast<float>(distance) / static_cast<float>(range);
          hue[order][static_cast<std::size_t>(range)][static_cast<std::size_t>(distance)] =
              hue_byte(kExtremes[order], middle);
        }
      }
    }
    for (int high = 1; high < 256; ++high) {
      for (int range = 0; range <= high; ++range) {
        saturation[static_cast<std::size_t>(high)][static_cast<std::size_t>(range)] =
            static_cast<std::uint8_t>(static_cast<float>(range) / static_cast<float>(high) * 255.0);
      }
    }
  }

 private:
  /// @param middle  distance of the middle channel from the highest, in ranges
  static std::uint8_t hue_byte(const Extremes& extremes, float middle) {
    std::array<float, 3> distance{middle, middle, middle};
    distance[extremes.highest] = 0;
    distance[extremes.lowest] = 1;
    const float red = distance[kRed], green = distance[kGreen], blue = distance[kBlue];
    float sixths = blue - green;
    if (extremes.highest == kGreen) sixths = static_cast<float>(2.0 + red - blue);
    if (extremes.highest == kBlue) sixths = static_cast<float>(4.0 + green - red);
    const double turns = sixths / 6.0 + 1.0;
    return static_cast<std::uint8_t>(static_cast<float>(turns - std::floor(turns)) * 255.0);
  }
};

const HueTables& hue_tables() {
  static const HueTables tables;
  return tables;
}

/// What a hue says about the way back: which of the values v, p, q, t each channel takes, and the fraction of a sixth.
struct HueSector {
  std::array<std::uint8_t, 3> pick;
  float fraction;
};

std::array<HueSector, 256> sectors_after(std::uint8_t shift) {
  enum : std::uint8_t { v, p, q, t };
  constexpr std::array<std::array<std::uint8_t, 3>, 6> kPicks{
      {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}}};
  std::array<HueSector, 256> sectors{};
  for (std::size_t hue = 0; hue < 256; ++hue) {
    const double moved = static_cast<std::uint8_t>(hue + shift) * 6.0 / 255.0;
    const auto sector = static_cast<std::size_t>(moved);
    sectors[hue] = {kPicks[sector % 6], static_cast<float>(moved - static_cast<double>(sector))};
  }
  return sectors;
}

/// One pixel to hue, saturation and value, and back with another hue. Without branches on its colours, which no
/// processor could foresee.
void move_hue(std::uint8_t& red, std::uint8_t& green, std::uint8_t& blue, const HueTables& tables,
              const std::array<HueSector, 256>& sectors) {
  const unsigned r = red, g = green, b = blue;
  const unsigned high = std::max({r, g, b}), range = high - std::min({r, g, b});
  const unsigned order = (r >= g ? 1U : 0U) | (g >= b ? 2U : 0U) | (r >= b ? 4U : 0U);
  const unsigned distance = 3 * high - range - (r + g + b);
  const std::uint8_t saturation = tables.saturation[high][range];
  const HueSector& sector = sectors[tables.hue[order][range][distance]];
  const auto s = static_cast<float>(saturation / 255.0);
  const float f = sector.fraction;
  const double v = high;
  // Without saturation all four are the value.
  const std::array<std::uint8_t, 4> values{static_cast<std::uint8_t>(high), rounded(v * (1.0 - s)),
                                           rounded(v * (1.0 - s * f)), rounded(v * (1.0 - s * (1.0 - f)))};
  red = values[sector.pick[0]];
  green = values[sector.pick[1]];
  blue = values[sector.pick[2]];
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
  const HueTables& tables = hue_tables();
  const std::array<HueSector, 256> sectors = sectors_after(shift);
  for (std::size_t i = 0; i < image.red.size(); ++i) {
    move_hue(image.red[i], image.green[i], image.blue[i], tables, sectors);
  }
}

void jitter_colour(const ColourPlanes& image, const AugmentDraw& draw) {
  for (const int step : draw.order) {
    if (step == 0) adjust_brightness(image, draw.brightness);
    if (step == 1) adjust_contrast(image, draw.contrast);
    if (step == 2) adjust_hue(image, draw.hue);
  }
}

}  // namespace csgis
