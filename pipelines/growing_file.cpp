#include "pipelines/growing_file.h"

#include "core/error.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

[[noreturn]] void fail_writing(const fs::path& path, int error) {
  fail<OutputError>("cannot write {}: {}", path.string(), std::strerror(error));
}

}  // namespace

GrowingFile::GrowingFile(fs::path path, bool overwrite) : path_(std::move(path)) {
  boost::system::error_code ignored;
  require<OutputError>(!fs::is_directory(path_, ignored), "cannot write {}: it is a folder", path_.string());
  require<OutputError>(overwrite || !fs::exists(path_, ignored), "{} exists; --overwrite replaces it", path_.string());
  temporary_ = path_.parent_path() / fmt::format(".csgis-tmp-{}", ::getpid());
  file_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) fail_writing(path_, errno);
}

GrowingFile::~GrowingFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

void GrowingFile::append(std::span<const std::uint8_t> bytes) {
  write(size_, bytes);
  size_ += bytes.size();
}

void GrowingFile::replace(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  require(offset + bytes.size() <= size_, "file: {} bytes at {} of {}", bytes.size(), offset, size_);
  write(offset, bytes);
}

void GrowingFile::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    // Linux writes at most 2 GiB in one call.
    const std::size_t count = std::min(bytes.size(), std::size_t{1} << 30);
    const ssize_t written = ::pwrite(file_, bytes.data(), count, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_writing(path_, errno);
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void GrowingFile::finish() {
  if (::fsync(file_) != 0) fail_writing(path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_writing(path_, errno);
  ::close(std::exchange(file_, -1));
}

}  // namespace csgis
