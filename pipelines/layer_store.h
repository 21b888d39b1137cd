#pragma once
/// The images of a dataset as planes, wherever they come from.

#include "model/image_plane.h"
#include "pipelines/sample_table.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace csgis {

/// An image: three planes of a colour image, else one.
struct StoredLayer {
  std::array<ImagePlane, 3> planes;
  std::shared_ptr<const void> owner;
};

/// Half of an image. @throws DataError  the width is odd
StoredLayer part_of(StoredLayer layer, ImagePart part);

/// Thread-safe.
class LayerStore {
 public:
  virtual ~LayerStore() = default;
  /// Image `file` of the table. @throws IoError, DataError  with the name of the file in front
  virtual StoredLayer get(std::size_t file) const = 0;
  virtual std::string file_name(std::size_t file) const = 0;
};

/// Decodes files when they are asked for and keeps those used last, up to `cache_bytes`.
/// @param labels  classes: other values than classes and void are refused
std::unique_ptr<LayerStore> file_store(std::vector<LayerFile> files, SampleLabels labels, std::uint64_t cache_bytes);

/// The samples of a table, with their images from a store.
std::shared_ptr<const SampleSource> table_source(SampleTable table, std::unique_ptr<const LayerStore> store,
                                                 std::uint64_t seed);

}  // namespace csgis
