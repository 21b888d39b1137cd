/// The layer below the chunks: any bytes as filtered rows of any legal kind of PNG. The input's first bytes choose
/// size, depth, colour type and interlacing, a palette and tRNS; the rest, repeated as needed, is the pixel data.

#include "imaging/detail/decoders.h"
#include "tests/fuzz/decode_check.h"
#include "tests/support/png_builder.h"

#include <array>

namespace {

using namespace csgis;
using namespace csgis::fuzz;
using namespace csgis::test;
using detail::Bytes;

struct Kind {
  std::uint8_t depth, colour, samples;
};

constexpr std::array<Kind, 15> kKinds{{{1, 0, 1},
                                       {2, 0, 1},
                                       {4, 0, 1},
                                       {8, 0, 1},
                                       {16, 0, 1},
                                       {8, 2, 3},
                                       {16, 2, 3},
                                       {1, 3, 1},
                                       {2, 3, 1},
                                       {4, 3, 1},
                                       {8, 3, 1},
                                       {8, 4, 2},
                                       {16, 4, 2},
                                       {8, 6, 4},
                                       {16, 6, 4}}};

std::size_t pass_bytes(Kind kind, std::size_t width, std::size_t height) {
  return width == 0 ? 0 : height * (1 + (width * kind.depth * kind.samples + 7) / 8);
}

std::size_t data_bytes(Kind kind, std::size_t w, std::size_t h, bool interlaced) {
  if (!interlaced) return pass_bytes(kind, w, h);
  return pass_bytes(kind, (w + 7) / 8, (h + 7) / 8) + pass_bytes(kind, (w + 3) / 8, (h + 7) / 8) +
         pass_bytes(kind, (w + 3) / 4, (h + 3) / 8) + pass_bytes(kind, (w + 1) / 4, (h + 3) / 4) +
         pass_bytes(kind, (w + 1) / 2, (h + 1) / 4) + pass_bytes(kind, w / 2, (h + 1) / 2) + pass_bytes(kind, w, h / 2);
}

constexpr std::size_t kChoices = 6;

std::vector<std::uint8_t> build_png(Bytes input) {
  const Kind kind = kKinds[input[0] % kKinds.size()];
  const std::uint8_t width = static_cast<std::uint8_t>(1 + input[1] % 64);
  const std::uint8_t height = static_cast<std::uint8_t>(1 + input[2] % 64);
  const bool interlaced = input[3] % 2 == 1;
  const Bytes pixels = input.subspan(kChoices);
  std::vector<std::uint8_t> raw(data_bytes(kind, width, height, interlaced));
  for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = pixels[i % pixels.size()];

  std::vector<std::uint8_t> file = png_start(width, height, {kind.depth, kind.colour, interlaced});
  if (kind.colour == 3) append_chunk(file, "PLTE", std::vector<std::uint8_t>(3U * (1U + input[4]), input[4]));
  if (input[5] % 8 != 0) append_chunk(file, "tRNS", pixels.first(std::min<std::size_t>(pixels.size(), input[5] % 8)));
  append_chunk(file, "IDAT", zlib_stream(raw));
  append_chunk(file, "IEND", {});
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size <= kChoices) return 0;
  const std::vector<std::uint8_t> file = build_png({data, size});
  check_decoder(detail::decode_png, file);
  return 0;
}
