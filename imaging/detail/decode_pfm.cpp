/// Portable float map (P. Debevec's format): "PF" or "Pf", width, height, scale, one white space, then rows of 32-bit
/// floats from the bottom up. A negative scale means little-endian.

#include "imaging/detail/decoders.h"

#include <bit>
#include <charconv>
#include <cmath>

namespace csgis::detail {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// The next word of the header; moves `text` to the white space after it.
std::string_view next_word(std::string_view& text) {
  const std::size_t start = text.find_first_not_of(kSpace);
  const std::size_t end = start == std::string_view::npos ? start : text.find_first_of(kSpace, start);
  require<DataError>(end != std::string_view::npos, "PFM is cut short: it ends inside its header");
  const std::string_view word = text.substr(start, end - start);
  text.remove_prefix(end);
  return word;
}

template <class Number>
Number parse(std::string_view word, std::string_view what) {
  Number value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  require<DataError>(error == std::errc{} && end == word.data() + word.size(), "PFM is damaged: its {} is '{}'", what,
                     as_printable(word));
  return value;
}

}  // namespace

DecodedImage decode_pfm(Bytes bytes, const DecodeLimits& limits) {
  std::string_view text = as_text(bytes);
  const std::string_view magic = next_word(text);
  require<DataError>(magic == "PF" || magic == "Pf", "not an image this program reads: it starts with '{}'",
                     as_printable(magic));
  const int channels = magic == "PF" ? 3 : 1;
  const auto width = parse<std::uint32_t>(next_word(text), "width");
  const auto height = parse<std::uint32_t>(next_word(text), "height");
  const auto scale = parse<double>(next_word(text), "scale");
  require<DataError>(std::isfinite(scale) && scale != 0.0, "PFM is damaged: its scale is {}", scale);
  const Size size = checked_size(width, height, limits);

  // There is no end mark, so a length that does not fit means that the header, or a line end after it, is wrong.
  const Bytes samples = bytes.last(text.size() - 1);
  const std::size_t row_bytes = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels) * 4;
  const std::size_t expected = static_cast<std::size_t>(size.height) * row_bytes;
  require<DataError>(samples.size() >= expected, "PFM is cut short: it has {} of {} bytes of pixels", samples.size(),
                     expected);
  require<DataError>(samples.size() == expected, "PFM is damaged: {} bytes of pixels, {} expected", samples.size(),
                     expected);

  ImageF32 pixels(size, channels);
  for (int y = 0; y < size.height; ++y) {
    const Bytes row = samples.subspan(static_cast<std::size_t>(size.height - 1 - y) * row_bytes, row_bytes);
    float* out = pixels.row(y);
    for (std::size_t at = 0; at < row_bytes; at += 4) {
      *out++ = std::bit_cast<float>(scale < 0.0 ? load_le<std::uint32_t>(row, at) : load_be<std::uint32_t>(row, at));
    }
  }
  DecodedImage image;
  image.format = ImageFormat::pfm;
  image.pixels = std::move(pixels);
  return image;
}

}  // namespace csgis::detail
