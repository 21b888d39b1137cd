#pragma once
/// Images that are hard for a PNG writer in different ways, made from a seed.

#include "imaging/image.h"

#include <array>
#include <cstdint>
#include <random>
#include <string_view>

namespace csgis::test {

inline constexpr std::array<std::string_view, 6> kPngContents = {"noise",   "gradient", "constant",
                                                                 "cartoon", "sparse",   "tiles"};

/// Sample (y, x, c) of a kind of content, in 16 bits. "cartoon": flat blocks; "sparse": single samples on black;
/// "tiles": 7 x 7 pixels of noise repeated, so that far matches occur.
template <class T>
InterleavedImage<T> make_png_case(std::string_view content, Size size, int channels, unsigned seed) {
  std::mt19937 random(seed);
  std::array<unsigned, 49 * 4> pattern;
  for (unsigned& value : pattern) value = random() & 0xFFFF;
  InterleavedImage<T> image(size, channels);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const auto tile = static_cast<std::size_t>((y % 7 * 7 + x % 7) * 4 + c);
        const auto block = static_cast<std::size_t>((y / 11 * 5 + x / 13 * 3) % 49 * 4 + c);
        unsigned value = 0;
        if (content == "noise") value = random() & 0xFFFF;
        if (content == "gradient") value = static_cast<unsigned>(y * 700 + x * 900 + c * 5000) & 0xFFFF;
        if (content == "constant") value = pattern[static_cast<std::size_t>(c)];
        if (content == "cartoon") value = pattern[block];
        if (content == "sparse") value = random() % 97 == 0 ? random() & 0xFFFF : 0;
        if (content == "tiles") value = pattern[tile];
        image.at(y, x)[c] = static_cast<T>(value >> (16 - 8 * sizeof(T)));
      }
    }
  }
  return image;
}

}  // namespace csgis::test
