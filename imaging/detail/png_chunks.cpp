#include "imaging/detail/png_chunks.h"

#include "imaging/detail/decoders.h"
#include "imaging/detail/exif.h"

#include <libdeflate.h>

#include <algorithm>
#include <optional>

namespace csgis::detail {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kFrameBytes = 12;  // length, type and CRC around each payload

struct Chunk {
  std::string_view type;
  Bytes payload;

  bool critical() const { return (static_cast<unsigned char>(type[0]) & 0x20U) == 0; }
};

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

Chunk next_chunk(Bytes file, std::size_t at) {
  require<DataError>(file.size() - at >= kFrameBytes, "PNG is cut short: it ends without an IEND chunk");
  const std::size_t length = load_be<std::uint32_t>(file, at);
  const std::string_view type = as_text(file.subspan(at + 4, 4));
  require<DataError>(std::all_of(type.begin(), type.end(), is_letter), "PNG is damaged: no chunk at byte {}", at);
  require<DataError>(length <= file.size() - at - kFrameBytes, "PNG is cut short: it ends inside chunk {}", type);
  const Bytes type_and_payload = file.subspan(at + 4, 4 + length);
  const std::uint32_t stated = load_be<std::uint32_t>(file, at + 8 + length);
  require<DataError>(libdeflate_crc32(0, type_and_payload.data(), type_and_payload.size()) == stated,
                     "PNG is damaged: the checksum of chunk {} is wrong", type);
  return {type, type_and_payload.subspan(4)};
}

bool is_legal_depth(PngColour colour, int depth) {
  switch (colour) {
    case PngColour::grey:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case PngColour::palette:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case PngColour::rgb:
    case PngColour::grey_alpha:
    case PngColour::rgb_alpha:
      return depth == 8 || depth == 16;
  }
  return false;
}

PngHeader parse_header(const Chunk& chunk, const DecodeLimits& limits) {
  require<DataError>(chunk.type == "IHDR" && chunk.payload.size() == 13, "PNG is damaged: it does not start with IHDR");
  const Bytes p = chunk.payload;
  PngHeader header;
  header.bit_depth = p[8];
  header.colour = static_cast<PngColour>(p[9]);
  require<DataError>(is_legal_depth(header.colour, header.bit_depth),
                     "PNG is damaged: colour type {} with {} bits per sample is not defined", p[9], p[8]);
  require<DataError>(p[10] == 0 && p[11] == 0 && p[12] <= 1,
                     "PNG is damaged: compression {}, filter {} or interlacing {} is not defined", p[10], p[11], p[12]);
  header.interlaced = p[12] == 1;
  header.size = checked_size(load_be<std::uint32_t>(p, 0), load_be<std::uint32_t>(p, 4), limits);
  return header;
}

std::vector<Rgb8> parse_palette(Bytes payload) {
  require<DataError>(!payload.empty() && payload.size() % 3 == 0 && payload.size() <= 256 * 3,
                     "PNG is damaged: a palette of {} bytes", payload.size());
  std::vector<Rgb8> palette;
  for (std::size_t i = 0; i < payload.size(); i += 3) palette.push_back({payload[i], payload[i + 1], payload[i + 2]});
  return palette;
}

/// Order of the parts of the image data: IDAT chunks must follow one another.
enum class DataState { before, inside, after };

void take_data(PngChunks& chunks, DataState& state, Bytes payload) {
  require<DataError>(state != DataState::after, "PNG is damaged: its IDAT chunks are not consecutive");
  require<DataError>(chunks.header.colour != PngColour::palette || !chunks.palette.empty(),
                     "PNG is damaged: a palette image without a palette");
  state = DataState::inside;
  chunks.data.push_back(payload);
}

void take_other(PngChunks& chunks, const Chunk& chunk, DataState state) {
  if (chunk.type == "PLTE") {
    require<DataError>(state == DataState::before && chunks.palette.empty(), "PNG is damaged: PLTE is out of place");
    chunks.palette = parse_palette(chunk.payload);
  } else if (chunk.type == "tRNS" && state == DataState::before) {
    chunks.transparency = chunk.payload;
  } else if (chunk.type == "iCCP" && state == DataState::before) {
    chunks.icc = chunk.payload;
  } else if (chunk.type == "eXIf") {
    chunks.orientation = exif_orientation(chunk.payload);
  } else {
    require<DataError>(!chunk.critical(), "PNG has the unknown critical chunk {}", chunk.type);
  }
}

}  // namespace

int PngHeader::samples_per_pixel() const {
  switch (colour) {
    case PngColour::grey:
    case PngColour::palette:
      return 1;
    case PngColour::grey_alpha:
      return 2;
    case PngColour::rgb:
      return 3;
    case PngColour::rgb_alpha:
      return 4;
  }
  fail<DataError>("PNG is damaged: colour type {} is not defined", static_cast<int>(colour));
}

PngChunks read_png_chunks(Bytes file, const DecodeLimits& limits) {
  require<DataError>(file.size() > kSignatureBytes, "PNG is cut short: it ends inside its signature");
  Chunk chunk = next_chunk(file, kSignatureBytes);
  PngChunks chunks;
  chunks.header = parse_header(chunk, limits);
  DataState state = DataState::before;
  std::size_t at = kSignatureBytes;
  while (chunk.type != "IEND") {
    at += kFrameBytes + chunk.payload.size();
    chunk = next_chunk(file, at);
    if (chunk.type == "IDAT") {
      take_data(chunks, state, chunk.payload);
      continue;
    }
    if (state == DataState::inside) state = DataState::after;
    if (chunk.type != "IEND") take_other(chunks, chunk, state);
  }
  require<DataError>(!chunks.data.empty(), "PNG is damaged: it has no image data");
  return chunks;
}

}  // namespace csgis::detail
