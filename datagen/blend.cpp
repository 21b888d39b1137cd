#include "datagen/blend.h"

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

struct Weights {
  int r, g, b;
};

constexpr Weights weights_of(Luma luma) {
  return luma == Luma::rec601 ? Weights{299, 587, 114} : Weights{114, 587, 299};
}

/// What one texture row adds to one canvas row, a value per sample.
struct RowOffsets {
  std::vector<std::int16_t> rounded;  ///< Offset rounded to nearest.
  std::vector<std::uint8_t> is_tie;   ///< 1 where the offset lies exactly between two integers; `rounded` is its floor.
  bool has_tie = false;
};

/// Offsets beyond +-512 saturate every sample anyway; the bound keeps them in 16 bits.
constexpr double kSaturatingOffset = 512;

void set_offsets(RowOffsets& out, const std::int32_t* texture_row, int texture_width, int canvas_width, double mean,
                 double strength) {
  out.has_tie = false;
  const int distinct = std::min(texture_width, canvas_width);
  for (int x = 0; x < distinct; ++x) {
    // Dividing keeps thousandths that are whole halves exact, so that ties are found by equality.
    const double offset =
        std::clamp((texture_row[x] - mean) / 1000.0 * strength, -kSaturatingOffset, kSaturatingOffset);
    const double below = std::floor(offset);
    const double fraction = offset - below;
    const bool tie = fraction == 0.5;
    const auto rounded = static_cast<std::int16_t>(below + (fraction > 0.5 ? 1 : 0));
    out.has_tie |= tie;
    for (std::size_t c = 0; c < 3; ++c) {
      out.rounded[static_cast<std::size_t>(x) * 3 + c] = rounded;
      out.is_tie[static_cast<std::size_t>(x) * 3 + c] = tie ? 1 : 0;
    }
  }
  const auto period = static_cast<std::ptrdiff_t>(distinct) * 3;
  const auto tile = [&](auto& values) {
    for (std::ptrdiff_t done = period; done < static_cast<std::ptrdiff_t>(values.size()); done += period) {
      const auto count = std::min<std::ptrdiff_t>(period, static_cast<std::ptrdiff_t>(values.size()) - done);
      std::copy_n(values.begin(), count, values.begin() + done);
    }
  };
  tile(out.rounded);
  if (out.has_tie) tile(out.is_tie);
}

void add_row(const std::uint8_t* gt, const RowOffsets& offsets, std::uint8_t* out) {
  const std::size_t samples = offsets.rounded.size();
  const std::int16_t* rounded = offsets.rounded.data();
  for (std::size_t i = 0; i < samples; ++i) {
    const auto sum = static_cast<std::int16_t>(gt[i] + rounded[i]);
    out[i] = static_cast<std::uint8_t>(std::clamp<std::int16_t>(sum, 0, 255));
  }
}

/// As add_row, where some sums end in one half: those go to the even neighbour, which depends on the GT's value.
void add_row_with_ties(const std::uint8_t* gt, const RowOffsets& offsets, std::uint8_t* out) {
  for (std::size_t i = 0; i < offsets.rounded.size(); ++i) {
    int sum = gt[i] + offsets.rounded[i];
    sum += offsets.is_tie[i] & (sum & 1);
    out[i] = static_cast<std::uint8_t>(std::clamp(sum, 0, 255));
  }
}

/// How many of the positions 0..canvas-1 fall on position `i` of a texture of `period` when tiled.
std::int64_t times_used(int i, int period, int canvas) {
  return i >= canvas ? 0 : (canvas - i + period - 1) / period;
}

}  // namespace

GreyTexture::GreyTexture(const Image8& texture, Luma luma) : size_(texture.size()) {
  require(texture.channels() == 3 && !texture.empty(), "texture: needs at least one RGB pixel, got {}x{}x{}",
          texture.height(), texture.width(), texture.channels());
  const Weights w = weights_of(luma);
  thousandths_.resize(size_.pixels());
  const std::uint8_t* rgb = texture.data();
  for (std::size_t i = 0; i < thousandths_.size(); ++i, rgb += 3) {
    thousandths_[i] = w.r * rgb[0] + w.g * rgb[1] + w.b * rgb[2];
  }
}

double GreyTexture::mean_thousandths(Size canvas) const {
  std::int64_t sum = 0;
  const int used_width = std::min(size_.width, canvas.width);
  // Columns left of `rest` occur once more than the others: two plain sums per row instead of a weighted one.
  const int rest = canvas.width % size_.width;
  const std::int64_t full_tiles = canvas.width / size_.width;
  for (int y = 0; y < std::min(size_.height, canvas.height); ++y) {
    const std::int32_t* values = row(y);
    std::int64_t left = 0, right = 0;
    for (int x = 0; x < rest; ++x) left += values[x];
    for (int x = rest; x < used_width; ++x) right += values[x];
    sum += times_used(y, size_.height, canvas.height) * (left * (full_tiles + 1) + right * full_tiles);
  }
  return static_cast<double>(sum) / static_cast<double>(canvas.pixels());
}

Image8 blend_additive(const Image8& gt, const GreyTexture& texture, double strength) {
  require(gt.channels() == 3, "blend: the GT has {} channels, needs 3", gt.channels());
  require(std::isfinite(strength), "blend: strength is {}, must be finite", strength);
  Image8 out(gt.size(), 3);
  if (gt.empty()) return out;

  const double mean = texture.mean_thousandths(gt.size());
  RowOffsets offsets{std::vector<std::int16_t>(gt.row_samples()), std::vector<std::uint8_t>(gt.row_samples())};
  const int texture_height = texture.size().height;
  for (int ty = 0; ty < std::min(texture_height, gt.height()); ++ty) {
    set_offsets(offsets, texture.row(ty), texture.size().width, gt.width(), mean, strength);
    for (int y = ty; y < gt.height(); y += texture_height) {
      if (offsets.has_tie) {
        add_row_with_ties(gt.row(y), offsets, out.row(y));
      } else {
        add_row(gt.row(y), offsets, out.row(y));
      }
    }
  }
  return out;
}

}  // namespace csgis
