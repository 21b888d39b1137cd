#pragma once
/// Where the files of a tar archive lie, so that any of them can be read without those before it.

#include "imaging/image_file.h"

#include <boost/filesystem/path.hpp>

#include <string>
#include <vector>

namespace csgis {

struct TarMember {
  std::string name;  ///< As bytes, whatever the locale is.
  FileRange range;
};

/// The files of an uncompressed archive in their order; folders are left out. Headers are read, contents passed over.
/// @throws IoError    cannot be read
/// @throws DataError  no tar, compressed, damaged, cut off, or it holds a link, a device or a sparse file; names it
std::vector<TarMember> list_tar(const boost::filesystem::path& archive);

}  // namespace csgis
