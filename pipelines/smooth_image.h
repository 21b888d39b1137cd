#pragma once
/// One image file smoothed into another: what happens to depth, alpha, colour profile and range on the way.

#include "core/enum_names.h"
#include "imaging/decode.h"

#include <boost/filesystem/path.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace csgis {

/// Samples of the files that are written.
enum class OutputDepth {
  automatic,  ///< .tif float; .png as the input, 8 for float; .jpg 8.
  eight,
  sixteen,
  floating,
};
constexpr std::array<EnumName<OutputDepth>, 4> enum_names(OutputDepth) {
  return {{{OutputDepth::automatic, "auto"},
           {OutputDepth::eight, "8"},
           {OutputDepth::sixteen, "16"},
           {OutputDepth::floating, "float"}}};
}

/// The format of a result, by the name of its file.
/// @throws UsageError  not .png, .tif or .jpg, or a format that cannot hold the depth
ImageFormat result_format(const boost::filesystem::path& file, OutputDepth depth);

struct SmoothImageOptions {
  OutputDepth depth = OutputDepth::automatic;
  bool crop_right = false;  ///< Only the right half of a pair image.
  bool normalise = false;   ///< Map the range of the image to [0,1] before, and back after.
};

/// The smoothed image as a file of `format`. Alpha passes through: the colours are smoothed premultiplied, so that what
/// stands under transparent pixels does not bleed into visible ones, and divided by alpha again. The colour profile is
/// kept. Grey stays grey.
/// @throws DataError        --crop-right of an odd width
/// @throws InvalidArgument  what the method refuses, or a format that cannot hold depth or alpha
std::vector<std::uint8_t> smooth_to_file(const DecodedImage& image, const std::function<ImageF(const ImageF&)>& smooth,
                                         ImageFormat format, const SmoothImageOptions& options);

}  // namespace csgis
