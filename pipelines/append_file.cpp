#include "pipelines/append_file.h"

#include "core/error.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <utility>

namespace csgis {
namespace {

[[noreturn]] void fail_writing(const boost::filesystem::path& path) {
  fail<OutputError>("cannot write {}: {}", path.string(), std::strerror(errno));
}

}  // namespace

AppendFile::AppendFile(boost::filesystem::path path, Existing existing) : path_(std::move(path)) {
  const int more = existing == Existing::refuse ? O_EXCL : 0;
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | more, 0666);
  if (fd_ < 0) fail_writing(path_);
}

AppendFile::~AppendFile() {
  ::close(fd_);
}

void AppendFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_writing(path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AppendFile::sync() {
  if (::fsync(fd_) != 0) fail_writing(path_);
}

}  // namespace csgis
