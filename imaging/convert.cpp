#include "imaging/convert.h"

#include <algorithm>
#include <cmath>
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

template <class T>
InterleavedImage<T> quantised(const ImageF& image) {
  constexpr auto kWhite = static_cast<float>(std::numeric_limits<T>::max());
  InterleavedImage<T> out(image.size(), image.channels());
  const auto step = static_cast<std::size_t>(image.channels());
  bool has_nan = false;
  for (int c = 0; c < image.channels(); ++c) {
    const float* in = image.plane(c);
    T* to = out.data() + c;
    for (std::size_t i = 0; i < image.size().pixels(); ++i) {
      has_nan |= std::isnan(in[i]);
      to[i * step] = static_cast<T>(std::nearbyint(std::clamp(in[i], 0.0F, 1.0F) * kWhite));
    }
  }
  require(!has_nan, "conversion to {} bits: the image has values that are not a number", 8 * sizeof(T));
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
