#pragma once
/// Images and comparisons for the tests of the smoothers that solve equations.

#include "imaging/image.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace csgis::test {

/// Two flat halves with texture: structure and something to remove.
inline ImageF textured_step(Size size, int channels) {
  std::mt19937 random(static_cast<std::uint32_t>(size.height * 1009 + size.width * 31 + channels));
  std::uniform_real_distribution<float> noise(-0.1F, 0.1F);
  ImageF image(size, channels);
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        image.row(c, y)[x] = (2 * x + y < size.width ? 0.25F : 0.7F - 0.1F * static_cast<float>(c)) + noise(random);
      }
    }
  }
  return image;
}

inline double greatest_difference(const ImageF& a, const ImageF& b) {
  double greatest = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    const double difference = std::abs(static_cast<double>(a.samples()[i]) - static_cast<double>(b.samples()[i]));
    if (!(difference <= greatest)) greatest = difference;
  }
  return greatest;
}

inline double psnr_between(const ImageF& a, const ImageF& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    const double difference = static_cast<double>(a.samples()[i]) - static_cast<double>(b.samples()[i]);
    squares += difference * difference;
  }
  return -10 * std::log10(squares / static_cast<double>(a.samples().size()) + 1e-300);
}

inline bool same_bytes(const ImageF& a, const ImageF& b) {
  return a.size() == b.size() && std::ranges::equal(a.samples(), b.samples());
}

inline ImageF transposed(const ImageF& image) {
  ImageF turned({image.width(), image.height()}, image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) turned.row(c, x)[y] = image.row(c, y)[x];
    }
  }
  return turned;
}

/// 3x3 mean, borders repeated: what a filter must not be mistaken for.
inline ImageF box_blur(const ImageF& image) {
  ImageF blurred(image.size(), image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        float sum = 0;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            sum += image.row(c, std::clamp(y + dy, 0, image.height() - 1))[std::clamp(x + dx, 0, image.width() - 1)];
          }
        }
        blurred.row(c, y)[x] = sum / 9;
      }
    }
  }
  return blurred;
}

inline double total_variation(const ImageF& image) {
  double sum = 0;
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const double here = image.row(c, y)[x];
        if (x + 1 < image.width()) sum += std::abs(image.row(c, y)[x + 1] - here);
        if (y + 1 < image.height()) sum += std::abs(image.row(c, y + 1)[x] - here);
      }
    }
  }
  return sum;
}

}  // namespace csgis::test
