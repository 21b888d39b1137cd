#include "model/file_bytes.h"

#include "core/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace csgis {
namespace fs = std::filesystem;
namespace {

/// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

template <class E>
[[noreturn]] void fail_with_errno(const fs::path& path, std::string_view what, int error) {
  fail<E>("{}: {}: {}", path.string(), what, std::generic_category().message(error));
}

void write_all(int file, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    // Linux writes at most 2 GiB in one call.
    const ssize_t written = ::write(file, bytes.data(), std::min(bytes.size(), std::size_t{1} << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_with_errno<OutputError>(path, "cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void write_synced(const fs::path& temporary, const std::vector<std::span<const std::byte>>& pieces,
                  const fs::path& path) {
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) fail_with_errno<OutputError>(path, "cannot be written", errno);
  for (const std::span<const std::byte> piece : pieces) write_all(file.get(), piece, path);
  if (::fsync(file.get()) != 0) fail_with_errno<OutputError>(path, "cannot be written", errno);
  // Network file systems report some write errors only here.
  if (::close(file.release()) != 0) fail_with_errno<OutputError>(path, "cannot be written", errno);
}

}  // namespace

SharedBytes map_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail_with_errno<IoError>(path, "cannot be opened", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_with_errno<IoError>(path, "cannot be examined", errno);
  require<IoError>(S_ISREG(status.st_mode), "{}: is not a regular file", path.string());
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return {};  // nothing to map
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (memory == MAP_FAILED) fail_with_errno<IoError>(path, "cannot be mapped", errno);
  return {{static_cast<const std::byte*>(memory), size},
          std::shared_ptr<const void>(memory, [size](void* mapped) { ::munmap(mapped, size); })};
}

void write_whole_file(const fs::path& path, const std::vector<std::span<const std::byte>>& pieces, bool overwrite) {
  std::error_code ignored;
  require<OutputError>(overwrite || !fs::exists(path, ignored), "{} exists; --overwrite replaces it", path.string());
  require<OutputError>(!fs::is_directory(path, ignored), "{}: cannot be written: it is a folder", path.string());
  const fs::path temporary = path.parent_path() / fmt::format(".csgis-tmp-{}", ::getpid());
  try {
    write_synced(temporary, pieces, path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_with_errno<OutputError>(path, "cannot be written", errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace csgis
