#pragma once
/// Small images and comparisons for the tests of smoothers.

#include "imaging/image.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace csgis::test {

/// Two flat regions with a slanted edge between them and noise on top, in about [0.1, 0.9]; a function of its
/// arguments.
inline ImageF textured_image(Size size, int channels, double noise = 0.08) {
  ImageF image(size, channels);
  std::uint64_t state = 88172645463325252ULL;
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        state ^= state << 13;  // Marsaglia's xorshift: the same numbers everywhere
        state ^= state >> 7;
        state ^= state << 17;
        const double random = static_cast<double>(state >> 11) / 9007199254740992.0 - 0.5;
        const bool bright = 3 * x + 2 * y > 2 * size.width;
        image.row(c, y)[x] = static_cast<float>((bright ? 0.7 - 0.1 * c : 0.25 + 0.05 * c) + noise * random);
      }
    }
  }
  return image;
}

inline ImageF transposed(const ImageF& image) {
  ImageF result({image.width(), image.height()}, image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) result.row(c, x)[y] = image.row(c, y)[x];
    }
  }
  return result;
}

/// Mean over the 3x3 neighbourhood that lies inside the image.
inline ImageF box_blurred(const ImageF& image) {
  ImageF result(image.size(), image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        double sum = 0;
        int count = 0;
        for (int v = std::max(0, y - 1); v <= std::min(image.height() - 1, y + 1); ++v) {
          for (int u = std::max(0, x - 1); u <= std::min(image.width() - 1, x + 1); ++u, ++count) {
            sum += image.row(c, v)[u];
          }
        }
        result.row(c, y)[x] = static_cast<float>(sum / count);
      }
    }
  }
  return result;
}

inline double greatest_difference(const ImageF& a, const ImageF& b) {
  REQUIRE(a.size() == b.size());
  REQUIRE(a.channels() == b.channels());
  double greatest = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    const double d = std::abs(static_cast<double>(a.samples()[i]) - b.samples()[i]);
    greatest = d <= greatest ? greatest : d;  // NaN counts as greatest
  }
  return greatest;
}

/// For a peak of 1; a high number instead of infinity for equal images.
inline double psnr_between(const ImageF& a, const ImageF& b) {
  REQUIRE(a.size() == b.size());
  double squares = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    const double d = static_cast<double>(a.samples()[i]) - b.samples()[i];
    squares += d * d;
  }
  return -10 * std::log10(squares / static_cast<double>(a.samples().size()) + 1e-300);
}

/// Sum of the absolute differences of neighbours.
inline double total_variation(const ImageF& image) {
  double sum = 0;
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const float here = image.row(c, y)[x];
        if (x + 1 < image.width()) sum += std::abs(image.row(c, y)[x + 1] - here);
        if (y + 1 < image.height()) sum += std::abs(image.row(c, y + 1)[x] - here);
      }
    }
  }
  return sum;
}

inline double mean_of(const ImageF& image, int c) {
  double sum = 0;
  for (std::size_t i = 0; i < image.size().pixels(); ++i) sum += image.plane(c)[i];
  return sum / static_cast<double>(image.size().pixels());
}

inline bool same_bytes(const ImageF& a, const ImageF& b) {
  return a.size() == b.size() && std::ranges::equal(a.samples(), b.samples());
}

}  // namespace csgis::test
