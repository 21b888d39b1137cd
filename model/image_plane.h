#pragma once
/// One channel of 8 bits, wherever and however it lies in memory.

#include <cstddef>
#include <cstdint>

namespace csgis {

/// A view: parts and mirror images of it cost nothing.
struct ImagePlane {
  const std::uint8_t* data = nullptr;  ///< Of the upper left pixel.
  std::int64_t height = 0, width = 0;
  std::ptrdiff_t row_step = 0, pixel_step = 1;  ///< Bytes to the pixel below and to the right.

  bool empty() const { return data == nullptr; }
  const std::uint8_t* row(std::int64_t y) const { return data + y * row_step; }
  std::uint8_t at(std::int64_t y, std::int64_t x) const { return data[y * row_step + x * pixel_step]; }

  /// The part of that size whose upper left pixel is (top, left); must lie inside.
  ImagePlane part(std::int64_t top, std::int64_t left, std::int64_t part_height, std::int64_t part_width) const {
    return {data + top * row_step + left * pixel_step, part_height, part_width, row_step, pixel_step};
  }
  /// Left-right mirrored.
  ImagePlane mirrored() const { return {data + (width - 1) * pixel_step, height, width, row_step, -pixel_step}; }
};

}  // namespace csgis
