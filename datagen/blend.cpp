#include "datagen/blend.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace csgis {
namespace {

struct Weights {
  int r, g, b;
};

constexpr Weights weights_of(Luma luma) {
  return luma == Luma::rec601 ? Weights{299, 587, 114} : Weights{114, 587, 299};
}

/// What one texture row adds to one canvas row.
struct RowOffsets {
  explicit RowOffsets(int canvas_width)
      : width(canvas_width), per_pixel(pixels()), per_sample(3 * pixels() + kSlack), tie_per_pixel(pixels()) {}

  std::size_t pixels() const { return static_cast<std::size_t>(width); }
  std::size_t samples() const { return 3 * pixels(); }

  static constexpr std::size_t kSlack = 1;  // the last pixel's store reaches one sample too far

  int width;
  std::vector<std::int16_t> per_pixel;      ///< Offset rounded to nearest; its floor where it is a tie.
  std::vector<std::int16_t> per_sample;     ///< The same, three times each.
  std::vector<std::uint8_t> tie_per_pixel;  ///< 1 where the offset lies exactly between two integers.
  bool has_tie = false;
};

/// Offsets beyond +-512 saturate every sample anyway; the bound keeps them in 16 bits.
constexpr double kSaturatingOffset = 512;
/// Makes offsets positive, so that cutting off the fraction is rounding down, which every CPU does without a call.
constexpr int kPositive = 1024;

/// Rounds the offsets of one texture row where none can lie between two integers: with strength 1 that takes a mean of
/// whole thousandths. Plain on purpose: the compiler makes vector code of it.
void round_offsets(RowOffsets& out, const std::int32_t* texture_row, int count, double mean) {
  std::int16_t* per_pixel = out.per_pixel.data();
  for (int x = 0; x < count; ++x) {
    const double offset = (texture_row[x] - mean) * 0.001;
    per_pixel[x] = static_cast<std::int16_t>(static_cast<int>(offset + (kPositive + 0.5)) - kPositive);
  }
  out.has_tie = false;
}

/// The same for any mean and strength, with ties found.
void round_offsets_and_ties(RowOffsets& out, const std::int32_t* texture_row, int count, double mean, double strength) {
  out.has_tie = false;
  for (int x = 0; x < count; ++x) {
    // Whole halves stay exact: the error of the double 0.001 is below half a unit in the last place of the product.
    const double offset = (texture_row[x] - mean) * 0.001 * strength;
    const double shifted = std::clamp(offset, -kSaturatingOffset, kSaturatingOffset) + kPositive;
    const int below = static_cast<int>(shifted);
    const double fraction = shifted - below;
    const bool tie = fraction == 0.5;
    out.per_pixel[static_cast<std::size_t>(x)] =
        static_cast<std::int16_t>(below - kPositive + (fraction > 0.5 ? 1 : 0));
    out.tie_per_pixel[static_cast<std::size_t>(x)] = tie ? 1 : 0;
    out.has_tie |= tie;
  }
}

void set_offsets(RowOffsets& out, const std::int32_t* texture_row, int texture_width, double mean, double strength) {
  const int distinct = std::min(texture_width, out.width);
  const bool may_tie = strength != 1 || mean == std::floor(mean);
  if (may_tie) {
    round_offsets_and_ties(out, texture_row, distinct, mean, strength);
  } else {
    round_offsets(out, texture_row, distinct, mean);
  }
  for (std::size_t x = static_cast<std::size_t>(distinct); x < out.pixels(); ++x) {
    out.per_pixel[x] = out.per_pixel[x - static_cast<std::size_t>(distinct)];
    out.tie_per_pixel[x] = out.tie_per_pixel[x - static_cast<std::size_t>(distinct)];
  }
  // Four equal samples at once; the next pixel writes over the fourth.
  for (std::size_t x = 0; x < out.pixels(); ++x) {
    const std::uint64_t four = static_cast<std::uint16_t>(out.per_pixel[x]) * 0x0001000100010001ULL;
    std::memcpy(&out.per_sample[3 * x], &four, sizeof(four));
  }
}

void add_row(const std::uint8_t* gt, const RowOffsets& offsets, std::uint8_t* out) {
  const std::size_t samples = offsets.samples();
  const std::int16_t* offset = offsets.per_sample.data();
  for (std::size_t i = 0; i < samples; ++i) {
    const auto sum = static_cast<std::int16_t>(gt[i] + offset[i]);
    out[i] = static_cast<std::uint8_t>(std::clamp<std::int16_t>(sum, 0, 255));
  }
}

/// As add_row, where some sums end in one half: those go to the even neighbour, which depends on the GT's value.
void add_row_with_ties(const std::uint8_t* gt, const RowOffsets& offsets, std::uint8_t* out) {
  for (std::size_t i = 0; i < offsets.samples(); ++i) {
    int sum = gt[i] + offsets.per_sample[i];
    sum += offsets.tie_per_pixel[i / 3] & (sum & 1);
    out[i] = static_cast<std::uint8_t>(std::clamp(sum, 0, 255));
  }
}

/// How many of the sums of add_row() leave 0..255.
int clipped_in_row(const std::uint8_t* gt, const RowOffsets& offsets) {
  const std::int16_t* offset = offsets.per_sample.data();
  int count = 0;
  for (std::size_t i = 0; i < offsets.samples(); ++i) {
    const auto sum = static_cast<std::int16_t>(gt[i] + offset[i]);
    count += static_cast<std::uint16_t>(sum) > 255 ? 1 : 0;
  }
  return count;
}

/// Sum of values 0..255000, in pieces whose sum fits 32 bits: twice the lanes of a 64-bit sum.
std::int64_t sum_of(const std::int32_t* begin, const std::int32_t* end) {
  constexpr std::ptrdiff_t kPiece = 8192;
  std::int64_t total = 0;
  while (begin < end) {
    const std::int32_t* const stop = begin + std::min(kPiece, end - begin);
    std::uint32_t piece = 0;
    for (; begin < stop; ++begin) piece += static_cast<std::uint32_t>(*begin);
    total += piece;
  }
  return total;
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
    const std::int64_t left = sum_of(values, values + rest), right = sum_of(values + rest, values + used_width);
    sum += times_used(y, size_.height, canvas.height) * (left * (full_tiles + 1) + right * full_tiles);
  }
  return static_cast<double>(sum) / static_cast<double>(canvas.pixels());
}

double GreyTexture::contrast(Size canvas) const {
  const double mean = mean_thousandths(canvas);
  double sum = 0;
  for (int y = 0; y < std::min(size_.height, canvas.height); ++y) {
    double of_row = 0;
    for (int x = 0; x < std::min(size_.width, canvas.width); ++x) {
      const double from_mean = row(y)[x] - mean;
      of_row += static_cast<double>(times_used(x, size_.width, canvas.width)) * from_mean * from_mean;
    }
    sum += static_cast<double>(times_used(y, size_.height, canvas.height)) * of_row;
  }
  return std::sqrt(sum / static_cast<double>(canvas.pixels())) / 1000;
}

std::size_t clipped_values(const Image8& gt, const GreyTexture& texture, double strength) {
  const double mean = texture.mean_thousandths(gt.size());
  RowOffsets offsets(gt.width());
  std::size_t count = 0;
  for (int ty = 0; ty < std::min(texture.size().height, gt.height()); ++ty) {
    set_offsets(offsets, texture.row(ty), texture.size().width, mean, strength);
    for (int y = ty; y < gt.height(); y += texture.size().height) {
      count += static_cast<std::size_t>(clipped_in_row(gt.row(y), offsets));
    }
  }
  return count;
}

Image8 blend_additive(const Image8& gt, const GreyTexture& texture, double strength) {
  require(gt.channels() == 3, "blend: the GT has {} channels, needs 3", gt.channels());
  require(std::isfinite(strength), "blend: strength is {}, must be finite", strength);
  Image8 out(gt.size(), 3);
  if (gt.empty()) return out;

  const double mean = texture.mean_thousandths(gt.size());
  RowOffsets offsets(gt.width());
  const int texture_height = texture.size().height;
  for (int ty = 0; ty < std::min(texture_height, gt.height()); ++ty) {
    set_offsets(offsets, texture.row(ty), texture.size().width, mean, strength);
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
