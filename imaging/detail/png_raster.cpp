#include "imaging/detail/png_raster.h"

#include "imaging/detail/inflate.h"
#include "imaging/detail/png_unfilter.h"

#include <algorithm>
#include <array>

namespace csgis::detail {
namespace {

/// A reduced image: every `step`-th pixel from an offset. Without interlacing there is one, the image itself.
struct Pass {
  int x0, y0, dx, dy;

  Size size_of(Size image) const { return {(image.height - y0 + dy - 1) / dy, (image.width - x0 + dx - 1) / dx}; }
};

constexpr Pass kWhole{0, 0, 1, 1};
/// Adam7, section 8.2 of the specification.
constexpr std::array<Pass, 7> kAdam7{
    {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};

std::span<const Pass> passes_of(const PngHeader& header) {
  return header.interlaced ? std::span<const Pass>(kAdam7) : std::span<const Pass>(&kWhole, 1);
}

std::size_t row_bytes(const PngHeader& header, int width) {
  return (static_cast<std::size_t>(width) * static_cast<std::size_t>(header.bits_per_pixel()) + 7) / 8;
}

/// Bytes of the inflated stream: per row of each pass one filter byte and the packed samples.
std::size_t stream_bytes(const PngHeader& header) {
  std::size_t total = 0;
  for (const Pass& pass : passes_of(header)) {
    const Size size = pass.size_of(header.size);
    if (size.width > 0) total += static_cast<std::size_t>(size.height) * (1 + row_bytes(header, size.width));
  }
  return total;
}

UnfilterRow unfilter_of(const PngHeader& header) {
  return unfilter_for(std::max(1, header.bits_per_pixel() / 8));
}

/// Spreads a row of packed bytes over the samples of `out`, `step` pixels apart.
struct RowWriter {
  const PngHeader& header;
  int pixels;
  std::size_t step;

  void operator()(const std::uint8_t* packed, std::uint8_t* out) const {
    const auto samples = static_cast<std::size_t>(header.samples_per_pixel());
    if (header.bit_depth < 8) return write_bits(packed, out);
    for (int x = 0; x < pixels; ++x, packed += samples, out += step * samples) std::copy_n(packed, samples, out);
  }

  void operator()(const std::uint8_t* packed, std::uint16_t* out) const {
    const auto samples = static_cast<std::size_t>(header.samples_per_pixel());
    for (int x = 0; x < pixels; ++x, out += step * samples) {
      for (std::size_t k = 0; k < samples; ++k, packed += 2) {
        out[k] = static_cast<std::uint16_t>(packed[0] << 8 | packed[1]);
      }
    }
  }

 private:
  void write_bits(const std::uint8_t* packed, std::uint8_t* out) const {
    const auto depth = static_cast<std::size_t>(header.bit_depth);
    const unsigned mask = (1U << depth) - 1U;
    for (std::size_t x = 0; x < static_cast<std::size_t>(pixels); ++x, out += step) {
      const std::size_t shift = 8 - depth - x * depth % 8;
      *out = static_cast<std::uint8_t>(packed[x * depth / 8] >> shift & mask);
    }
  }
};

/// Decodes one pass into its pixels of `image` and returns what is left of the stream.
template <class T>
Bytes read_pass(const PngHeader& header, const Pass& pass, Bytes stream, InterleavedImage<T>& image) {
  const Size size = pass.size_of(header.size);
  if (size.width <= 0 || size.height <= 0) return stream;
  const std::size_t count = row_bytes(header, size.width);
  const UnfilterRow undo = unfilter_of(header);
  const RowWriter write{header, size.width, static_cast<std::size_t>(pass.dx)};
  std::vector<std::uint8_t> up(count), row(count);
  for (int y = 0; y < size.height; ++y) {
    undo(stream[0], stream.data() + 1, up.data(), row.data(), count);
    write(row.data(), image.at(pass.y0 + y * pass.dy, pass.x0));
    std::swap(up, row);
    stream = stream.subspan(1 + count);
  }
  return stream;
}

/// The common case, whole bytes and no interlacing: rows are decoded in place, each from the finished one above.
void read_rows(const PngHeader& header, Bytes stream, Image8& image) {
  const std::size_t count = row_bytes(header, header.size.width);
  const UnfilterRow undo = unfilter_of(header);
  const std::vector<std::uint8_t> above_first(count);
  const std::uint8_t* up = above_first.data();
  for (int y = 0; y < header.size.height; ++y) {
    undo(stream[0], stream.data() + 1, up, image.row(y), count);
    up = image.row(y);
    stream = stream.subspan(1 + count);
  }
}

template <class T>
InterleavedImage<T> read_samples(const PngHeader& header, Bytes stream) {
  InterleavedImage<T> image(header.size, header.samples_per_pixel());
  for (const Pass& pass : passes_of(header)) stream = read_pass(header, pass, stream, image);
  return image;
}

}  // namespace

PngRaster read_png_raster(Bytes file, const DecodeLimits& limits) {
  PngRaster raster{read_png_chunks(file, limits), {}};
  const PngHeader& header = raster.chunks.header;
  const std::vector<std::uint8_t> stream = inflate_exactly(raster.chunks.data, stream_bytes(header));
  if (header.bit_depth == 16) {
    raster.samples = read_samples<std::uint16_t>(header, stream);
  } else if (header.bit_depth == 8 && !header.interlaced) {
    Image8 image(header.size, header.samples_per_pixel());
    read_rows(header, stream, image);
    raster.samples = std::move(image);
  } else {
    raster.samples = read_samples<std::uint8_t>(header, stream);
  }
  return raster;
}

}  // namespace csgis::detail
