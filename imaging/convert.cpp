#include "imaging/convert.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace csgis {
namespace {

template <class T>
float unit_value(T sample) {
  // Not times the reciprocal, which gives another float for half of the bytes.
  return static_cast<float>(sample) / static_cast<float>(std::numeric_limits<T>::max());
}

float unit_value(float sample) {
  return sample;
}

/// Channels first .. first + count - 1 as planes.
template <class T>
ImageF planes_of(const InterleavedImage<T>& image, int first, int count) {
  ImageF planes(image.size(), count);
  const auto step = static_cast<std::size_t>(image.channels());
  for (int c = 0; c < count; ++c) {
    const T* in = image.data() + first + c;
    float* out = planes.plane(c);
    for (std::size_t i = 0; i < image.size().pixels(); ++i) out[i] = unit_value(in[i * step]);
  }
  return planes;
}

/// Nearest whole number of 0 <= v < 2^22, halves to even: the sum has no room for a fraction.
float rounded(float v) {
  constexpr float kNoFraction = 12582912;  // 1.5 * 2^23
  return (v + kNoFraction) - kNoFraction;
}

/// By its bits: a comparison of floats would keep the loop from being vectorised.
int is_nan(float v) {
  return (std::bit_cast<std::uint32_t>(v) & 0x7FFFFFFFU) > 0x7F800000U ? 1 : 0;
}

template <class T>
InterleavedImage<T> quantised(const ImageF& image) {
  constexpr auto kWhite = static_cast<float>(std::numeric_limits<T>::max());
  constexpr std::size_t kBlock = 1024;  // so that the loop with the arithmetic has no gaps and is vectorised
  InterleavedImage<T> out(image.size(), image.channels());
  const auto step = static_cast<std::size_t>(image.channels());
  const std::size_t count = image.size().pixels();
  T block[kBlock];
  int nans = 0;
  for (int c = 0; c < image.channels(); ++c) {
    for (std::size_t first = 0; first < count; first += kBlock) {
      const float* const in = image.plane(c) + first;
      const std::size_t length = std::min(kBlock, count - first);
      for (std::size_t i = 0; i < length; ++i) {
        nans |= is_nan(in[i]);
        // max() with the constant first makes 0 of a NaN, which has no whole number to become.
        block[i] = static_cast<T>(static_cast<std::int32_t>(rounded(std::min(1.0F, std::max(0.0F, in[i])) * kWhite)));
      }
      T* const to = out.data() + first * step + static_cast<std::size_t>(c);
      for (std::size_t i = 0; i < length; ++i) to[i * step] = block[i];
    }
  }
  require(nans == 0, "conversion to {} bits: the image has values that are not a number", 8 * sizeof(T));
  return out;
}

}  // namespace

ImageF to_float(const DecodedImage& image) {
  return std::visit([&](const auto& pixels) { return planes_of(pixels, 0, image.colour_channels()); }, image.pixels);
}

ImageF to_float(const Image8& image) {
  return planes_of(image, 0, image.channels() >= 3 ? 3 : 1);
}

ImageF alpha_to_float(const DecodedImage& image) {
  if (!image.has_alpha()) return {};
  return std::visit([&](const auto& pixels) { return planes_of(pixels, image.colour_channels(), 1); }, image.pixels);
}

Image8 to_image8(const ImageF& image) {
  return quantised<std::uint8_t>(image);
}

Image16 to_image16(const ImageF& image) {
  return quantised<std::uint16_t>(image);
}

}  // namespace csgis
