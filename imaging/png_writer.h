#pragma once
/// Fast lossless PNG files. The bytes are a function of the pixels alone: the same on every CPU type, at any number of
/// threads, and whichever entry delivered the pixels.
///
/// The compressor is our own (imaging/detail/deflate_encoder.h): Paeth-filtered rows, zero runs found in a bit map of
/// the filtered bytes, a match finder where the image is smooth, one Huffman code per block of about 256 KiB.

#include "imaging/image.h"
#include "imaging/label_map.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace csgis {

/// Writes PNG images into a buffer that is kept from call to call; make one per thread. Every function returns a
/// complete file, valid until the next call on the same object or its end. Memory kept: the largest file written plus
/// about 2 MiB. Throws InvalidArgument for an image without pixels or of 2^31 or more in height or width, or with a
/// number of channels other than 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA).
///
/// `icc_profile`, when not empty, is stored in an iCCP chunk as it is; without one the file makes no statement about
/// its colour space.
class PngWriter {
 public:
  using Bytes = std::span<const std::uint8_t>;

  PngWriter();
  ~PngWriter();
  PngWriter(PngWriter&&) noexcept;
  PngWriter& operator=(PngWriter&&) noexcept;

  Bytes encode(const Image8& image, Bytes icc_profile = {});
  Bytes encode(const Image16& image, Bytes icc_profile = {});

  /// One image of width left + right, as if the two had been copied side by side first. Height and channels of the two
  /// must be equal, or InvalidArgument is thrown.
  Bytes encode_pair(const Image8& left, const Image8& right, Bytes icc_profile = {});

  /// A palette image of 8 bits: the pixels are the indices, all 256 colours are stored.
  Bytes encode_indexed(const LabelMap& labels, const std::array<Rgb8, 256>& palette = voc_palette());

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace csgis
