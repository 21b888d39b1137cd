#pragma once
/// Image files on disk: what counts as one, its ID, and reading it. Pixels come from imaging/decode.h.

#include "imaging/decode.h"

#include <boost/filesystem/path.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

/// .jpg .jpeg .png .bmp .tif .tiff .webp .pfm .hdr in any case. Only the name is looked at.
bool has_image_extension(const boost::filesystem::path& path);

/// The file name without its last extension, unchanged otherwise: "a.b.png" is "a.b".
std::string image_id(const boost::filesystem::path& path);

/// All bytes of a regular file, following links. Never blocks: a FIFO or device is refused, not opened for reading.
/// @throws IoError  missing, not readable, not a regular file, or above 4 GiB. Names the path.
std::vector<std::uint8_t> read_file_bytes(const boost::filesystem::path& path);

/// The bytes of a file within another one.
struct FileRange {
  std::uint64_t offset = 0, bytes = 0;
};

/// That part of a regular file, as read_file_bytes() reads it.
/// @throws IoError  as there, and where the file ends before the range does
std::vector<std::uint8_t> read_file_range(const boost::filesystem::path& path, const FileRange& range);

/// decode_image(), decode_image() + to_colour8() and decode_label_map() on the bytes of a file.
/// @throws IoError    as read_file_bytes()
/// @throws DataError  as the decoders, with the path in front
DecodedImage read_image(const boost::filesystem::path& path, const DecodeLimits& limits = {});
Image8 read_colour8(const boost::filesystem::path& path, const DecodeLimits& limits = {});
LabelMap read_label_map(const boost::filesystem::path& path, const DecodeLimits& limits = {});

}  // namespace csgis
