#pragma once
/// What a packed file (pipelines/packed_samples.h) says about itself.

#include "pipelines/sample_table.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace csgis {

/// An image of a packed file.
struct PackedImage {
  std::string name;  ///< Of the file that it came from, with "#left" or "#right" behind halves.
  std::int64_t height = 0, width = 0;
  int channels = 0;          ///< Planes of 8 bits, rows without gaps.
  std::uint64_t offset = 0;  ///< From the beginning of the file.
  std::string xxh128;        ///< Of the planes.

  std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(height) * static_cast<std::uint64_t>(width) *
           static_cast<std::uint64_t>(channels);
  }
};

struct PackedIndex {
  SampleTable table;  ///< Its references are places in `images`; `files` is empty.
  std::vector<PackedImage> images;
};

/// Whether bytes begin as a packed file does.
bool looks_packed(std::span<const std::byte> bytes);

/// The index of a packed file: every offset, size and reference lies where it may.
/// @throws DataError  not such a file, of another version, cut short, damaged
PackedIndex parse_packed(std::span<const std::byte> file);

}  // namespace csgis
