#pragma once
/// ZIP archives whose files are stored, not compressed, as torch.save writes them. Format: PKWARE's APPNOTE.TXT 6.3.

#include "model/tensor_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace csgis::detail {

/// Whether bytes begin with a file of an archive.
bool looks_like_zip(std::span<const std::byte> bytes);

/// The files of an archive, zip64 or not. Refused: compressed, encrypted or split ones, names that are absolute, twice
/// there or hold "..", sizes that do not agree or leave the archive, more data than the archive has bytes.
class ZipReader {
 public:
  /// Reads the directory; `archive` must outlive the object. @throws DataError
  explicit ZipReader(std::span<const std::byte> archive);

  bool contains(const std::string& name) const { return entries_.contains(name); }
  std::vector<std::string_view> names() const;
  /// The content of a file, in place, its checksum verified. @throws DataError  not there, damaged
  std::span<const std::byte> read(const std::string& name) const;

 private:
  struct Entry {
    std::uint64_t header = 0;  ///< Where its local header lies.
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
  };
  struct Directory {
    std::uint64_t entries = 0, size = 0, offset = 0;
  };
  Directory find_directory() const;
  /// Adds the entry at `at` and returns where the next one is.
  std::size_t add_entry(std::size_t at, std::size_t end);

  std::span<const std::byte> archive_;
  std::uint64_t data_end_ = 0;  ///< Where the directory begins.
  std::unordered_map<std::string, Entry> entries_;
};

/// Collects files and gives an archive of them: stored, each aligned to 64 bytes, without times, below 4 GiB.
class ZipWriter {
 public:
  /// `bytes` must outlive the object.
  void add(const std::string& name, std::span<const std::byte> bytes);
  /// The archive as pieces of a file; they live as long as the object. Call once, at the end.
  /// @throws DataError  above 4 GiB or 65 534 files
  std::vector<std::span<const std::byte>> finish();

 private:
  struct Entry {
    std::string name, header;
    std::span<const std::byte> bytes;
    std::uint32_t crc = 0;
  };
  std::vector<Entry> entries_;
  std::string directory_;
};

/// CRC-32 of ISO 3309, as in ZIP and PNG.
std::uint32_t crc32(std::span<const std::byte> bytes);

}  // namespace csgis::detail
