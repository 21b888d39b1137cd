#include "imaging/image_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace csgis {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 30;

constexpr std::array<std::string_view, 9> kExtensions{".jpg",  ".jpeg", ".png", ".bmp", ".tif",
                                                      ".tiff", ".webp", ".pfm", ".hdr"};

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  FileDescriptor(FileDescriptor&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

[[noreturn]] void fail_with_errno(const boost::filesystem::path& path, std::string_view what) {
  fail<IoError>("{}: {}: {}", path.string(), what, std::generic_category().message(errno));
}

std::string_view kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

/// A file that reading cannot block on, open.
FileDescriptor open_regular(const boost::filesystem::path& path, std::uint64_t& size) {
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (file.get() < 0) fail_with_errno(path, "cannot be opened");
  struct stat status {};
  if (fstat(file.get(), &status) != 0) fail_with_errno(path, "cannot be examined");
  require<IoError>(S_ISREG(status.st_mode), "{}: is {}, not a file", path.string(), kind_of(status.st_mode));
  size = static_cast<std::uint64_t>(status.st_size);
  return file;
}

/// Fewer bytes than asked for where the file ends.
std::vector<std::uint8_t> read_at(const FileDescriptor& file, const boost::filesystem::path& path,
                                  const FileRange& range) {
  require<IoError>(range.bytes <= kMaxFileBytes, "{}: has {} bytes, more than {} that are read at once", path.string(),
                   range.bytes, kMaxFileBytes);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(range.bytes));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        pread(file.get(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(range.offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_with_errno(path, "cannot be read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

template <class Read>
auto with_path(const boost::filesystem::path& path, Read read) {
  const std::vector<std::uint8_t> bytes = read_file_bytes(path);
  try {
    return read(bytes);
  } catch (const DataError& error) {
    fail<DataError>("{}: {}", path.string(), error.what());
  }
}

}  // namespace

bool has_image_extension(const boost::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string image_id(const boost::filesystem::path& path) {
  return path.stem().string();
}

std::vector<std::uint8_t> read_file_bytes(const boost::filesystem::path& path) {
  std::uint64_t size = 0;
  const FileDescriptor file = open_regular(path, size);
  return read_at(file, path, {0, size});
}

std::vector<std::uint8_t> read_file_range(const boost::filesystem::path& path, const FileRange& range) {
  std::uint64_t size = 0;
  const FileDescriptor file = open_regular(path, size);
  std::vector<std::uint8_t> bytes = read_at(file, path, range);
  require<IoError>(bytes.size() == range.bytes, "{}: has become shorter", path.string());
  return bytes;
}

DecodedImage read_image(const boost::filesystem::path& path, const DecodeLimits& limits) {
  return with_path(path, [&](const auto& bytes) { return decode_image(bytes, limits); });
}

Image8 read_colour8(const boost::filesystem::path& path, const DecodeLimits& limits) {
  return with_path(path, [&](const auto& bytes) { return to_colour8(decode_image(bytes, limits)); });
}

LabelMap read_label_map(const boost::filesystem::path& path, const DecodeLimits& limits) {
  return with_path(path, [&](const auto& bytes) { return decode_label_map(bytes, limits); });
}

}  // namespace csgis
