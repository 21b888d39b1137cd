#include "core/error.h"
#include "pipelines/build_run.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/export.h"

#include <boost/filesystem/operations.hpp>

namespace csgis {
namespace fs = boost::filesystem;

namespace {

/// Where the dataset stands until it is in shards; a killed run finds it there.
constexpr const char* kNative = ".csgis-native";

}  // namespace

BuildOptions native_options(const BuildOptions& given) {
  require<UsageError>(
      Shard::from_option(given.shard).is_whole(),
      "--layout webdataset is not built in parts: build parts in the native layout, join them with csgis "
      "data merge, then csgis data export --format webdataset");
  BuildOptions options = given;
  options.layout = Layout::native;
  options.out = (fs::path(given.out) / kNative).string();
  return options;
}

BuildReport build_webdataset(const BuildOptions& given, const RunContext& context) {
  const BuildOptions options = native_options(given);
  const fs::path out = given.out, native = options.out;
  BuildReport report = build_dataset(options, context);

  ExportOptions shards;
  shards.out = given.out;
  const ExportReport exported = export_dataset(options.out, shards, context);
  require<DataError>(exported.errors == 0, "{}: {} samples changed while they were written", native.string(),
                     exported.errors);
  OutputFolder folder(out, Shard{}, context.log);
  for (const char* list : {kDatasetFile, kErrorsFile}) {
    if (fs::exists(native / list)) folder.link_or_copy(native / list, list);
  }
  boost::system::error_code ignored;
  fs::remove_all(native, ignored);
  return report;
}

}  // namespace csgis
