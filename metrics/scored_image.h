#pragma once
/// What the metrics look at: the values of an image on the scale 0..255, whether it is held in bytes or in floats.

#include "imaging/image.h"

namespace csgis {

/// Brightness of R,G,B as the SSIM and PSNR of papers use it; of a grey image the same formula of R = G = B.
enum class LumaForm {
  full,     ///< 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), not rounded.
  rounded,  ///< The same rounded to whole levels, halves to even.
  studio,   ///< 16 + (65.481 R + 128.553 G + 24.966 B) / 255: 16..235, as MATLAB's rgb2ycbcr.
};

/// A view: the image must live as long. Cheap to copy.
class ScoredImage {
 public:
  /// Samples as they are.
  ScoredImage(const Image8& image) : bytes_(&image) {}  // NOLINT(google-explicit-constructor): a view of it
  /// Values of nominal range [0,1] times 255, neither clipped nor rounded.
  ScoredImage(const ImageF& image) : floats_(&image) {}  // NOLINT(google-explicit-constructor)

  Size size() const { return bytes_ != nullptr ? bytes_->size() : floats_->size(); }
  int height() const { return size().height; }
  int width() const { return size().width; }
  int channels() const { return bytes_ != nullptr ? bytes_->channels() : floats_->channels(); }
  std::size_t values() const { return size().pixels() * static_cast<std::size_t>(channels()); }
  std::size_t row_values() const { return static_cast<std::size_t>(width()) * static_cast<std::size_t>(channels()); }
  /// The image itself if it is held in bytes, else null.
  const Image8* bytes() const { return bytes_; }

  /// `count` pixels of row y from column x on, samples of a pixel side by side.
  void read_pixels(int y, int x, int count, double* out) const;
  void read_row(int y, double* out) const { read_pixels(y, 0, width(), out); }
  /// Their brightness: `count` values. Needs 1 or 3 channels.
  void read_luma(int y, int x, int count, LumaForm form, double* out) const;

 private:
  const Image8* bytes_ = nullptr;
  const ImageF* floats_ = nullptr;
};

/// @throws InvalidArgument  the images differ in size or channels, have no pixels, or hold NaN or infinity; the message
///                          begins with the metric's name
void check_scored_pair(const char* metric, const ScoredImage& a, const ScoredImage& b);

}  // namespace csgis
