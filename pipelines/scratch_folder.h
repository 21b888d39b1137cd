#pragma once
/// A folder of its own for files that nobody keeps.

#include "core/error.h"

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>

namespace csgis {

/// Made below the system's folder for temporary files ($TMPDIR), removed with all it holds.
/// @throws OutputError  it cannot be made
class ScratchFolder {
 public:
  ScratchFolder() {
    boost::system::error_code error;
    const boost::filesystem::path above = boost::filesystem::temp_directory_path(error);
    require<OutputError>(!error, "there is no folder for temporary files: {}", error.message());
    path_ = above / boost::filesystem::unique_path("csgis-%%%%-%%%%-%%%%");
    boost::filesystem::create_directory(path_, error);
    require<OutputError>(!error, "cannot make {}: {}", path_.string(), error.message());
  }
  ~ScratchFolder() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  boost::filesystem::path file(const char* name) const { return path_ / name; }

 private:
  boost::filesystem::path path_;
};

}  // namespace csgis
