#pragma once
/// Images continued past their border, for filters with a window.

#include "imaging/image.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace csgis::detail {

enum class Border {
  replicate,    ///< aaa|abcd|ddd
  reflect,      ///< cba|abcd|dcb
  reflect_101,  ///< dcb|abcd|cba
};

/// The index in [0, length) whose value stands at index i, folding as often as needed. length >= 1.
int border_index(int i, int length, Border border);

/// Values that a vector may read or write past the end of a padded row.
inline constexpr int kRowSlack = 16;

/// `channels` planes of values with a margin of `margin` rows and columns around them. All values are 0 at first.
template <class T>
class PaddedPlanes {
 public:
  PaddedPlanes() = default;
  PaddedPlanes(Size size, int channels, int margin)
      : size_(size),
        channels_(channels),
        margin_(margin),
        stride_(static_cast<std::size_t>(size.width + 2 * margin + kRowSlack)),
        values_(stride_ * static_cast<std::size_t>(size.height + 2 * margin) * static_cast<std::size_t>(channels)) {}

  Size size() const { return size_; }
  int height() const { return size_.height; }
  int width() const { return size_.width; }
  int channels() const { return channels_; }
  int margin() const { return margin_; }
  std::size_t stride() const { return stride_; }

  /// Column 0 of row y in [-margin, height + margin); columns run over [-margin, width + margin + kRowSlack).
  T* row(int c, int y) { return values_.data() + offset(c, y); }
  const T* row(int c, int y) const { return values_.data() + offset(c, y); }

  /// Copies an image of the same size and channels to the inside.
  void set_inside(const ImageF& image) {
    for (int c = 0; c < channels_; ++c) {
      for (int y = 0; y < height(); ++y) std::copy_n(image.row(c, y), width(), row(c, y));
    }
  }

  /// Continues the values inside into the margin.
  void fill_margin(Border border) {
    fill_margin([border](int i, int length) { return border_index(i, length, border); });
  }

  /// The same with index(i, length) in [0, length) for the value at i outside that range.
  template <class Index>
  void fill_margin(const Index& index) {
    for (int c = 0; c < channels_; ++c) {
      for (int y = 0; y < height(); ++y) fill_sides(row(c, y), index);
      for (int k = 1; k <= margin_; ++k) {
        copy_row(c, index(-k, height()), -k);
        copy_row(c, index(height() - 1 + k, height()), height() - 1 + k);
      }
    }
  }

  void fill(T value) { std::fill(values_.begin(), values_.end(), value); }

 private:
  std::size_t offset(int c, int y) const {
    const auto rows = static_cast<std::size_t>(size_.height + 2 * margin_);
    const auto line = static_cast<std::size_t>(c) * rows + static_cast<std::size_t>(y + margin_);
    return line * stride_ + static_cast<std::size_t>(margin_);
  }
  template <class Index>
  void fill_sides(T* line, const Index& index) const {
    for (int k = 1; k <= margin_; ++k) {
      line[-k] = line[index(-k, width())];
      line[width() - 1 + k] = line[index(width() - 1 + k, width())];
    }
  }
  void copy_row(int c, int from, int to) {
    const T* const begin = row(c, from) - margin_;
    std::copy(begin, begin + width() + 2 * margin_, row(c, to) - margin_);
  }

  Size size_;
  int channels_ = 0;
  int margin_ = 0;
  std::size_t stride_ = 0;
  std::vector<T> values_;
};

}  // namespace csgis::detail
