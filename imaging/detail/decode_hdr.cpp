/// Radiance .hdr: header lines, an empty line, the size, then rows of R,G,B mantissas with a shared exponent.
/// Source: G. Ward, "Real Pixels", Graphics Gems II, 1991, and the Radiance file format description (filefmts.pdf).

#include "imaging/detail/decoders.h"

#include <array>
#include <charconv>
#include <cmath>

namespace csgis::detail {
namespace {

using Rgbe = std::array<std::uint8_t, 4>;

/// What is left to read. Taking more than there is means that the file is cut short.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  Bytes take(std::size_t count) {
    require<DataError>(count <= rest_.size(), "Radiance HDR is cut short");
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::uint8_t take_byte() { return take(1)[0]; }

  std::string_view take_line() {
    const std::size_t length = as_text(rest_).find('\n');
    require<DataError>(length != std::string_view::npos, "Radiance HDR is cut short: it ends inside its header");
    std::string_view line = as_text(take(length + 1)).substr(0, length);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  std::size_t left() const { return rest_.size(); }

  bool next_is(std::span<const std::uint8_t> bytes) const {
    return rest_.size() >= bytes.size() && std::equal(bytes.begin(), bytes.end(), rest_.begin());
  }

 private:
  Bytes rest_;
};

void skip_header(Reader& reader) {
  for (std::string_view line = reader.take_line(); !line.empty(); line = reader.take_line()) {
    constexpr std::string_view kFormat = "FORMAT=";
    require<DataError>(!line.starts_with(kFormat) || line.substr(kFormat.size()) == "32-bit_rle_rgbe",
                       "Radiance HDR with {} is not supported, only FORMAT=32-bit_rle_rgbe", as_printable(line));
  }
}

/// "-Y height +X width": rows from the top, columns from the left.
Size parse_size(std::string_view line, const DecodeLimits& limits) {
  const auto number_after = [&line](std::string_view axis) {
    std::uint32_t value = 0;
    const bool named = line.starts_with(axis);
    if (named) line.remove_prefix(axis.size());
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    require<DataError>(named && error == std::errc{},
                       "Radiance HDR: its size line is not of the form '-Y height +X width'");
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    return value;
  };
  const std::uint32_t height = number_after("-Y ");
  const std::uint32_t width = number_after(" +X ");
  return checked_size(width, height, limits);
}

/// New run lengths: each of the four components for itself; a count above 128 repeats one byte (count - 128) times.
void read_component_runs(Reader& reader, std::span<Rgbe> row) {
  for (std::size_t component = 0; component < 4; ++component) {
    for (std::size_t x = 0; x < row.size();) {
      const std::uint8_t code = reader.take_byte();
      const bool is_run = code > 128;
      const std::size_t count = is_run ? code - 128U : code;
      require<DataError>(count > 0 && count <= row.size() - x, "Radiance HDR is damaged: a run leaves its row");
      const Bytes values = reader.take(is_run ? 1 : count);
      for (std::size_t i = 0; i < count; ++i) row[x++][component] = values[is_run ? 0 : i];
    }
  }
}

/// Flat pixels, among which (1,1,1,n) repeats the last one n times; repeats in a row count as digits of base 256.
void read_pixel_runs(Reader& reader, std::span<Rgbe> row) {
  unsigned shift = 0;
  for (std::size_t x = 0; x < row.size();) {
    const Bytes pixel = reader.take(4);
    if (pixel[0] != 1 || pixel[1] != 1 || pixel[2] != 1) {
      row[x++] = {pixel[0], pixel[1], pixel[2], pixel[3]};
      shift = 0;
      continue;
    }
    require<DataError>(x > 0 && shift <= 24, "Radiance HDR is damaged: a repeat without a pixel to repeat");
    const std::size_t count = std::size_t{pixel[3]} << shift;
    require<DataError>(count <= row.size() - x, "Radiance HDR is damaged: a run leaves its row");
    for (std::size_t i = 0; i < count; ++i, ++x) row[x] = row[x - 1];
    shift += 8;
  }
}

void read_row(Reader& reader, std::span<Rgbe> row) {
  const std::size_t width = row.size();
  const Rgbe new_style{2, 2, static_cast<std::uint8_t>(width >> 8 & 0xff), static_cast<std::uint8_t>(width & 0xff)};
  if (width >= 8 && width <= 0x7fff && reader.next_is(new_style)) {
    reader.take(new_style.size());
    read_component_runs(reader, row);
  } else {
    read_pixel_runs(reader, row);
  }
}

}  // namespace

DecodedImage decode_hdr(Bytes bytes, const DecodeLimits& limits) {
  Reader reader(bytes);
  skip_header(reader);
  const Size size = parse_size(reader.take_line(), limits);
  constexpr std::size_t kLeastRowBytes = 4;
  require<DataError>(reader.left() / kLeastRowBytes >= static_cast<std::size_t>(size.height),
                     "Radiance HDR is cut short: {} bytes cannot hold {} rows", reader.left(), size.height);
  ImageF32 pixels(size, 3);
  std::vector<Rgbe> row(static_cast<std::size_t>(size.width));
  for (int y = 0; y < size.height; ++y) {
    read_row(reader, row);
    float* out = pixels.row(y);
    for (const Rgbe& pixel : row) {
      constexpr int kExponentBias = 128 + 8;
      const float unit = pixel[3] == 0 ? 0.0F : std::ldexp(1.0F, pixel[3] - kExponentBias);
      for (std::size_t c = 0; c < 3; ++c) *out++ = static_cast<float>(pixel[c]) * unit;
    }
  }
  DecodedImage image;
  image.format = ImageFormat::hdr;
  image.pixels = std::move(pixels);
  return image;
}

}  // namespace csgis::detail
