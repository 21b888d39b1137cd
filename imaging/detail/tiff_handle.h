#pragma once
/// A libtiff handle on memory, with error handlers of its own: libtiff's global ones print to stderr and are shared by
/// all threads.

#include <tiffio.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace csgis::detail {

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, CloseTiff>;

/// Opens the file whose bytes `memory` holds, for reading. Neither may move while the handle lives.
/// `error` takes the first error of the handle's life, without a line end; warnings are dropped.
/// @return nullptr if libtiff finds no image; then `error` says why.
struct TiffSource {
  const std::uint8_t* data;
  std::uint64_t size;
  std::uint64_t position = 0;
};
TiffHandle open_tiff(TiffSource& source, std::string& error, std::uint64_t max_allocation);

/// Creates a classic little-endian TIFF that grows in `target.bytes`.
struct TiffTarget {
  std::vector<std::uint8_t> bytes;
  std::uint64_t position = 0;
};
TiffHandle create_tiff(TiffTarget& target, std::string& error);

}  // namespace csgis::detail
