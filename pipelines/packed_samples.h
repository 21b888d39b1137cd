#pragma once
/// One file with all samples of a dataset, decoded: `csgis data pack` writes it, trainings map it into memory. Its form
/// is described in docs/formats.md.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/item_errors.h"
#include "pipelines/sample_source.h"

#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace csgis {

struct PackOptions {
  std::string out;
};

template <class V>
void describe(V& v, PackOptions& o) {
  v("out", o.out, file().required(), "the packed file");
}

struct PackReport {
  std::uint64_t train = 0, held_out = 0;  ///< Samples.
  std::uint64_t images = 0;               ///< Different ones.
  std::uint64_t bytes = 0;                ///< Of the file.
  std::vector<ItemError> errors;          ///< Images that cannot be read; samples that are left out for another reason.
};

/// Decodes every image of a dataset (pipelines/sample_table.h), checks that the images of each sample have one size,
/// and writes their planes, equal images once. The bytes depend on the dataset alone. The file appears when it is
/// complete. Samples with an image that cannot be read are left out and named (--on-error stop: the end). Memory: that
/// of the decoded images of 4 files a thread.
/// @throws NothingUsable  no sample is left  @throws DataError (damaged lists), OutputError, ItemFailed, Cancelled
PackReport pack_dataset(const boost::filesystem::path& dataset, const PackOptions& options, const RunContext& context);

/// Reads from the mapping. An image is compared with its hash when it is used first.
/// @throws IoError, DataError  with the path in front
std::shared_ptr<const SampleSource> open_packed(const boost::filesystem::path& file, std::uint64_t seed);

}  // namespace csgis
