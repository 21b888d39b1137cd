#pragma once
/// A file that is written piece by piece and appears when it is complete.

#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <span>

namespace csgis {

class GrowingFile {
 public:
  /// Begins it under a temporary name in the same folder.
  /// @throws OutputError  cannot be written, or exists and `overwrite` is false
  GrowingFile(boost::filesystem::path path, bool overwrite);
  /// Removes what was not finished.
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  std::uint64_t size() const { return size_; }
  void append(std::span<const std::uint8_t> bytes);
  /// Writes over bytes that are there.
  void replace(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  /// Gives it its name, once everything is on the disk.
  void finish();

 private:
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);

  boost::filesystem::path path_, temporary_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace csgis
