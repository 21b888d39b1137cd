#pragma once
/// One channel of an image with a frame of zeros, so that neither stencils nor vector loads need border cases.

#include "imaging/image.h"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <new>
#include <type_traits>
#include <vector>

namespace csgis::detail {

/// H rows of W values; rows -1 and H and the columns -kMargin..-1 and W..round_up(W, kMargin)+kMargin-1 of every row
/// may be read and hold 0 until somebody writes there. Rows start on a cache line. Move-only.
template <class T>
class PaddedPlane {
 public:
  static constexpr int kMargin = 16;  ///< Lanes of the widest vector of float.

  PaddedPlane() = default;
  /// All values 0.
  explicit PaddedPlane(Size size)
      : size_(size), stride_(static_cast<std::size_t>((size.width + kMargin - 1) / kMargin + 2) * kMargin) {
    const std::size_t count = stride_ * static_cast<std::size_t>(size.height + 2);
    values_ = hwy::AllocateAligned<T>(count);
    if (!values_) throw std::bad_alloc();
    std::fill_n(values_.get(), count, T{0});
  }

  Size size() const { return size_; }
  int height() const { return size_.height; }
  int width() const { return size_.width; }
  std::size_t stride() const { return stride_; }
  T* row(int y) { return values_.get() + offset(y); }
  const T* row(int y) const { return values_.get() + offset(y); }

 private:
  std::size_t offset(int y) const { return static_cast<std::size_t>(y + 1) * stride_ + kMargin; }

  Size size_;
  std::size_t stride_ = 0;
  hwy::AlignedFreeUniquePtr<T[]> values_;
};

/// A sample with the digits float had to drop, if it is a level of 8 or 16 bits (v / 255 is 257 v / 65535). The
/// definitions start from v / 255 in double, and the SD filter turns the 3e-8 that float takes away into 1e-5.
inline double exact_sample(float value) {
  const double level = std::round(static_cast<double>(value) * 65535) / 65535;
  return static_cast<float>(level) == value ? level : static_cast<double>(value);
}

/// Channel c of an image, and all of them; double as exact_sample().
template <class T>
PaddedPlane<T> to_plane(const ImageF& image, int c) {
  PaddedPlane<T> plane(image.size());
  for (int y = 0; y < image.height(); ++y) {
    if constexpr (std::is_same_v<T, double>) {
      std::transform(image.row(c, y), image.row(c, y) + image.width(), plane.row(y), exact_sample);
    } else {
      std::copy_n(image.row(c, y), image.width(), plane.row(y));
    }
  }
  return plane;
}

template <class T>
std::vector<PaddedPlane<T>> to_planes(const ImageF& image) {
  std::vector<PaddedPlane<T>> planes;
  for (int c = 0; c < image.channels(); ++c) planes.push_back(to_plane<T>(image, c));
  return planes;
}

/// Back to an image; values of double are rounded once.
template <class T>
ImageF to_image(const std::vector<PaddedPlane<T>>& planes) {
  ImageF image(planes.front().size(), static_cast<int>(planes.size()));
  for (int c = 0; c < image.channels(); ++c) {
    const PaddedPlane<T>& plane = planes[static_cast<std::size_t>(c)];
    for (int y = 0; y < image.height(); ++y) {
      std::transform(plane.row(y), plane.row(y) + image.width(), image.row(c, y),
                     [](T value) { return static_cast<float>(value); });
    }
  }
  return image;
}

}  // namespace csgis::detail
