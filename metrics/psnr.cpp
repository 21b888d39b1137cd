#include "metrics/psnr.h"

#include <cmath>
#include <cstdint>

namespace csgis {

double psnr(const Image8& a, const Image8& b) {
  require(a.size() == b.size() && a.channels() == b.channels(), "psnr: images of {}x{}x{} and {}x{}x{} differ in shape",
          a.height(), a.width(), a.channels(), b.height(), b.width(), b.channels());
  require(!a.empty(), "psnr: images without pixels");
  std::uint64_t squares = 0;  // a whole number: no rounding, no order
  for (int y = 0; y < a.height(); ++y) {
    const std::uint8_t *p = a.row(y), *q = b.row(y);
    for (std::size_t i = 0; i < a.row_samples(); ++i) {
      const std::int32_t difference = std::int32_t{p[i]} - q[i];
      squares += static_cast<std::uint32_t>(difference * difference);
    }
  }
  const double mse = static_cast<double>(squares) / static_cast<double>(a.samples().size());
  return 10 * std::log10(255.0 * 255.0 / mse);
}

}  // namespace csgis
