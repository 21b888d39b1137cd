#pragma once
/// The folder a run writes into: locked while the run lives, and never seen with a half-written file.

#include "core/run_context.h"
#include "pipelines/shard.h"

#include <atomic>
#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>

namespace csgis {

/// Takes the bytes of a file piece by piece.
using ByteSink = std::function<void(std::span<const std::uint8_t>)>;

/// Creates the folder if need be and holds `.csgis-I-of-N.lock` in it by flock, which the kernel releases when the
/// process dies. Files are written under a temporary name in `.csgis-tmp-I-of-N/` and renamed into place, so that a
/// reader, a crash or a full disk never leaves part of one. Where flock is not supported: a warning, no lock.
/// Writing is safe from several threads.
class OutputFolder {
 public:
  /// @throws OutputError  cannot be created or written, is a file, or another run of this shard holds the lock.
  OutputFolder(boost::filesystem::path root, Shard shard, Log& log);
  /// Ends writing and releases the lock.
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  const boost::filesystem::path& root() const { return root_; }
  boost::filesystem::path path(const std::string& relative) const { return root_ / relative; }

  /// Makes a sub-folder; call before writing into it.
  void make_folder(const std::string& relative);
  /// Writes or replaces one file. @throws OutputError naming the file and the system's reason.
  void write(const std::string& relative, std::span<const std::uint8_t> bytes);
  /// As write(), and waits until file and name are on the disk: for manifests, not for images.
  void write_synced(const std::string& relative, const std::string& text);
  /// The same for a file that is handed over in pieces: memory does not grow with its size.
  void write_streamed(const std::string& relative, const std::function<void(const ByteSink& sink)>& produce);
  /// The same for a file that is made line by line: `next_line` sets a line without its newline, or returns false at
  /// the end. Memory does not grow with the number of lines.
  void write_lines_synced(const std::string& relative, const std::function<bool(std::string& line)>& next_line);
  /// Gives an existing file a second name here, or copies it where the file system cannot.
  void link_or_copy(const boost::filesystem::path& from, const std::string& relative);
  /// Removes the temporary folder: after the last write, before a step that nobody would repeat after a crash.
  void end_writing();
  /// Removes a file of ours if it is there.
  void remove(const std::string& relative);

 private:
  void take_lock(Log& log);
  boost::filesystem::path next_temporary();

  boost::filesystem::path root_;
  boost::filesystem::path temporary_;
  Shard shard_;
  int lock_ = -1;
  std::atomic<std::uint64_t> serial_{0};
};

/// Writes one file beside nothing else: temporary name in the same folder, then renamed.
/// @throws OutputError also when `path` exists and `overwrite` is false.
void write_single_file(const boost::filesystem::path& path, std::span<const std::uint8_t> bytes, bool overwrite);

}  // namespace csgis
