#pragma once
/// Pictures of a dataset for people: one row a sample.

#include "core/run_context.h"
#include "imaging/image.h"

#include <string>

namespace csgis {

/// A sheet with a caption and the columns GT, blend, edge, label, over, under (those that occur, the first negative of
/// each kind) for up to `rows` samples, spread evenly over the dataset, each reduced to fit a common box.
/// @param dataset  folder of a finished native dataset.  @throws NothingUsable, IoError, DataError.
Image8 contact_sheet(const std::string& dataset, int rows);

/// The same as a page: DIR/FILE shows the samples with the dataset's own files, so it stays small and needs no network.
/// `dataset` is a folder below `out`, as a relative path; `rows` as above.
/// @throws NothingUsable, OutputError.
void write_gallery_page(const std::string& out, const std::string& dataset, int rows, const std::string& file,
                        const RunContext& context);

}  // namespace csgis
