#include "datagen/texture_tile.h"

#include "datagen/detail/lanes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace csgis {
namespace {

/// The pixels of a texture, lanes packed, row by row.
struct Pixels {
  Size size;
  std::vector<std::uint64_t> values;
};

Pixels pixels_of(const Image8& texture, Luma luma) {
  const GreyTexture grey(texture, luma);
  Pixels pixels{texture.size(), {}};
  pixels.values.reserve(texture.size().pixels());
  for (int y = 0; y < texture.height(); ++y) {
    for (int x = 0; x < texture.width(); ++x) {
      const std::uint8_t* rgb = texture.at(y, x);
      const auto grey8 = static_cast<std::uint16_t>((grey.row(y)[x] + 500) / 1000);
      pixels.values.push_back(detail::packed({rgb[0], rgb[1], rgb[2], grey8}));
    }
  }
  return pixels;
}

/// Half the size, rounded up: means of 2x2 pixels, of fewer at an odd end.
Pixels halved(const Pixels& from) {
  Pixels half{{(from.size.height + 1) / 2, (from.size.width + 1) / 2}, {}};
  const auto pixel = [&](int y, int x) {
    const auto row = static_cast<std::size_t>(std::min(y, from.size.height - 1));
    const auto column = static_cast<std::size_t>(std::min(x, from.size.width - 1));
    return from.values[row * static_cast<std::size_t>(from.size.width) + column];
  };
  for (int y = 0; y < half.size.height; ++y) {
    for (int x = 0; x < half.size.width; ++x) {
      // Sums of lanes stay within their 16 bits: packed pixels add like numbers.
      const std::uint64_t sum =
          pixel(2 * y, 2 * x) + pixel(2 * y, 2 * x + 1) + pixel(2 * y + 1, 2 * x) + pixel(2 * y + 1, 2 * x + 1);
      detail::Lanes lanes = detail::lanes_of(sum);
      for (std::uint16_t& lane : lanes) lane = static_cast<std::uint16_t>((lane + 2) / 4);
      half.values.push_back(detail::packed(lanes));
    }
  }
  return half;
}

/// Index in a texture of a position in a period, or of the one after it.
int index_of(int position, int period, int length) {
  const int inside = position == period ? 0 : position;
  return inside < length ? inside : 2 * length - 1 - inside;
}

TextureTile::Level level_of(const Pixels& pixels, bool is_mirrored) {
  const Size size = pixels.size;
  TextureTile::Level level{size, size, {}, {}};
  if (is_mirrored) level.period = {2 * size.height, 2 * size.width};
  for (int y = 0; y < size.height; ++y) {
    const std::uint64_t* row =
        pixels.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
    for (int x = 0; x <= level.period.width; ++x) {
      level.pixels.push_back(detail::bytes_of(row[index_of(x, level.period.width, size.width)]));
    }
  }
  for (int y = 0; y <= level.period.height; ++y) {
    level.rows.push_back(std::int64_t{index_of(y, level.period.height, size.height)} * (level.period.width + 1));
  }
  return level;
}

std::array<double, TextureTile::kLanes> variances(const Pixels& pixels) {
  std::array<double, TextureTile::kLanes> sum{}, squares{}, variance{};
  for (const std::uint64_t pixel : pixels.values) {
    const detail::Lanes lanes = detail::lanes_of(pixel);
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      sum[l] += lanes[l];
      squares[l] += lanes[l] * lanes[l];
    }
  }
  const auto count = static_cast<double>(pixels.values.size());
  for (std::size_t l = 0; l < sum.size(); ++l) {
    variance[l] = std::max(0.0, squares[l] / count - sum[l] / count * (sum[l] / count));
  }
  return variance;
}

}  // namespace

TextureTile::TextureTile(const Image8& texture, Luma luma, bool is_mirrored, double smallest_scale) {
  Pixels pixels = pixels_of(texture, luma);
  const auto variance = variances(pixels);
  grey_contrast_ = std::sqrt(variance[kGreyLane]);
  rgb_contrast_ = std::sqrt((variance[0] + variance[1] + variance[2]) / 3);
  levels_.push_back(level_of(pixels, is_mirrored));
  constexpr int kSmallestSide = 4;
  for (double scale = smallest_scale; scale < 1; scale *= 2) {
    if (std::min(pixels.size.height, pixels.size.width) < kSmallestSide) break;
    pixels = halved(pixels);
    levels_.push_back(level_of(pixels, is_mirrored));
  }
}

std::size_t TextureTile::bytes() const {
  std::size_t sum = 0;
  for (const Level& level : levels_) sum += level.pixels.size() * sizeof(std::uint32_t);
  return sum;
}

}  // namespace csgis
