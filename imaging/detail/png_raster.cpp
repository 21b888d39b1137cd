#include "imaging/detail/png_raster.h"

#include "imaging/detail/inflate.h"

#include <algorithm>
#include <array>
#include <cstdlib>

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

int paeth(int left, int up, int up_left) {
  const int to_left = std::abs(up - up_left);
  const int to_up = std::abs(left - up_left);
  const int to_up_left = std::abs(left + up - 2 * up_left);
  if (to_left <= to_up && to_left <= to_up_left) return left;
  return to_up <= to_up_left ? up : up_left;
}

/// Undoes a row filter that looks at the pixel to the left; `predict(left, up, up_left)` is what the encoder
/// subtracted. kBack, the bytes of a whole pixel, is a constant so that the pixel to the left stays in registers.
template <int kBack, class Predict>
void unfilter_with(const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count,
                   Predict predict) {
  std::array<int, kBack> left{}, up_left{};
  for (std::size_t i = 0; i + kBack <= count; i += kBack) {
    for (std::size_t k = 0; k < kBack; ++k) {
      const int above = up[i + k];
      left[k] = (in[i + k] + predict(left[k], above, up_left[k])) & 0xff;
      up_left[k] = above;
      out[i + k] = static_cast<std::uint8_t>(left[k]);
    }
  }
}

/// Section 9.2. `in` is the row after its filter byte, `up` the row above (zeros for the first); `out` is neither.
template <int kBack>
void unfilter(int filter, const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count) {
  switch (filter) {
    case 0:
      std::copy_n(in, count, out);
      return;
    case 1:
      return unfilter_with<kBack>(in, up, out, count, [](int left, int, int) { return left; });
    case 2:
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(in[i] + up[i]);
      return;
    case 3:
      return unfilter_with<kBack>(in, up, out, count, [](int left, int above, int) { return (left + above) / 2; });
    case 4:
      return unfilter_with<kBack>(in, up, out, count, paeth);
    default:
      fail<DataError>("PNG is damaged: row filter {} is not defined", filter);
  }
}

using Unfilter = void (*)(int, const std::uint8_t*, const std::uint8_t*, std::uint8_t*, std::size_t);

Unfilter unfilter_for(int bits_per_pixel) {
  switch (std::max(1, bits_per_pixel / 8)) {
    case 1:
      return unfilter<1>;
    case 2:
      return unfilter<2>;
    case 3:
      return unfilter<3>;
    case 4:
      return unfilter<4>;
    case 6:
      return unfilter<6>;
    default:
      return unfilter<8>;
  }
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
  const Unfilter undo = unfilter_for(header.bits_per_pixel());
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
  const Unfilter undo = unfilter_for(header.bits_per_pixel());
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
