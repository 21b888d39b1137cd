#pragma once
/// --dry-run: the option, and how its answer is shown.

#include "core/common_options.h"
#include "pipelines/forecast.h"

namespace csgis::cli {

struct DryRun {
  bool dry_run = false;
};
template <class V>
void describe(V& v, DryRun& o) {
  v("dry-run", o.dry_run, any_value().execution(),
    "write nothing; say what would be done, and from a few seconds of it how long it takes and how large it gets");
}

/// Prints it, as text or as one JSON object: {"dry_run": true, "out", the counts, "errors", "threads", "seconds",
/// "cpu_seconds", "bytes", "files", "measured": {"items", "seconds"}, "notes": [...]}, and for a shard "whole" with the
/// counts and costs of all shards. @return  the exit code of the run's inputs
int show_forecast(const Forecast& forecast, const std::string& out, const CommonOptions& common);

}  // namespace csgis::cli
