#pragma once
/// Image files as ImageF, 8 and 16 bit samples divided by their maximum.

#include "imaging/image.h"
#include "imaging/image_file.h"

#include <type_traits>

namespace csgis::test {

inline ImageF read_float(const boost::filesystem::path& path) {
  const DecodedImage decoded = read_image(path);
  ImageF out(decoded.size(), decoded.colour_channels());
  std::visit(
      [&]<class Pixels>(const Pixels& pixels) {
        using Sample = std::decay_t<decltype(*pixels.data())>;
        const double scale = std::is_same_v<Sample, float> ? 1 : std::is_same_v<Sample, std::uint8_t> ? 255 : 65535;
        for (int c = 0; c < out.channels(); ++c) {
          for (int y = 0; y < out.height(); ++y) {
            for (int x = 0; x < out.width(); ++x) {
              out.row(c, y)[x] = static_cast<float>(static_cast<double>(pixels.at(y, x)[c]) / scale);
            }
          }
        }
      },
      decoded.pixels);
  return out;
}

}  // namespace csgis::test
