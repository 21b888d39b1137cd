#include "imaging/decode.h"

#include "imaging/detail/decoders.h"
#include "imaging/detail/png_chunks.h"
#include "imaging/image_size.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

namespace csgis {
namespace {

using detail::Bytes;
using detail::starts_with;
using namespace std::string_view_literals;

using Decoder = DecodedImage (*)(Bytes, const DecodeLimits&);

struct Signature {
  std::string_view first_bytes;
  ImageFormat format;
  Decoder decode;
};

constexpr std::array kSignatures{
    Signature{"\xFF\xD8\xFF"sv, ImageFormat::jpeg, detail::decode_jpeg},
    Signature{"\x89PNG\r\n\x1A\n"sv, ImageFormat::png, detail::decode_png},
    Signature{"II*\0"sv, ImageFormat::tiff, detail::decode_tiff},
    Signature{"MM\0*"sv, ImageFormat::tiff, detail::decode_tiff},
    Signature{"II+\0"sv, ImageFormat::tiff, detail::decode_tiff},
    Signature{"MM\0+"sv, ImageFormat::tiff, detail::decode_tiff},
    Signature{"RIFF"sv, ImageFormat::webp, detail::decode_webp},
    Signature{"BM"sv, ImageFormat::bmp, detail::decode_bmp},
    Signature{"PF"sv, ImageFormat::pfm, detail::decode_pfm},
    Signature{"Pf"sv, ImageFormat::pfm, detail::decode_pfm},
    Signature{"#?RADIANCE"sv, ImageFormat::hdr, detail::decode_hdr},
    Signature{"#?RGBE"sv, ImageFormat::hdr, detail::decode_hdr},
};

struct ForeignSignature {
  std::size_t at;
  std::string_view bytes;
  std::string_view name;
};

/// What people hand to an image program by mistake; for the message only.
constexpr std::array kForeign{
    ForeignSignature{0, "GIF8"sv, "GIF"},
    ForeignSignature{4, "ftypavif"sv, "AVIF"},
    ForeignSignature{4, "ftyphei"sv, "HEIF"},
    ForeignSignature{0, "\xFF\x0A"sv, "JPEG XL"},
    ForeignSignature{4, "JXL \r\n"sv, "JPEG XL"},
    ForeignSignature{4, "jP  \r\n"sv, "JPEG 2000"},
    ForeignSignature{0, "\x76\x2F\x31\x01"sv, "OpenEXR"},
    ForeignSignature{0, "8BPS"sv, "Photoshop"},
    ForeignSignature{0, "%PDF"sv, "PDF"},
    ForeignSignature{0, "PK\x03\x04"sv, "zip"},
    ForeignSignature{0, "\x1F\x8B"sv, "gzip"},
    ForeignSignature{0, "\x89PNG"sv, "a PNG whose first bytes were altered in transfer"},
};

bool is_text(Bytes bytes) {
  constexpr std::size_t kLooked = 512;
  const Bytes head = bytes.first(std::min(bytes.size(), kLooked));
  return std::all_of(head.begin(), head.end(), [](std::uint8_t c) { return c >= 0x20 || (c >= '\t' && c <= '\r'); });
}

std::string_view describe_foreign(Bytes bytes) {
  for (const auto& foreign : kForeign) {
    if (bytes.size() > foreign.at && starts_with(bytes.subspan(foreign.at), foreign.bytes)) return foreign.name;
  }
  return is_text(bytes) ? "text" : "unknown content";
}

const Signature* find_signature(Bytes bytes) {
  const auto* found = std::find_if(kSignatures.begin(), kSignatures.end(),
                                   [bytes](const Signature& s) { return starts_with(bytes, s.first_bytes); });
  return found == kSignatures.end() ? nullptr : found;
}

void require_finite(const ImageF32& image) {
  const auto samples = image.samples();
  const auto found = std::find_if_not(samples.begin(), samples.end(), [](float v) { return std::isfinite(v); });
  if (found == samples.end()) return;
  const auto pixel = static_cast<std::size_t>(found - samples.begin()) / static_cast<std::size_t>(image.channels());
  const auto width = static_cast<std::size_t>(image.width());
  fail<DataError>("the image has the value {} at column {}, row {}", *found, pixel % width, pixel / width);
}

/// As saturate_cast rounds: to nearest, halves to even.
std::uint8_t byte_from_unit(float value) {
  return static_cast<std::uint8_t>(std::lrint(std::clamp(value, 0.0F, 1.0F) * 255.0F));
}

/// Copies the colour channels, or the grey one three times, through `narrow`.
template <class T, class Narrow>
Image8 three_channels(const InterleavedImage<T>& image, Narrow narrow) {
  Image8 out(image.size(), 3);
  const auto step = static_cast<std::size_t>(image.channels());
  const bool is_grey = step <= 2;
  const T* from = image.data();
  std::uint8_t* to = out.data();
  for (std::size_t i = 0; i < image.size().pixels(); ++i, from += step, to += 3) {
    to[0] = narrow(from[0]);
    to[1] = is_grey ? to[0] : narrow(from[1]);
    to[2] = is_grey ? to[0] : narrow(from[2]);
  }
  return out;
}

}  // namespace

namespace detail {

Size checked_size(std::uint64_t width, std::uint64_t height, const DecodeLimits& limits) {
  constexpr std::uint64_t kMaxSide = std::uint64_t{1} << 30;  // the sum of two sides is still an int
  require<DataError>(width > 0 && height > 0, "the image is empty: {} x {} pixels", width, height);
  require<DataError>(width <= kMaxSide && height <= kMaxSide && width * height <= limits.max_pixels,
                     "the image has {} x {} pixels, more than the limit of {} (--max-pixels)", width, height,
                     limits.max_pixels);
  return {static_cast<int>(height), static_cast<int>(width)};
}

}  // namespace detail

std::string_view format_name(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
      return "JPEG";
    case ImageFormat::png:
      return "PNG";
    case ImageFormat::tiff:
      return "TIFF";
    case ImageFormat::webp:
      return "WebP";
    case ImageFormat::bmp:
      return "BMP";
    case ImageFormat::pfm:
      return "PFM";
    case ImageFormat::hdr:
      return "Radiance HDR";
  }
  fail<InvalidArgument>("image format {} has no name", static_cast<int>(format));
}

Size DecodedImage::size() const {
  return std::visit([](const auto& image) { return image.size(); }, pixels);
}

int DecodedImage::channels() const {
  return std::visit([](const auto& image) { return image.channels(); }, pixels);
}

DecodedImage decode_image(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
  require<DataError>(!bytes.empty(), "the file is empty");
  const Signature* signature = find_signature(bytes);
  require<DataError>(signature != nullptr,
                     "not an image this program reads: {} (it reads JPEG, PNG, TIFF, WebP, BMP, PFM, Radiance HDR)",
                     describe_foreign(bytes));
  DecodedImage image = signature->decode(bytes, limits);
  if (const auto* floats = std::get_if<ImageF32>(&image.pixels)) require_finite(*floats);
  return image;
}

Size image_size(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
  const Signature* signature = find_signature(bytes);
  if (signature == nullptr || signature->format != ImageFormat::png) return decode_image(bytes, limits).size();
  constexpr int kFirstTransposed = 5;  // of EXIF's orientations
  const detail::PngChunks chunks = detail::read_png_chunks(bytes, limits);
  const Size stored = chunks.header.size;
  return chunks.orientation < kFirstTransposed ? stored : Size{stored.width, stored.height};
}

Image8 to_colour8(DecodedImage&& image) {
  if (auto* bytes = std::get_if<Image8>(&image.pixels)) {
    if (bytes->channels() == 3) return std::move(*bytes);
    return three_channels(*bytes, [](std::uint8_t v) { return v; });
  }
  if (const auto* words = std::get_if<Image16>(&image.pixels)) {
    if (image.format == ImageFormat::tiff && image.colour_channels() == 3) {
      return three_channels(*words, [](std::uint16_t v) { return static_cast<std::uint8_t>((v + 128) / 257); });
    }
    return three_channels(*words, [](std::uint16_t v) { return static_cast<std::uint8_t>(v >> 8); });
  }
  return three_channels(std::get<ImageF32>(image.pixels), byte_from_unit);
}

}  // namespace csgis
