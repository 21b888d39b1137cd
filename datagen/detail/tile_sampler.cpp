#include "datagen/detail/tile_sampler.h"

#include "datagen/detail/portable_math.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace csgis::detail {
namespace {

constexpr int kFractionBits = 16;
constexpr double kFixed = 1 << kFractionBits;

/// The largest step, in pixels of a level, at which that level is used; the next one halves it.
constexpr double kLargestStep = 1.42;

/// Two pixels, four lanes each. GCC and Clang make vector code of its operators on every CPU.
using TwoPixels = std::uint16_t __attribute__((vector_size(16)));
using TwoPixelBytes = std::uint8_t __attribute__((vector_size(8)));

TwoPixels read_two(const std::uint32_t* pixels) {
  TwoPixelBytes bytes;
  std::memcpy(&bytes, pixels, sizeof(bytes));
  return __builtin_convertvector(bytes, TwoPixels);
}

/// Weights of a pixel and the one to its right, for each 1/256 of the way between them; they sum to 256.
std::array<TwoPixels, 256> make_weights() {
  std::array<TwoPixels, 256> all{};
  for (std::uint16_t f = 0; f < 256; ++f) {
    const auto left = static_cast<std::uint16_t>(256 - f);
    all[f] = TwoPixels{left, left, left, left, f, f, f, f};
  }
  return all;
}
const std::array<TwoPixels, 256> kWeights = make_weights();

/// Modulo the period, in 1/65536.
std::int64_t fixed_in_period(double value, int period) {
  const double inside = value - std::floor(value / period) * period;
  const auto fixed = static_cast<std::int64_t>(inside * kFixed + 0.5);
  const std::int64_t end = std::int64_t{period} << kFractionBits;
  return fixed >= end ? fixed - end : fixed;
}

const TextureTile::Level& level_for(const TextureTile& tile, double step) {
  int level = 0;
  for (; level + 1 < tile.levels() && step > kLargestStep; ++level) step /= 2;
  return tile.level(level);
}

}  // namespace

TileSampler::TileSampler(const TextureTile& tile, const TexturePlacement& p, Size canvas)
    : level_(level_for(tile, 1 / p.scale)), centre_y_(0.5 * (canvas.height - 1)), centre_x_(0.5 * (canvas.width - 1)) {
  const double half_diagonal = std::max(1.0, std::sqrt(centre_y_ * centre_y_ + centre_x_ * centre_x_));
  tilt_y_ = p.tilt_y / half_diagonal;
  tilt_x_ = p.tilt_x / half_diagonal;
  // The library's sine differs between machines in its last bit; at no angle the table gives 1 and 0 exactly.
  const auto turns = static_cast<float>(p.angle / 360);
  const double c = p.angle == 0 ? 1 : synth::cosine_turns(turns), s = p.angle == 0 ? 0 : synth::sine_turns(turns);
  const double across = p.stretch / p.scale, along = 1 / (p.stretch * p.scale);
  // Turn * Shear * Stretch, and from the texture's pixels to the level's: centres of pixels stay where they are.
  const double to_x = 1.0 * level_.size.width / tile.level(0).size.width;
  const double to_y = 1.0 * level_.size.height / tile.level(0).size.height;
  ux_ = to_x * across * c;
  uy_ = to_x * along * (p.shear * c - s);
  vx_ = to_y * across * s;
  vy_ = to_y * along * (p.shear * s + c);
  u0_ = to_x * (p.shift_x + 0.5) - 0.5;
  v0_ = to_y * (p.shift_y + 0.5) - 0.5;
}

TileSampler::Position TileSampler::position(int y, int x) const {
  double py = y, px = x;
  if (tilt_y_ != 0 || tilt_x_ != 0) {
    const double depth = 1 + tilt_y_ * (y - centre_y_) + tilt_x_ * (x - centre_x_);
    py = centre_y_ + (y - centre_y_) / depth;
    px = centre_x_ + (x - centre_x_) / depth;
  }
  return {u0_ + uy_ * py + ux_ * px, v0_ + vy_ * py + vx_ * px};
}

void TileSampler::sample(int y, int x, int count, std::uint64_t* out) const {
  constexpr int kStraight = 32;
  Position from = position(y, x);
  for (int done = 0; done < count; done += kStraight) {
    const int length = std::min(kStraight, count - done);
    const Position to = position(y, x + done + length);
    sample_straight(from, to, length, out + done);
    from = to;
  }
}

void TileSampler::sample_straight(const Position& from, const Position& to, int count, std::uint64_t* out) const {
  const auto [height, width] = level_.period;
  const std::int64_t u_end = std::int64_t{width} << kFractionBits, v_end = std::int64_t{height} << kFractionBits;
  std::int64_t u = fixed_in_period(from.u, width), v = fixed_in_period(from.v, height);
  const std::int64_t u_step = fixed_in_period((to.u - from.u) / count, width);
  const std::int64_t v_step = fixed_in_period((to.v - from.v) / count, height);
  const std::int64_t* const rows = level_.rows.data();
  const std::uint32_t* const pixels = level_.pixels.data();
  for (int i = 0; i < count; ++i) {
    const std::int64_t row = v >> kFractionBits;
    const auto fy = static_cast<std::uint16_t>(v >> 8 & 255);
    const std::uint32_t* const upper = pixels + rows[row] + (u >> kFractionBits);
    const std::uint32_t* const lower = pixels + rows[row + 1] + (u >> kFractionBits);
    // The weights of the four pixels sum to 256: a lane of at most 255 never grows out of its 16 bits.
    const TwoPixels weights = kWeights[static_cast<std::size_t>(u >> 8 & 255)];
    const TwoPixels below = weights * fy >> 8;
    const TwoPixels sums = read_two(upper) * (weights - below) + read_two(lower) * below;
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), &sums, sizeof(halves));
    out[i] = halves[0] + halves[1];
    u += u_step;
    v += v_step;
    u -= u >= u_end ? u_end : 0;
    v -= v >= v_end ? v_end : 0;
  }
}

}  // namespace csgis::detail
