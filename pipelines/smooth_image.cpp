#include "pipelines/smooth_image.h"

#include "core/error.h"
#include "imaging/convert.h"
#include "imaging/crop.h"
#include "imaging/encode.h"

#include <algorithm>

namespace csgis {
namespace {

/// Calls change(colour, alpha) for every value of every channel.
template <class F>
void with_each_alpha(ImageF& colour, const ImageF& alpha, const F& change) {
  const float* const a = alpha.plane(0);
  for (int c = 0; c < colour.channels(); ++c) {
    float* const plane = colour.plane(c);
    for (std::size_t i = 0; i < colour.size().pixels(); ++i) change(plane[i], a[i]);
  }
}

/// value = (x - low) / span, and back.
struct Range {
  float low = 0, span = 1;
};

Range range_of(const ImageF& image) {
  const auto [low, high] = std::ranges::minmax(image.samples());
  return {low, high > low ? high - low : 1};
}

SampleDepth resolved_depth(OutputDepth wanted, ImageFormat format, SampleDepth input) {
  switch (wanted) {
    case OutputDepth::eight:
      return SampleDepth::u8;
    case OutputDepth::sixteen:
      return SampleDepth::u16;
    case OutputDepth::floating:
      return SampleDepth::f32;
    case OutputDepth::automatic:
      break;
  }
  if (format == ImageFormat::tiff) return SampleDepth::f32;
  return format == ImageFormat::png && input == SampleDepth::u16 ? SampleDepth::u16 : SampleDepth::u8;
}

}  // namespace

ImageFormat result_format(const boost::filesystem::path& file, OutputDepth depth) {
  const auto format = writable_format(file);
  require<UsageError>(format.has_value(), "'{}': results are written as .png, .tif or .jpg", file.filename().string());
  // The depth of the input plays a part for `automatic` alone, which suits every format.
  require<UsageError>(can_hold(*format, resolved_depth(depth, *format, SampleDepth::u8)),
                      "'{}': {} cannot hold --depth {}; .tif can", file.filename().string(), format_name(*format),
                      to_name(depth));
  return *format;
}

std::vector<std::uint8_t> smooth_to_file(const DecodedImage& image, const std::function<ImageF(const ImageF&)>& smooth,
                                         ImageFormat format, const SmoothImageOptions& options) {
  const SampleDepth depth = resolved_depth(options.depth, format, image.depth());
  ImageF colour = to_float(image), alpha = alpha_to_float(image);
  if (options.crop_right) {
    colour = half_of(colour, Half::right);
    if (!alpha.empty()) alpha = half_of(alpha, Half::right);
  }
  if (!alpha.empty() && !image.is_premultiplied) with_each_alpha(colour, alpha, [](float& v, float a) { v *= a; });
  const Range range = options.normalise ? range_of(colour) : Range{};
  if (options.normalise) {
    for (float& v : colour.samples()) v = (v - range.low) / range.span;
  }
  ImageF result = smooth(colour);
  if (options.normalise) {
    for (float& v : result.samples()) v = v * range.span + range.low;
  }
  if (!alpha.empty()) with_each_alpha(result, alpha, [](float& v, float a) { v = a > 0 ? v / a : 0; });
  return encode_image(result, format, depth, {alpha.empty() ? nullptr : &alpha, image.icc_profile});
}

}  // namespace csgis
