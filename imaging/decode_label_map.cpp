#include "imaging/decode.h"
#include "imaging/detail/png_raster.h"
#include "imaging/label_map.h"

#include <algorithm>

namespace csgis {
namespace {

using detail::PngColour;

/// One VOC index per pixel of an RGB or RGBA image. Neighbours mostly share a colour, so the last look-up is kept.
LabelMap indices_of_colours(const Image8& image) {
  LabelMap labels(image.size());
  Rgb8 last{};
  std::uint8_t index = 0;  // of black
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const std::uint8_t* sample = image.at(y, x);
      require<DataError>(image.channels() == 3 || sample[3] == 255,
                         "a label map may not be transparent: alpha {} at column {}, row {}", sample[3], x, y);
      const Rgb8 colour{sample[0], sample[1], sample[2]};
      if (colour != last) {
        const auto found = voc_index_of(colour);
        require<DataError>(found.has_value(),
                           "colour ({}, {}, {}) at column {}, row {} is not one of the VOC label colours", colour.r,
                           colour.g, colour.b, x, y);
        last = colour;
        index = *found;
      }
      labels.row(y)[x] = index;
    }
  }
  return labels;
}

LabelMap copy_indices(const Image8& image) {
  LabelMap labels(image.size());
  std::copy(image.samples().begin(), image.samples().end(), labels.data());
  return labels;
}

}  // namespace

LabelMap decode_label_map(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
  require<DataError>(!bytes.empty(), "the file is empty");
  require<DataError>(detail::starts_with(bytes, "\x89PNG\r\n\x1A\n"),
                     "a label map must be a PNG with one index per pixel; other formats do not keep indices");
  const detail::PngRaster raster = detail::read_png_raster(bytes, limits);
  const auto* samples = std::get_if<Image8>(&raster.samples);
  require<DataError>(samples != nullptr, "a label map has at most 8 bits per sample, this PNG has 16");
  switch (raster.chunks.header.colour) {
    case PngColour::grey:
    case PngColour::palette:
      return copy_indices(*samples);
    case PngColour::rgb:
    case PngColour::rgb_alpha:
      return indices_of_colours(*samples);
    case PngColour::grey_alpha:
      break;
  }
  fail<DataError>("a label map is a palette, grey or VOC-coloured PNG; this one is grey with alpha");
}

}  // namespace csgis
