#pragma once
/// Image types, one meaning each. All are move-only; a copy is asked for with clone(). Rows run from top to bottom,
/// (y, x) order everywhere, colour order R, G, B, values sRGB-encoded unless a function says otherwise.
///
///   Image8    H x W x C interleaved bytes 0..255, C = 1 (grey), 3 (RGB) or 4 (RGBA, straight alpha)
///   Image16   the same with 16-bit samples 0..65535, host byte order
///   ImageF    C planes of H x W float, nominal range [0,1], may leave it; C = 1 or 3
///   LabelMap  H x W class or object indices 0..255; never colours

#include "core/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace csgis {

/// Height and width of an image, always in this order.
struct Size {
  int height = 0;
  int width = 0;

  std::size_t pixels() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
  friend bool operator==(const Size&, const Size&) = default;
};

namespace detail {

/// Storage shared by the image types: `count` samples, not initialised twice, copied only by clone().
template <class T>
class Samples {
 public:
  Samples() = default;
  Samples(Size size, int channels) : size_(size), channels_(channels) {
    require(size.height >= 0 && size.width >= 0 && channels >= 0, "image: size {}x{}x{} is negative", size.height,
            size.width, channels);
    values_.resize(size.pixels() * static_cast<std::size_t>(channels));
  }
  Samples(Samples&&) noexcept = default;
  Samples& operator=(Samples&&) noexcept = default;

  Size size() const { return size_; }
  int height() const { return size_.height; }
  int width() const { return size_.width; }
  int channels() const { return channels_; }
  bool empty() const { return values_.empty(); }
  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  std::span<T> samples() & { return values_; }
  std::span<const T> samples() const& { return values_; }
  /// Deleted, because `for (auto v : f().samples())` would read memory that is already gone.
  std::span<const T> samples() const&& = delete;
  std::size_t bytes() const { return values_.size() * sizeof(T); }

 protected:
  ~Samples() = default;
  Samples(const Samples&) = default;

  Size size_;
  int channels_ = 0;
  std::vector<T> values_;
};

}  // namespace detail

/// Interleaved integer image; see the list at the head of this file.
template <class T>
class InterleavedImage : public detail::Samples<T> {
 public:
  InterleavedImage() = default;
  /// All samples 0. channels: 1, 3 or 4.
  InterleavedImage(Size size, int channels) : detail::Samples<T>(size, channels) {}
  InterleavedImage(InterleavedImage&&) noexcept = default;
  InterleavedImage& operator=(InterleavedImage&&) noexcept = default;

  InterleavedImage clone() const { return InterleavedImage(*this); }

  T* row(int y) { return this->values_.data() + static_cast<std::size_t>(y) * row_samples(); }
  const T* row(int y) const { return this->values_.data() + static_cast<std::size_t>(y) * row_samples(); }
  /// The samples of the pixel at (y, x).
  T* at(int y, int x) { return row(y) + static_cast<std::size_t>(x) * static_cast<std::size_t>(this->channels_); }
  const T* at(int y, int x) const {
    return row(y) + static_cast<std::size_t>(x) * static_cast<std::size_t>(this->channels_);
  }
  std::size_t row_samples() const {
    return static_cast<std::size_t>(this->size_.width) * static_cast<std::size_t>(this->channels_);
  }

 private:
  InterleavedImage(const InterleavedImage&) = default;
};

using Image8 = InterleavedImage<std::uint8_t>;
using Image16 = InterleavedImage<std::uint16_t>;

/// Planar float image; plane c holds channel c, rows contiguous.
class ImageF : public detail::Samples<float> {
 public:
  ImageF() = default;
  ImageF(Size size, int channels) : Samples(size, channels) {}
  ImageF(ImageF&&) noexcept = default;
  ImageF& operator=(ImageF&&) noexcept = default;

  ImageF clone() const { return ImageF(*this); }

  float* plane(int c) { return values_.data() + static_cast<std::size_t>(c) * size_.pixels(); }
  const float* plane(int c) const { return values_.data() + static_cast<std::size_t>(c) * size_.pixels(); }
  float* row(int c, int y) { return plane(c) + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width); }
  const float* row(int c, int y) const {
    return plane(c) + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  }

 private:
  ImageF(const ImageF&) = default;
};

/// Index per pixel: VOC classes 0..20 and 255 (void), or object numbers. Kept apart from grey images on purpose.
class LabelMap : public detail::Samples<std::uint8_t> {
 public:
  LabelMap() = default;
  explicit LabelMap(Size size) : Samples(size, 1) {}
  LabelMap(LabelMap&&) noexcept = default;
  LabelMap& operator=(LabelMap&&) noexcept = default;

  LabelMap clone() const { return LabelMap(*this); }

  std::uint8_t* row(int y) {
    return values_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  }
  const std::uint8_t* row(int y) const {
    return values_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  }

 private:
  LabelMap(const LabelMap&) = default;
};

}  // namespace csgis
