#include "imaging/detail/inflate.h"

#include "core/error.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

namespace csgis::detail {
namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

Decompressor make_decompressor() {
  Decompressor decompressor(libdeflate_alloc_decompressor());
  if (!decompressor) throw std::bad_alloc();
  return decompressor;
}

/// A match of 258 bytes costs at least two bits.
constexpr std::size_t kBestRatio = 1032;

}  // namespace

std::vector<std::uint8_t> inflate_exactly(const std::vector<Bytes>& parts, std::size_t size) {
  std::vector<std::uint8_t> joined;
  Bytes stream = parts.empty() ? Bytes{} : parts.front();
  if (parts.size() > 1) {
    for (const Bytes part : parts) joined.insert(joined.end(), part.begin(), part.end());
    stream = joined;
  }
  require<DataError>(size / kBestRatio <= stream.size(),
                     "pixel data is cut short: {} bytes cannot hold {} bytes of pixels", stream.size(), size);
  std::vector<std::uint8_t> out(size);
  const auto decompressor = make_decompressor();
  switch (libdeflate_zlib_decompress(decompressor.get(), stream.data(), stream.size(), out.data(), size, nullptr)) {
    case LIBDEFLATE_SUCCESS:
      return out;
    case LIBDEFLATE_SHORT_OUTPUT:
      fail<DataError>("pixel data is cut short: it holds fewer rows than the header says");
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      fail<DataError>("pixel data is damaged: the compressed stream is corrupt or longer than the header says");
    default:
      fail<DataError>("pixel data is damaged: the compressed stream is corrupt or cut short");
  }
}

std::vector<std::uint8_t> inflate_up_to(Bytes stream, std::size_t max_size) {
  const auto decompressor = make_decompressor();
  for (std::size_t capacity = std::min(max_size, 4 * stream.size() + 256);;
       capacity = std::min(max_size, capacity * 4)) {
    std::vector<std::uint8_t> out(capacity);
    std::size_t size = 0;
    const auto result =
        libdeflate_zlib_decompress(decompressor.get(), stream.data(), stream.size(), out.data(), out.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) {
      out.resize(size);
      return out;
    }
    require<DataError>(result == LIBDEFLATE_INSUFFICIENT_SPACE, "a compressed block is corrupt or cut short");
    require<DataError>(capacity < max_size, "a compressed block is larger than {} bytes", max_size);
  }
}

}  // namespace csgis::detail
