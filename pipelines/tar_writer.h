#pragma once
/// Tar archives whose bytes depend on the names and contents of their files alone.

#include "pipelines/output_folder.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace csgis {

/// Writes an archive front to back. Form: ustar, with a pax header before each file that says that names are bytes, and
/// holds what ustar has no room for (libarchive's "restricted pax"). Plain files only, mode 0644, owner and group 0,
/// time 0.
class TarWriter {
 public:
  explicit TarWriter(ByteSink sink);
  /// Without finish() the archive has no end.
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  /// @throws OutputError  the name cannot stand in an archive; and what the sink throws
  void add(const std::string& name, std::span<const std::uint8_t> bytes);
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csgis
