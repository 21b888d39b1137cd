#include "core/error.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/layer_store.h"
#include "pipelines/packed_samples.h"
#include "pipelines/sample_source.h"
#include "pipelines/synth_samples.h"

#include <boost/filesystem/operations.hpp>

namespace csgis {
namespace fs = boost::filesystem;

SampleTable read_table(const fs::path& folder) {
  require<NothingUsable>(fs::exists(folder), "--data: {} does not exist", folder.string());
  if (fs::exists(folder / kSamplesFile)) return native_table(folder);
  if (fs::is_directory(folder / "train") && fs::is_directory(folder / "edge")) return numbered_table(folder);
  if (fs::is_directory(folder / "photos") && fs::is_directory(folder / "labels")) return voc_table(folder);
  if (has_shards(folder)) return webdataset_table(folder);
  fail<NothingUsable>(
      "--data: {} is no dataset: it has neither {}, nor train/ and edge/, nor photos/ and labels/, nor *.tar",
      folder.string(), kSamplesFile);
}

std::shared_ptr<const SampleSource> open_samples(const SampleOptions& options, std::uint64_t seed) {
  validate(options);
  if (options.data == kSynthData) return synthetic_samples(options, seed);
  if (fs::is_regular_file(options.data)) return open_packed(options.data, seed);
  SampleTable table = read_table(options.data);
  auto store = file_store(table.files, table.labels, static_cast<std::uint64_t>(options.cache_mib) << 20);
  return table_source(std::move(table), std::move(store), seed);
}

}  // namespace csgis
