#pragma once
/// Image files to pixels, strictly: what is cut short or damaged is refused, also where the format's usual library
/// would let it pass with a warning. The bytes decide which format it is, never a file name.
///
///   JPEG      baseline, extended and progressive, grey, RGB/YCbCr, CMYK/YCCK; bytes after the end are allowed
///   PNG       every depth and colour type, interlaced too; of an animated PNG the still image
///   TIFF      grey, RGB, palette, with or without alpha; 1, 4, 8, 16 bit and 32-bit float; strips or tiles, contiguous
///             or planar; uncompressed, PackBits, LZW, Deflate; both byte orders, BigTIFF; the first page
///   WebP      lossy and lossless, still
///   BMP       1, 4, 8, 24, 32 bit, uncompressed
///   PFM       both byte orders; values as stored, the size of the scale factor is not applied
///   Radiance  .hdr, RGBE, flat, old and new run lengths; rows from the top; exposure is not applied
///
/// All functions are thread-safe, keep no state and print nothing.

#include "imaging/image.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace csgis {

/// How large an image may be, checked against the header before pixel memory is taken. Memory for the pixels is at
/// most 16 bytes (RGBA, float) for each pixel of the limit, and decoding needs at most as much again.
struct DecodeLimits {
  std::uint64_t max_pixels = 200'000'000;
};

enum class ImageFormat { jpeg, png, tiff, webp, bmp, pfm, hdr };

/// "JPEG", "PNG", ...
std::string_view format_name(ImageFormat format);

enum class SampleDepth { u8, u16, f32 };

using ImageF32 = InterleavedImage<float>;

/// What an image file holds, without loss. Orientation (EXIF, TIFF) is already applied: size is the size as shown.
/// Palettes and 1, 2, 4 bit samples are expanded to 8 bit over the full range (a palette becomes its colours), CMYK
/// JPEG becomes RGB (see to_colour8). Float samples are finite. No colour management: the profile is only handed on.
struct DecodedImage {
  /// 1 grey, 2 grey and alpha, 3 R,G,B, 4 R,G,B and alpha; alpha as the file has it, not multiplied in or out.
  std::variant<Image8, Image16, ImageF32> pixels;
  ImageFormat format = ImageFormat::png;
  bool is_premultiplied = false;          ///< The colours are multiplied by alpha: TIFF with associated alpha.
  std::vector<std::uint8_t> icc_profile;  ///< Empty when the file has none, or one of inks (CMYK JPEG).

  Size size() const;
  int channels() const;  ///< Colour channels and alpha.
  bool has_alpha() const { return channels() % 2 == 0; }
  int colour_channels() const { return has_alpha() ? channels() - 1 : channels(); }
  SampleDepth depth() const { return static_cast<SampleDepth>(pixels.index()); }
};

/// Decodes a whole image file.
/// @throws DataError  not an image of the list above, damaged, cut short, or beyond the limits. One line, without a
///                    file name, which the caller puts in front.
/// Cost: one pass; the file's bytes are not copied.
DecodedImage decode_image(std::span<const std::uint8_t> bytes, const DecodeLimits& limits = {});

/// Always R,G,B of 8 bits, the same values as OpenCV 4.6 cv2.imread(IMREAD_COLOR) gives (in its order B,G,R), because
/// the published programs read their data through it:
///   grey    three equal channels
///   alpha   dropped
///   16 bit  high byte, v >> 8; RGB TIFF: rounded, (v + 128) / 257, as libtiff's own 8-bit conversion does
///   CMYK    as Adobe writes it (inverted): v = k - (255 - c) * k / 256, rounded down for the part taken away
///   float   clipped to [0,1], times 255, rounded to nearest, halves to even
/// It differs from OpenCV in four places, on purpose: straight alpha of a TIFF is dropped, not multiplied into the
/// colours; the EXIF orientation of a WebP is applied, as it is for the other formats; .pfm is taken to be in [0,1];
/// float TIFF is read, OpenCV refuses it.
Image8 to_colour8(DecodedImage&& image);

/// Reads a PNG that holds one index per pixel, never through colour:
///   palette, any depth          the indices, also those beyond the palette's last entry
///   grey of 1, 2, 4, 8 bit      the samples, not scaled
///   RGB of 8 bit                the VOC index of each colour; any colour that is not a VOC class or void is refused
///   RGBA of 8 bit               the same, if no pixel is transparent
/// Which values are allowed is the caller's to check (imaging/label_map.h).
/// @throws DataError  damaged, beyond the limits, any other format (a lossy one has smeared its values), 16 bit, grey
///                    with alpha, or a foreign colour: named with its position.
LabelMap decode_label_map(std::span<const std::uint8_t> bytes, const DecodeLimits& limits = {});

}  // namespace csgis
