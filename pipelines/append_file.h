#pragma once
/// A file that grows while a run lives: logs.

#include <boost/filesystem/path.hpp>

#include <span>
#include <string_view>

namespace csgis {

/// Appends whole pieces. Each append() is one write to the system, so that a process that is killed leaves whole pieces
/// or a torn last one.
class AppendFile {
 public:
  enum class Existing { append, refuse };

  /// Opens or makes the file. @throws OutputError  naming file and reason; also when it exists and may not
  explicit AppendFile(boost::filesystem::path path, Existing existing = Existing::append);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// @throws OutputError  full disk and the like
  void append(std::string_view bytes);
  /// Waits until all is on the disk. @throws OutputError
  void sync();

 private:
  boost::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace csgis
