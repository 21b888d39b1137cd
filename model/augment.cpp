#include "model/augment.h"

#include "core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

namespace csgis {
namespace {

constexpr std::int64_t kLargestSide = 16384;  // positions with 16 fractional bits fit 32 bits
constexpr double kFixedOne = 65536;

void check(std::int64_t height, std::int64_t width, double degrees) {
  require(height >= 1 && width >= 1 && std::max(height, width) <= kLargestSide,
          "rotation: a side of {}x{} is not 1 to {}", height, width, kLargestSide);
  require(std::isfinite(degrees), "rotation: the angle is not finite");
}

std::int32_t fixed_point(double value) {
  return static_cast<std::int32_t>(std::floor(value * kFixedOne + 0.5));
}

/// As Pillow does before it uses a sine: quarter turns become exact.
double rounded_15(double value) {
  constexpr double kDigits = 1e15;
  return std::nearbyint(value * kDigits) / kDigits;
}

double radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}

bool is_inside(std::int32_t position, std::int64_t side) {
  return position >= 0 && (position >> 16) < side;
}

}  // namespace

void copy_plane(const ImagePlane& from, std::uint8_t* out) {
  for (std::int64_t y = 0; y < from.height; ++y, out += from.width) {
    const std::uint8_t* row = from.row(y);
    if (from.pixel_step == 1) {
      std::memcpy(out, row, static_cast<std::size_t>(from.width));
      continue;
    }
    for (std::int64_t x = 0; x < from.width; ++x) out[x] = row[x * from.pixel_step];
  }
}

NearestRotation::NearestRotation(std::int64_t height, std::int64_t width, double degrees) : width_(width) {
  check(height, width, degrees);
  const double angle = -radians(std::fmod(degrees, 360));
  const double c = rounded_15(std::cos(angle)), s = rounded_15(std::sin(angle));
  const double centre_x = static_cast<double>(width) / 2, centre_y = static_cast<double>(height) / 2;
  const double origin_x = centre_x - c * centre_x - s * centre_y, origin_y = centre_y + s * centre_x - c * centre_y;
  step_x_ = fixed_point(c);
  step_y_ = fixed_point(-s);
  const std::int32_t row_step_x = fixed_point(s), row_step_y = fixed_point(c);
  std::int32_t row_x = fixed_point(origin_x + c * 0.5 + s * 0.5), row_y = fixed_point(origin_y - s * 0.5 + c * 0.5);
  for (std::int64_t y = 0; y < height; ++y, row_x += row_step_x, row_y += row_step_y) {
    // Both positions run one way along a row, so what lies inside is one piece of it.
    Row row{row_y, row_x, 0, 0};
    std::int32_t x = 0;
    const auto columns = static_cast<std::int32_t>(width);
    while (x < columns && !(is_inside(row.x, width) && is_inside(row.y, height))) {
      row.x += step_x_;
      row.y += step_y_;
      ++x;
    }
    row.begin = x;
    std::int32_t next_x = row.x, next_y = row.y;
    while (x < columns && is_inside(next_x, width) && is_inside(next_y, height)) {
      next_x += step_x_;
      next_y += step_y_;
      ++x;
    }
    row.end = x;
    rows_.push_back(row);
  }
}

void NearestRotation::apply(const ImagePlane& from, std::uint8_t* out) const {
  for (const Row& row : rows_) {
    std::memset(out, 0, static_cast<std::size_t>(row.begin));
    std::int32_t y = row.y, x = row.x;
    for (std::int32_t i = row.begin; i < row.end; ++i, y += step_y_, x += step_x_) {
      out[i] = from.data[(y >> 16) * from.row_step + (x >> 16) * from.pixel_step];
    }
    std::memset(out + row.end, 0, static_cast<std::size_t>(width_ - row.end));
    out += width_;
  }
}

BilinearRotation::BilinearRotation(std::int64_t height, std::int64_t width, double degrees)
    : height_(height), width_(width) {
  check(height, width, degrees);
  const double a = std::cos(radians(degrees)), b = std::sin(radians(degrees));
  const auto half_width = width / 2, half_height = height / 2;  // rounded down, as OpenCV's callers do
  const auto centre_x = static_cast<double>(half_width), centre_y = static_cast<double>(half_height);
  // The forward map and its inverse, in the steps in which OpenCV rounds them.
  const double m[2][3] = {{a, b, (1 - a) * centre_x - b * centre_y}, {-b, a, b * centre_x + (1 - a) * centre_y}};
  const double determinant = 1 / (m[0][0] * m[1][1] - m[0][1] * m[1][0]);
  const double i00 = m[1][1] * determinant, i01 = -m[0][1] * determinant;
  const double i10 = -m[1][0] * determinant, i11 = m[0][0] * determinant;
  const double i02 = -i00 * m[0][2] - i01 * m[1][2], i12 = -i10 * m[0][2] - i11 * m[1][2];
  constexpr double kScale = 1024;
  constexpr std::int32_t kHalf = 16;
  const auto rounded = [](double value) { return static_cast<std::int32_t>(std::lrint(value)); };
  for (std::int64_t x = 0; x < width; ++x) {
    const auto at = static_cast<double>(x);
    of_column_.push_back({rounded(i10 * at * kScale), rounded(i00 * at * kScale)});
  }
  for (std::int64_t y = 0; y < height; ++y) {
    const auto at = static_cast<double>(y);
    of_row_.push_back({rounded((i11 * at + i12) * kScale) + kHalf, rounded((i01 * at + i02) * kScale) + kHalf});
  }
}

BilinearRotation::Position BilinearRotation::position(std::int64_t y, std::int64_t x) const {
  const Position& row = of_row_[static_cast<std::size_t>(y)];
  const Position& column = of_column_[static_cast<std::size_t>(x)];
  return {(row.y + column.y) >> 5, (row.x + column.x) >> 5};
}

void BilinearRotation::apply(std::span<const float> from, float* out) const {
  const auto value = [&](std::int64_t y, std::int64_t x) {
    const bool inside = y >= 0 && y < height_ && x >= 0 && x < width_;
    return inside ? from[static_cast<std::size_t>(y * width_ + x)] : 0.0F;
  };
  for (std::int64_t y = 0; y < height_; ++y) {
    for (std::int64_t x = 0; x < width_; ++x) {
      const Position at = position(y, x);
      const float fy = static_cast<float>(at.y & 31) / 32, fx = static_cast<float>(at.x & 31) / 32;
      const std::int64_t top = at.y >> 5, left = at.x >> 5;
      *out++ = value(top, left) * ((1 - fy) * (1 - fx)) + value(top, left + 1) * ((1 - fy) * fx) +
               value(top + 1, left) * (fy * (1 - fx)) + value(top + 1, left + 1) * (fy * fx);
    }
  }
}

void BilinearRotation::apply(const ImagePlane& from, std::uint8_t* out) const {
  const auto value = [&](std::int64_t y, std::int64_t x) {
    return y >= 0 && y < height_ && x >= 0 && x < width_ ? std::int32_t{from.at(y, x)} : 0;
  };
  for (std::int64_t y = 0; y < height_; ++y) {
    for (std::int64_t x = 0; x < width_; ++x) {
      const Position at = position(y, x);
      const std::int32_t fy = at.y & 31, fx = at.x & 31;
      const std::int64_t top = at.y >> 5, left = at.x >> 5;
      const std::int32_t sum = (32 - fy) * ((32 - fx) * value(top, left) + fx * value(top, left + 1)) +
                               fy * ((32 - fx) * value(top + 1, left) + fx * value(top + 1, left + 1));  // in 1/1024
      *out++ = static_cast<std::uint8_t>((sum + 512) >> 10);
    }
  }
}

void BilinearRotation::apply_nearest(const ImagePlane& from, std::uint8_t* out) const {
  for (std::int64_t y = 0; y < height_; ++y) {
    for (std::int64_t x = 0; x < width_; ++x) {
      const Position at = position(y, x);
      const std::int64_t row = (at.y + 16) >> 5, column = (at.x + 16) >> 5;
      const bool inside = row >= 0 && row < height_ && column >= 0 && column < width_;
      *out++ = inside ? from.at(row, column) : std::uint8_t{0};
    }
  }
}

namespace {

/// The two pixels that an output pixel lies between, and the share of the second.
struct Tap {
  std::int64_t first, second;
  float share;
};

std::vector<Tap> taps(std::int64_t side, std::int64_t new_side) {
  const double scale = static_cast<double>(side) / static_cast<double>(new_side);
  std::vector<Tap> result;
  for (std::int64_t i = 0; i < new_side; ++i) {
    const auto position = static_cast<float>((static_cast<double>(i) + 0.5) * scale - 0.5);
    const auto first = static_cast<std::int64_t>(std::floor(position));
    float share = position - static_cast<float>(first);
    if (first < 0 || first >= side - 1) share = 0;
    const std::int64_t kept = std::clamp<std::int64_t>(first, 0, side - 1);
    result.push_back({kept, std::min(kept + 1, side - 1), share});
  }
  return result;
}

}  // namespace

std::vector<float> resize_bilinear(std::span<const float> from, std::int64_t height, std::int64_t width,
                                   std::int64_t new_height, std::int64_t new_width) {
  const std::vector<Tap> columns = taps(width, new_width);
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(new_height * new_width));
  for (const Tap& row : taps(height, new_height)) {
    const float* const upper = from.data() + row.first * width;
    const float* const lower = from.data() + row.second * width;
    for (const Tap& column : columns) {
      const auto across = [&](const float* values) {
        return values[column.first] * (1 - column.share) + values[column.second] * column.share;
      };
      result.push_back(across(upper) * (1 - row.share) + across(lower) * row.share);
    }
  }
  return result;
}

void resize_bilinear(const ImagePlane& from, std::int64_t new_height, std::int64_t new_width, std::uint8_t* out) {
  constexpr float kOne = 2048;
  const auto weight = [](float share) { return static_cast<std::int32_t>(std::lrint(share * kOne)); };
  const std::vector<Tap> columns = taps(from.width, new_width);
  for (const Tap& row : taps(from.height, new_height)) {
    const std::int32_t lower_weight = weight(row.share), upper_weight = weight(1 - row.share);
    for (const Tap& column : columns) {
      const auto across = [&](std::int64_t y) {
        return from.at(y, column.first) * weight(1 - column.share) + from.at(y, column.second) * weight(column.share);
      };
      const std::int32_t sum =
          ((upper_weight * (across(row.first) >> 4)) >> 16) + ((lower_weight * (across(row.second) >> 4)) >> 16);
      *out++ = static_cast<std::uint8_t>((sum + 2) >> 2);
    }
  }
}

void resize_nearest(const ImagePlane& from, std::int64_t new_height, std::int64_t new_width, std::uint8_t* out) {
  const auto source = [](std::int64_t i, std::int64_t side, std::int64_t new_side) {
    return (2 * i + 1) * side / (2 * new_side);  // floor((i + 0.5) side / new_side) in whole numbers
  };
  for (std::int64_t y = 0; y < new_height; ++y) {
    const std::int64_t row = source(y, from.height, new_height);
    for (std::int64_t x = 0; x < new_width; ++x) *out++ = from.at(row, source(x, from.width, new_width));
  }
}

}  // namespace csgis
