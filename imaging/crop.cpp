#include "imaging/crop.h"

#include <algorithm>

namespace csgis {
namespace {

/// First column of the half, which is half the width wide.
int first_column(int width, Half half) {
  require<DataError>(width % 2 == 0, "the width {} is odd, so the image has no {} half", width,
                     half == Half::left ? "left" : "right");
  return half == Half::left ? 0 : width / 2;
}

}  // namespace

Image8 half_of(const Image8& image, Half half) {
  const int first = first_column(image.width(), half);
  Image8 part({image.height(), image.width() / 2}, image.channels());
  for (int y = 0; y < image.height(); ++y) std::copy_n(image.at(y, first), part.row_samples(), part.row(y));
  return part;
}

ImageF half_of(const ImageF& image, Half half) {
  const int first = first_column(image.width(), half);
  ImageF part({image.height(), image.width() / 2}, image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) std::copy_n(image.row(c, y) + first, part.width(), part.row(c, y));
  }
  return part;
}

}  // namespace csgis
