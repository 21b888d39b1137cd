#pragma once
/// Archives from outside, taken apart without trusting them.

#include "core/run_context.h"

#include <boost/filesystem/path.hpp>
#include <cstdint>

namespace csgis {

struct UnpackLimits {
  std::uint64_t entries = 2'000'000;
  std::uint64_t free_bytes = 64'000'000;  ///< So much is unpacked whatever the archive's size is.
  double ratio = 100;                     ///< Beyond that, at most so many times the archive's size.
};

/// Unpacks a tar (plain, gzip, bzip2, xz, zstd) or zip file into a folder, which gets all of it or nothing: files lie
/// in a hidden sub-folder until the last one is read.
/// @param overwrite  replace files that are there; others are never touched
/// @returns the number of files
/// @throws DataError  damaged, cut off, too many entries or bytes (a bomb), an absolute path, "..", a link, a device
/// @throws OutputError  a file is there already, or cannot be written  @throws Cancelled
std::uint64_t unpack(const boost::filesystem::path& archive, const boost::filesystem::path& folder, bool overwrite,
                     const UnpackLimits& limits, const RunContext& context);

}  // namespace csgis
