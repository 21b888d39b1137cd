#pragma once
/// The changes that a training makes to its samples, byte for byte as the published program's libraries make them.
/// Planes are 8 bits unless a function says float; results are dense: height x width, rows after one another.

#include "model/image_plane.h"
#include "model/training_batch.h"

#include <cstdint>
#include <span>
#include <vector>

namespace csgis {

/// Dense copy of a view; with plane.mirrored() that is the flip.
void copy_plane(const ImagePlane& from, std::uint8_t* out);

/// Rotation about the centre by nearest neighbours, 0 from outside. Positions are fixed-point numbers with 16
/// fractional bits, summed up from pixel to pixel, as Pillow has it (Image.rotate, NEAREST).
class NearestRotation {
 public:
  /// @param degrees  counter-clockwise  @throws InvalidArgument  a side not 1 to 16384, an angle that is not finite
  NearestRotation(std::int64_t height, std::int64_t width, double degrees);
  /// @param from  of that size  Cost: about 1 ns per pixel.
  void apply(const ImagePlane& from, std::uint8_t* out) const;

 private:
  struct Row {
    std::int32_t y, x;        ///< Position of the first pixel that lies inside.
    std::int32_t begin, end;  ///< Columns that lie inside.
  };
  std::int64_t width_;
  std::int32_t step_y_, step_x_;
  std::vector<Row> rows_;
};

/// Rotation about (width / 2, height / 2), rounded down, between pixels, 0 from outside: positions in 1/32 pixel as
/// OpenCV has them (getRotationMatrix2D, warpAffine, INTER_LINEAR).
class BilinearRotation {
 public:
  /// @throws InvalidArgument  as NearestRotation
  BilinearRotation(std::int64_t height, std::int64_t width, double degrees);
  void apply(std::span<const float> from, float* out) const;
  /// Rounded, halves up.
  void apply(const ImagePlane& from, std::uint8_t* out) const;
  /// The nearest pixel instead: for labels and edges, which have no values in between.
  void apply_nearest(const ImagePlane& from, std::uint8_t* out) const;

 private:
  /// In 1/32 pixel.
  struct Position {
    std::int32_t y, x;
  };
  Position position(std::int64_t y, std::int64_t x) const;

  std::int64_t height_, width_;
  std::vector<Position> of_column_, of_row_;
};

/// Bilinear change of size: output pixel i samples (i + 0.5) scale - 0.5, the outermost pixels are repeated (OpenCV's
/// INTER_LINEAR). Without smoothing where the image becomes smaller.
std::vector<float> resize_bilinear(std::span<const float> from, std::int64_t height, std::int64_t width,
                                   std::int64_t new_height, std::int64_t new_width);
/// Rounded to nearest, in OpenCV's fixed-point arithmetic.
void resize_bilinear(const ImagePlane& from, std::int64_t new_height, std::int64_t new_width, std::uint8_t* out);
/// Pixel floor((i + 0.5) scale).
void resize_nearest(const ImagePlane& from, std::int64_t new_height, std::int64_t new_width, std::uint8_t* out);

/// The planes of a colour image, all of one size, changed in place.
struct ColourPlanes {
  std::span<std::uint8_t> red, green, blue;
};

/// Values times the factor, cut to whole numbers and clipped. Products in single precision, here and for the contrast.
/// @throws InvalidArgument  a factor that is not finite, here and below
void adjust_brightness(const ColourPlanes& image, double factor);
/// Distances from the image's mean grey, (19595 R + 38470 G + 7471 B + 32768) >> 16, times the factor.
void adjust_contrast(const ColourPlanes& image, double factor);
/// The hue, of 256 steps, moved on by 255 times the factor, cut to a whole number.
/// Cost: about 10 ns per pixel.
void adjust_hue(const ColourPlanes& image, double turns);

/// Brightness, contrast and hue in the order of the draw.
void jitter_colour(const ColourPlanes& image, const AugmentDraw& draw);

}  // namespace csgis
