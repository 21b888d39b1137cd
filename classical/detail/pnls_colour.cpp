#include "classical/detail/pnls_colour.h"

#include <algorithm>
#include <cmath>

namespace csgis::detail {
namespace {

// All constants are the released program's.
constexpr double kWhiteX = 0.950456, kWhiteZ = 1.088754;
constexpr double kLinearBelow = 0.008856, kRootLinearBelow = 0.206893;
constexpr double kSlope = 7.787, kIntercept = 16.0 / 116;
constexpr double kDarkSlope = 903.3;

double root_or_line(double value) {
  return value > kLinearBelow ? std::cbrt(value) : kSlope * value + kIntercept;
}

double cube_or_line(double value) {
  return value > kRootLinearBelow ? value * value * value : (value - kIntercept) / kSlope;
}

}  // namespace

std::array<double, 3> lab_from_rgb(const std::array<double, 3>& rgb) {
  const auto [r, g, b] = rgb;
  const double x = (0.412453 * r + 0.357580 * g + 0.180423 * b) / kWhiteX;
  const double y = 0.212671 * r + 0.715160 * g + 0.072169 * b;
  const double z = (0.019334 * r + 0.119193 * g + 0.950227 * b) / kWhiteZ;
  const double fy = root_or_line(y);
  const double lightness = y > kLinearBelow ? 116 * fy - 16 : kDarkSlope * y;
  return {lightness, 500 * (root_or_line(x) - fy), 200 * (fy - root_or_line(z))};
}

std::array<double, 3> rgb_from_lab(const std::array<double, 3>& lab) {
  const double root = (lab[0] + 16) / 116;
  const double cube = root * root * root;
  const bool bright = cube > kLinearBelow;
  const double y = bright ? cube : lab[0] / kDarkSlope;
  const double fy = bright ? root : kSlope * y + kIntercept;
  const double x = cube_or_line(lab[1] / 500 + fy) * kWhiteX;
  const double z = cube_or_line(fy - lab[2] / 200) * kWhiteZ;
  return {std::clamp(3.240479 * x - 1.537150 * y - 0.498535 * z, 0.0, 1.0),
          std::clamp(-0.969256 * x + 1.875992 * y + 0.041556 * z, 0.0, 1.0),
          std::clamp(0.055648 * x - 0.204043 * y + 1.057311 * z, 0.0, 1.0)};
}

double opponent_guide(const std::array<double, 3>& rgb) {
  const auto [r, g, b] = rgb;
  return std::max(0.5 * r - 0.5 * b + 0.5, 0.25 * r - 0.5 * g + 0.25 * b + 0.5);
}

double exact_level(float value) {
  const double level = std::round(static_cast<double>(value) * 255) / 255;
  return static_cast<float>(level) == value ? level : static_cast<double>(value);
}

}  // namespace csgis::detail
