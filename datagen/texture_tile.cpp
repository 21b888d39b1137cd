#include "datagen/texture_tile.h"

#include "datagen/detail/lanes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace csgis {
namespace {

using Level = TextureTile::Level;

/// Index of each position of a period, and of the one after it.
std::vector<std::int32_t> period_of(int length, bool is_mirrored) {
  std::vector<std::int32_t> positions(static_cast<std::size_t>(is_mirrored ? 2 * length : length) + 1);
  for (std::size_t i = 0; i + 1 < positions.size(); ++i) {
    const int at = static_cast<int>(i);
    positions[i] = at < length ? at : 2 * length - 1 - at;
  }
  positions.back() = positions.front();
  return positions;
}

void set_periods(Level& level, bool is_mirrored) {
  level.columns = period_of(level.size.width, is_mirrored);
  level.rows = period_of(level.size.height, is_mirrored);
}

Level full_size(const Image8& texture, Luma luma) {
  const GreyTexture grey(texture, luma);
  Level level{texture.size(), std::vector<std::uint64_t>(texture.size().pixels()), {}, {}};
  std::size_t i = 0;
  for (int y = 0; y < texture.height(); ++y) {
    for (int x = 0; x < texture.width(); ++x) {
      const std::uint8_t* rgb = texture.at(y, x);
      const auto grey8 = static_cast<std::uint16_t>((grey.row(y)[x] + 500) / 1000);
      level.pixels[i++] = detail::packed({rgb[0], rgb[1], rgb[2], grey8});
    }
  }
  return level;
}

/// Half the size, rounded up: means of 2x2 pixels, of fewer at an odd end.
Level halved(const Level& from) {
  const Size size{(from.size.height + 1) / 2, (from.size.width + 1) / 2};
  Level level{size, std::vector<std::uint64_t>(size.pixels()), {}, {}};
  const auto pixel = [&](int y, int x) {
    const auto row = static_cast<std::size_t>(std::min(y, from.size.height - 1));
    const auto column = static_cast<std::size_t>(std::min(x, from.size.width - 1));
    return from.pixels[row * static_cast<std::size_t>(from.size.width) + column];
  };
  std::size_t i = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      // Sums of lanes stay within their 16 bits: packed pixels add like numbers.
      const std::uint64_t sum =
          pixel(2 * y, 2 * x) + pixel(2 * y, 2 * x + 1) + pixel(2 * y + 1, 2 * x) + pixel(2 * y + 1, 2 * x + 1);
      detail::Lanes lanes = detail::lanes_of(sum);
      for (std::uint16_t& lane : lanes) lane = static_cast<std::uint16_t>((lane + 2) / 4);
      level.pixels[i++] = detail::packed(lanes);
    }
  }
  return level;
}

std::array<double, TextureTile::kLanes> variances(const Level& level) {
  std::array<double, TextureTile::kLanes> sum{}, squares{}, variance{};
  for (const std::uint64_t pixel : level.pixels) {
    const detail::Lanes lanes = detail::lanes_of(pixel);
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      sum[l] += lanes[l];
      squares[l] += lanes[l] * lanes[l];
    }
  }
  const auto count = static_cast<double>(level.pixels.size());
  for (std::size_t l = 0; l < sum.size(); ++l) {
    variance[l] = std::max(0.0, squares[l] / count - sum[l] / count * (sum[l] / count));
  }
  return variance;
}

}  // namespace

TextureTile::TextureTile(const Image8& texture, Luma luma, bool is_mirrored, double smallest_scale) {
  levels_.push_back(full_size(texture, luma));
  const auto variance = variances(levels_.front());
  grey_contrast_ = std::sqrt(variance[kGreyLane]);
  rgb_contrast_ = std::sqrt((variance[0] + variance[1] + variance[2]) / 3);
  // Warps show a part of the pattern smaller than its scale says: one size more than that needs.
  for (double scale = smallest_scale; scale < 1; scale *= 2) {
    const Level& last = levels_.back();
    if (std::min(last.size.height, last.size.width) < 4) break;
    levels_.push_back(halved(last));
  }
  for (Level& level : levels_) set_periods(level, is_mirrored);
}

std::size_t TextureTile::bytes() const {
  std::size_t sum = 0;
  for (const Level& level : levels_) sum += level.pixels.size() * sizeof(std::uint64_t);
  return sum;
}

}  // namespace csgis
