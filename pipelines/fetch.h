#pragma once
/// `csgis data fetch`: public data and weights, checked and unpacked.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/data_source.h"

#include <string>
#include <vector>

namespace csgis {

struct FetchOptions {
  std::vector<std::string> from;
  std::string to, cache, manifest;
  int attempts = 4;
  double pause = 1;
  int stall = 30;
};

template <class V>
void describe(V& v, FetchOptions& o) {
  v("from", o.from, any_value("FILE|DIR|URL").location(),
    "take it from here: a file, a folder or a URL ending in / that holds the files by name, or the URL of the file; "
    "several URLs are tried in this order");
  v("to", o.to, folder(), "where it goes; a folder of the source's name when not given");
  v("cache", o.cache, folder(),
    "where downloads are kept; csgis/downloads in XDG_CACHE_HOME or ~/.cache when not given");
  v("manifest", o.manifest, file(), "describes the source instead of the program's own list; see data_manifest/");
  v("attempts", o.attempts, between(1, 100).execution(), "tries of each URL");
  v("pause", o.pause, between(0, 3600).execution(), "seconds between two tries, doubled each time");
  v("stall", o.stall, between(1, 3600).execution(), "seconds without a byte after which a connection is given up");
}

struct FetchReport {
  std::string folder;
  std::uint64_t files = 0;           ///< Written into the folder.
  bool was_there = false;            ///< Everything was there before; nothing was done.
  std::vector<std::string> missing;  ///< Paths of the source's layout that the archives did not hold.
};

/// The source of that name, from the program's list or from the manifest that the options name.
/// @throws UsageError  no such source  @throws NothingUsable  the manifest cannot be read or describes another one
DataSource source_to_fetch(const std::string& name, const FetchOptions& options);

/// Downloads what the cache lacks, checks it, and unpacks or links it into the folder. A file of the cache or of --from
/// is checked as a download is.
/// @throws NothingUsable  it cannot be had: says what to download by hand and where to put it
/// @throws DataError  an archive that is refused  @throws OutputError, UsageError, Cancelled
FetchReport fetch(const DataSource& source, const FetchOptions& options, const RunContext& context);

}  // namespace csgis
