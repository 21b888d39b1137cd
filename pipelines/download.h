#pragma once
/// Files from public hosts, which drop connections, lie about lengths and serve other files than they used to.

#include "core/run_context.h"
#include "pipelines/data_source.h"

#include <boost/filesystem/path.hpp>
#include <span>
#include <string>

namespace csgis {

struct DownloadOptions {
  int attempts = 4;  ///< Per URL; pauses of 1, 2, 4 ... times `pause_seconds` between them.
  double pause_seconds = 1;
  int connect_seconds = 20;
  int stall_seconds = 30;  ///< A connection that gives less than a byte a second for so long is given up.
};

/// Why a file is not the one that is described, or an empty text. Reads it once.  @throws IoError
std::string mismatch(const boost::filesystem::path& path, const SourceFile& file);

/// Brings `file` to `target`, from the first of `urls` (http, https) that gives the right content. What has come is
/// kept beside it as `target`.part and gone on from, in this run or a later one, where the host allows that. Size and
/// hash are checked before the file gets its name; a file of which neither is published is named in a warning with its
/// hash.
/// @throws NothingUsable  no URL gave it: says of each why  @throws OutputError  it cannot be written  @throws
/// Cancelled
void download(const SourceFile& file, std::span<const std::string> urls, const boost::filesystem::path& target,
              const DownloadOptions& options, const RunContext& context);

}  // namespace csgis
