#include "pipelines/tar_index.h"

#include "core/error.h"

#include <archive.h>
#include <archive_entry.h>
#include <boost/filesystem/operations.hpp>

#include <memory>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr std::uint64_t kBlock = 512;  // of tar

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

void check(archive* from, int code, const fs::path& file) {
  if (code == ARCHIVE_OK) return;
  const char* const reason = archive_error_string(from);
  fail<DataError>("{}: {}", file.string(), reason != nullptr ? reason : "is no tar archive, or a damaged one");
}

}  // namespace

std::vector<TarMember> list_tar(const fs::path& file) {
  boost::system::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  require<IoError>(!error, "{}: {}", file.string(), error.message());
  const Archive from(archive_read_new(), &archive_read_free);
  archive_read_support_format_tar(from.get());  // and no compression: what is compressed has no places
  check(from.get(), archive_read_open_filename(from.get(), file.c_str(), 1 << 14), file);
  std::vector<TarMember> members;
  std::uint64_t end = 0;
  for (archive_entry* entry = nullptr;;) {
    const int code = archive_read_next_header(from.get(), &entry);
    if (code == ARCHIVE_EOF) break;
    check(from.get(), code, file);
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);  // not in the character set of the locale
    require<DataError>(name != nullptr && *name != '\0', "{}: holds a file without a name", file.string());
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFDIR) continue;
    const bool is_plain = type == AE_IFREG && archive_entry_hardlink(entry) == nullptr &&
                          archive_entry_sparse_count(entry) == 0 && archive_entry_size(entry) >= 0;
    require<DataError>(is_plain, "{}: '{}' is no plain file", file.string(), name);
    // Headers are consumed exactly: what follows is the content.
    const FileRange range{static_cast<std::uint64_t>(archive_filter_bytes(from.get(), 0)),
                          static_cast<std::uint64_t>(archive_entry_size(entry))};
    require<DataError>(range.offset <= size && range.bytes <= size - range.offset, "{}: is cut off in '{}'",
                       file.string(), name);
    members.push_back({name, range});
    end = range.offset + (range.bytes + kBlock - 1) / kBlock * kBlock;
  }
  // libarchive takes the end of the file for that of the archive: one cut between two files would be a shorter one.
  require<DataError>(size >= end + 2 * kBlock, "{}: is cut off: two empty blocks are to be at its end", file.string());
  return members;
}

}  // namespace csgis
