#include "pipelines/unpack.h"

#include "core/error.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>
#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr const char* kTemporary = ".csgis-unpack";

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// libarchive does not look at the checksum at the end of a gzip stream, zlib does.
void check_gzip(const fs::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
  require<IoError>(file != nullptr, "{} cannot be read", path.string());
  if (gzdirect(file.get()) != 0) return;
  std::vector<char> buffer(1 << 18);
  int count = 0;
  do {
    count = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
  } while (count > 0);
  int code = Z_OK;
  const char* const reason = gzerror(file.get(), &code);
  require<DataError>(count == 0 && code == Z_OK, "{}: damaged: {}", path.string(), reason);
}

/// Removes what was unpacked so far, however the unpacking ends.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {
    boost::system::error_code error;
    fs::remove_all(path_, error);  // of a run that was killed
    fs::create_directories(path_, error);
    require<OutputError>(!error, "{} cannot be made: {}", path_.string(), error.message());
  }
  ~TemporaryFolder() {
    boost::system::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Unpacking {
 public:
  Unpacking(const fs::path& file, const fs::path& folder, const UnpackLimits& limits, const RunContext& context)
      : file_(file),
        limits_(limits),
        context_(context),
        temporary_(folder / kTemporary),
        progress_(context.progress, "unpacking " + file.filename().string() + " (files)", 0) {
    most_bytes_ = std::max(limits.free_bytes,
                           static_cast<std::uint64_t>(limits.ratio * static_cast<double>(fs::file_size(file))));
    archive_read_support_format_tar(archive_.get());
    archive_read_support_format_zip(archive_.get());
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_filter_bzip2(archive_.get());
    archive_read_support_filter_xz(archive_.get());
    archive_read_support_filter_zstd(archive_.get());
    check(archive_read_open_filename(archive_.get(), file.c_str(), 1 << 18));
  }

  void read() {
    archive_entry* entry = nullptr;
    for (int code = next(entry); code != ARCHIVE_EOF; code = next(entry)) {
      check(code);
      if (context_.cancel.requested()) throw Cancelled();
      const fs::path relative = checked_path(entry);
      const auto type = archive_entry_filetype(entry);
      refuse_unless(type == AE_IFREG || type == AE_IFDIR, relative.string(), "is neither a file nor a folder");
      refuse_unless(archive_entry_hardlink(entry) == nullptr, relative.string(), "is a link");
      if (type == AE_IFREG) take(relative);
    }
    require<DataError>(!files_.empty(), "{}: no file in it", file_.string());
  }

  /// Into place. Nothing is moved if anything is in the way.
  std::uint64_t publish(const fs::path& folder, bool overwrite) const {
    boost::system::error_code error;
    for (const fs::path& file : files_) {
      const bool is_there = fs::exists(folder / file, error);
      require<OutputError>(overwrite || !is_there, "{} exists; --overwrite replaces it", (folder / file).string());
    }
    for (const fs::path& file : files_) {
      fs::create_directories((folder / file).parent_path(), error);
      if (!error) fs::rename(temporary_.path() / file, folder / file, error);
      require<OutputError>(!error, "{} cannot be written: {}", (folder / file).string(), error.message());
    }
    return files_.size();
  }

 private:
  int next(archive_entry*& entry) { return archive_read_next_header(archive_.get(), &entry); }

  void check(int code) const {
    if (code == ARCHIVE_OK) return;
    const char* reason = archive_error_string(archive_.get());
    fail<DataError>("{}: {}", file_.string(), reason != nullptr ? reason : "damaged");
  }

  void refuse_unless(bool good, const std::string& name, const char* reason) const {
    require<DataError>(good, "{}: refused, because its entry '{}' {}", file_.string(), name, reason);
  }

  fs::path checked_path(archive_entry* entry) const {
    const char* const name = archive_entry_pathname(entry);
    refuse_unless(name != nullptr && *name != '\0', "", "has no name");
    const fs::path path(name);
    refuse_unless(path.is_relative(), name, "has an absolute path");
    refuse_unless(std::ranges::none_of(path, [](const fs::path& part) { return part == ".."; }), name,
                  "leads out of the folder");
    return path.lexically_normal();
  }

  void take(const fs::path& relative) {
    refuse_unless(files_.size() < limits_.entries, relative.string(), "is one too many");
    const fs::path path = temporary_.path() / relative;
    boost::system::error_code error;
    fs::create_directories(path.parent_path(), error);
    const std::unique_ptr<std::FILE, FileCloser> out(error ? nullptr : std::fopen(path.c_str(), "wbx"));
    if (!out && errno == EEXIST) refuse_unless(false, relative.string(), "is there twice");
    require<OutputError>(out != nullptr, "{} cannot be written: {}", path.string(),
                         error ? error.message() : std::strerror(errno));
    for (;;) {
      const la_ssize_t count = archive_read_data(archive_.get(), buffer_.data(), buffer_.size());
      if (count == 0) break;
      if (count < 0) check(static_cast<int>(count));
      bytes_ += static_cast<std::uint64_t>(count);
      refuse_unless(bytes_ <= most_bytes_, relative.string(), "makes it too large for its size: a bomb");
      const auto size = static_cast<std::size_t>(count);
      require<OutputError>(std::fwrite(buffer_.data(), 1, size, out.get()) == size, "{} cannot be written: {}",
                           path.string(), std::strerror(errno));
    }
    require<OutputError>(std::fflush(out.get()) == 0, "{} cannot be written: {}", path.string(), std::strerror(errno));
    files_.push_back(relative);
    progress_.advance();
  }

  const fs::path& file_;
  const UnpackLimits& limits_;
  const RunContext& context_;
  TemporaryFolder temporary_;
  ProgressTask progress_;
  std::unique_ptr<archive, decltype(&archive_read_free)> archive_{archive_read_new(), &archive_read_free};
  std::vector<char> buffer_ = std::vector<char>(1 << 18);
  std::vector<fs::path> files_;
  std::uint64_t bytes_ = 0, most_bytes_ = 0;
};

}  // namespace

std::uint64_t unpack(const fs::path& archive, const fs::path& folder, bool overwrite, const UnpackLimits& limits,
                     const RunContext& context) {
  check_gzip(archive);
  Unpacking job(archive, folder, limits, context);
  job.read();
  return job.publish(folder, overwrite);
}

}  // namespace csgis
