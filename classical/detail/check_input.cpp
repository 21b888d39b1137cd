#include "classical/detail/check_input.h"

#include <cmath>

namespace csgis::detail {

void check_input(const char* method, const ImageF& image) {
  require(!image.empty(), "{}: the image is {} x {}, must have pixels", method, image.height(), image.width());
  require(image.channels() == 1 || image.channels() == 3, "{}: the image has {} channels, must have 1 or 3", method,
          image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      const float* const row = image.row(c, y);
      for (int x = 0; x < image.width(); ++x) {
        require(std::isfinite(row[x]), "{}: value {} at row {}, column {}, channel {} is not finite", method, row[x], y,
                x, c);
      }
    }
  }
}

void check_unit_range(const char* method, const ImageF& image) {
  for (const float value : image.samples()) {
    require(value >= 0 && value <= 1, "{}: value {} is outside [0,1], on which it is defined; use --normalise", method,
            value);
  }
}

}  // namespace csgis::detail
