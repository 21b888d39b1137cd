#pragma once
/// Weight files on disk: mapped for reading, replaced as a whole when written.

#include "model/tensor_file.h"

#include <filesystem>
#include <span>
#include <vector>

namespace csgis {

/// Maps a regular file read-only; its pages are read when they are touched. Never blocks: a FIFO or device is refused.
/// A file that another program cuts short while it is mapped kills the process (SIGBUS), as with any mapping.
/// @throws IoError  missing, not readable, not a regular file. Names the path.
SharedBytes map_file(const std::filesystem::path& path);

/// Writes the pieces one after the other under a temporary name in the same folder and renames it: a reader, a crash or
/// a full disk never sees part of a file.
/// @throws OutputError  cannot be written, or exists and `overwrite` is false. Names the path; leaves nothing behind.
void write_whole_file(const std::filesystem::path& path, const std::vector<std::span<const std::byte>>& pieces,
                      bool overwrite);

/// The bytes of a text, as a piece of a file.
inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span<const char>(text));
}

}  // namespace csgis
