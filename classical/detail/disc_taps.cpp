#include "classical/detail/disc_taps.h"

#include <cmath>

namespace csgis::detail {
namespace {

double gaussian(int dy, int dx, double sigma) {
  const double squared = static_cast<double>(dy) * dy + static_cast<double>(dx) * dx;
  return std::exp(-squared / (2 * sigma * sigma));
}

TapRow tap_row(int dy, int reach, double sigma) {
  TapRow row{dy, reach, {}};
  for (int dx = -reach; dx <= reach; ++dx) row.weights.push_back(gaussian(dy, dx, sigma));
  return row;
}

}  // namespace

DiscTaps disc_of_radius(int radius, double sigma) {
  DiscTaps taps{radius, {}};
  int reach = radius;
  for (int dy = 0; dy <= radius; ++dy) {
    while (reach * reach + dy * dy > radius * radius) --reach;
    taps.rows.push_back(tap_row(dy, reach, sigma));
  }
  return taps;
}

DiscTaps disc_above(double precision, double sigma) {
  const int limit = static_cast<int>(std::floor(3 * sigma));
  DiscTaps taps{0, {}};
  for (int dy = 0; dy <= limit && gaussian(dy, 0, sigma) > precision; ++dy) {
    int reach = 0;
    while (reach < limit && gaussian(dy, reach + 1, sigma) > precision) ++reach;
    taps.rows.push_back(tap_row(dy, reach, sigma));
    taps.radius = dy;
  }
  return taps;
}

}  // namespace csgis::detail
