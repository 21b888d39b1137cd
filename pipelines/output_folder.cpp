#include "pipelines/output_folder.h"

#include "core/error.h"
#include "imaging/image_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
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

/// Owns a descriptor for the length of one write.
class WritableFile {
 public:
  WritableFile(const fs::path& path, int flags) : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail_writing(path_, errno);
  }
  ~WritableFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  WritableFile(const WritableFile&) = delete;
  WritableFile& operator=(const WritableFile&) = delete;

  void write(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail_writing(path_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
  void sync() {
    if (::fsync(fd_) != 0) fail_writing(path_, errno);
  }
  /// Network file systems report some write errors only here.
  void close() {
    if (::close(std::exchange(fd_, -1)) != 0) fail_writing(path_, errno);
  }

 private:
  const fs::path& path_;
  int fd_;
};

void rename_into_place(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return;
  const int error = errno;
  ::unlink(from.c_str());
  fail_writing(to, error);
}

enum class Sync { no, yes };

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes, Sync sync) {
  try {
    WritableFile file(path, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(bytes);
    if (sync == Sync::yes) file.sync();
    file.close();
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
}

void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);  // some file systems cannot sync a folder; the file itself is safe by then
  ::close(fd);
}

}  // namespace

OutputFolder::OutputFolder(fs::path root, Shard shard, Log& log)
    : root_(std::move(root)), temporary_(root_ / (".csgis-tmp-" + shard.name())), shard_(shard) {
  boost::system::error_code error;
  fs::create_directories(root_, error);
  boost::system::error_code ignored;
  require<OutputError>(fs::is_directory(root_, ignored), "cannot write into {}: {}", root_.string(),
                       error ? error.message() : "it is not a folder");
  take_lock(log);
  // Whatever lies here is of a run that died: the lock says that none is alive.
  fs::remove_all(temporary_, error);
  fs::create_directory(temporary_, error);
  if (error) {
    ::close(lock_);
    fail<OutputError>("cannot write into {}: {}", root_.string(), error.message());
  }
}

OutputFolder::~OutputFolder() {
  end_writing();
  if (lock_ >= 0) ::close(lock_);
}

void OutputFolder::take_lock(Log& log) {
  const fs::path path = root_ / (".csgis-" + shard_.name() + ".lock");
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) fail_writing(path, errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) {
    ::close(lock_);
    fail<OutputError>("{} is in use: another run of {} writes there", root_.string(),
                      shard_.is_whole() ? "csgis" : "shard " + shard_.name());
  }
  log.warning("{}: this file system has no locks ({}); do not start the same run twice", root_.string(),
              std::strerror(errno));
}

void OutputFolder::make_folder(const std::string& relative) {
  boost::system::error_code error;
  fs::create_directories(path(relative), error);
  boost::system::error_code ignored;
  require<OutputError>(fs::is_directory(path(relative), ignored), "cannot make the folder {}: {}",
                       path(relative).string(), error ? error.message() : "a file of that name is in the way");
}

fs::path OutputFolder::next_temporary() {
  return temporary_ / std::to_string(serial_++);
}

void OutputFolder::write(const std::string& relative, std::span<const std::uint8_t> bytes) {
  const fs::path temporary = next_temporary();
  write_file(temporary, bytes, Sync::no);
  rename_into_place(temporary, path(relative));
}

void OutputFolder::write_synced(const std::string& relative, const std::string& text) {
  const fs::path temporary = next_temporary();
  write_file(temporary, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, Sync::yes);
  rename_into_place(temporary, path(relative));
  sync_folder(path(relative).parent_path());
}

void OutputFolder::write_streamed(const std::string& relative,
                                  const std::function<void(const ByteSink& sink)>& produce) {
  const fs::path temporary = next_temporary();
  try {
    WritableFile file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    produce([&](std::span<const std::uint8_t> bytes) { file.write(bytes); });
    file.close();
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  rename_into_place(temporary, path(relative));
}

void OutputFolder::write_lines_synced(const std::string& relative,
                                      const std::function<bool(std::string& line)>& next_line) {
  constexpr std::size_t kBuffered = std::size_t{1} << 16;
  const fs::path temporary = next_temporary();
  WritableFile file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  std::string buffer, line;
  for (bool more = true; more;) {
    more = next_line(line);
    if (more) buffer += line + '\n';
    if (buffer.size() < kBuffered && more) continue;
    file.write({reinterpret_cast<const std::uint8_t*>(buffer.data()), buffer.size()});
    buffer.clear();
  }
  file.sync();
  file.close();
  rename_into_place(temporary, path(relative));
  sync_folder(path(relative).parent_path());
}

void OutputFolder::link_or_copy(const fs::path& from, const std::string& relative) {
  const fs::path temporary = next_temporary();
  if (::link(from.c_str(), temporary.c_str()) != 0) {
    // By hand: Boost 1.74 takes copy_file_range's refusal to cross file systems for an error.
    write_file(temporary, read_file_bytes(from), Sync::no);
  }
  rename_into_place(temporary, path(relative));
}

void OutputFolder::end_writing() {
  boost::system::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

void OutputFolder::remove(const std::string& relative) {
  if (::unlink(path(relative).c_str()) != 0 && errno != ENOENT) fail_writing(path(relative), errno);
}

void write_single_file(const fs::path& path, std::span<const std::uint8_t> bytes, bool overwrite) {
  boost::system::error_code ignored;
  require<OutputError>(overwrite || !fs::exists(path, ignored), "{} exists; --overwrite replaces it", path.string());
  const fs::path temporary = path.parent_path() / fmt::format(".csgis-tmp-{}", ::getpid());
  write_file(temporary, bytes, Sync::no);
  rename_into_place(temporary, path);
}

}  // namespace csgis
