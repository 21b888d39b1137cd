#include "pipelines/packed_samples.h"

#include "core/error.h"
#include "model/file_bytes.h"
#include "pipelines/hashing.h"
#include "pipelines/layer_store.h"
#include "pipelines/packed_header.h"
#include "pipelines/packed_index.h"

#include <atomic>

namespace csgis {
namespace {

class PackedStore : public LayerStore {
 public:
  PackedStore(std::string path, SharedBytes file, std::vector<PackedImage> images)
      : path_(std::move(path)), file_(std::move(file)), images_(std::move(images)), is_checked_(images_.size()) {}

  StoredLayer get(std::size_t index) const override {
    const PackedImage& image = images_[index];
    const auto bytes = as_u8(file_.bytes.subspan(image.offset, image.bytes()));
    if (!is_checked_[index].load(std::memory_order_relaxed)) {
      require<DataError>(xxh128_hex(bytes) == image.xxh128, "{}: the image {} is damaged", path_, image.name);
      is_checked_[index].store(true, std::memory_order_relaxed);
    }
    StoredLayer layer;
    for (int c = 0; c < image.channels; ++c) {
      layer.planes[static_cast<std::size_t>(c)] = {bytes.data() + c * image.height * image.width, image.height,
                                                   image.width, static_cast<std::ptrdiff_t>(image.width), 1};
    }
    layer.owner = file_.owner;
    return layer;
  }
  std::string file_name(std::size_t index) const override { return path_ + ": " + images_[index].name; }

 private:
  std::string path_;
  SharedBytes file_;
  std::vector<PackedImage> images_;
  mutable std::vector<std::atomic<bool>> is_checked_;
};

}  // namespace

std::shared_ptr<const SampleSource> open_packed(const boost::filesystem::path& path, std::uint64_t seed) {
  SharedBytes file = map_file(path.string());
  PackedIndex index;
  try {
    index = parse_packed(file.bytes);
  } catch (const DataError& e) {
    fail<DataError>("{}: {}", path.string(), e.what());
  }
  index.table.name = path.string();
  auto store = std::make_unique<PackedStore>(path.string(), std::move(file), std::move(index.images));
  return table_source(std::move(index.table), std::move(store), seed);
}

}  // namespace csgis
