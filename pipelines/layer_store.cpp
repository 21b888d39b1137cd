#include "pipelines/layer_store.h"

#include "core/error.h"
#include "core/random.h"
#include "imaging/image_file.h"
#include "imaging/label_map.h"
#include "pipelines/parallel_items.h"
#include "pipelines/sample_planes.h"
#include "pipelines/seen_truths.h"
#include "pipelines/shared_cache.h"

#include <utility>
#include <variant>
#include <vector>

namespace csgis {
namespace {

/// Colour or grey as Image8, labels as what they are.
using Decoded = std::variant<Image8, LabelMap>;

std::uint64_t bytes_of_image(const Decoded& image) {
  return std::visit([](const auto& pixels) -> std::uint64_t { return pixels.bytes(); }, image);
}

std::vector<std::uint8_t> bytes_of(const LayerFile& file) {
  return file.member ? read_file_range(file.path, file.member->range) : read_file_bytes(file.path);
}

Image8 decode_grey(std::span<const std::uint8_t> bytes) {
  DecodedImage image = decode_image(bytes);
  Image8* const pixels = std::get_if<Image8>(&image.pixels);
  require<DataError>(pixels != nullptr && pixels->channels() == 1, "an edge map has one channel of 8 bits, this has {}",
                     pixels == nullptr ? "more bits" : fmt::format("{} channels", pixels->channels()));
  return std::move(*pixels);
}

LabelMap decode_labels(std::span<const std::uint8_t> bytes, SampleLabels kind) {
  LabelMap labels = decode_label_map(bytes);
  const auto foreign = kind == SampleLabels::classes ? first_value_beyond_classes(labels) : std::nullopt;
  require<DataError>(!foreign, "holds the value {}, which is no VOC class", foreign.value_or(0));
  return labels;
}

class FileStore : public LayerStore {
 public:
  FileStore(std::vector<LayerFile> files, SampleLabels labels, std::uint64_t cache_bytes)
      : files_(std::move(files)), labels_(labels), cache_(cache_bytes, bytes_of_image) {}

  StoredLayer get(std::size_t file) const override {
    auto decoded = cache_.get(file, [&] { return decode(files_[file]); });
    StoredLayer layer;
    if (const auto* image = std::get_if<Image8>(decoded.get())) {
      layer.planes = planes_of(*image);
    } else {
      layer.planes[0] = plane_of(std::get<LabelMap>(*decoded));
    }
    layer.owner = std::move(decoded);
    return layer;
  }
  std::string file_name(std::size_t file) const override { return files_[file].name(); }

 private:
  Decoded decode(const LayerFile& file) const {
    const std::vector<std::uint8_t> bytes = bytes_of(file);
    try {
      switch (file.kind) {
        case LayerKind::colour:
          return to_colour8(decode_image(bytes));
        case LayerKind::grey:
          return decode_grey(bytes);
        case LayerKind::label:
          break;
      }
      return decode_labels(bytes, labels_);
    } catch (const DataError& error) {
      fail<DataError>("{}: {}", file.name(), error.what());
    }
  }

  std::vector<LayerFile> files_;
  SampleLabels labels_;
  mutable SharedCache<Decoded> cache_;  // what is kept is no part of what it is
};

class TableSource : public SampleSource {
 public:
  TableSource(SampleTable table, std::unique_ptr<const LayerStore> store, std::uint64_t seed)
      : table_(std::move(table)), layers_(table_.layers()), store_(std::move(store)), seed_(seed) {}

  std::string name() const override { return table_.name; }
  std::string identity() const override { return table_.identity; }
  LayerSet layers() const override { return layers_; }
  SampleLabels label_kind() const override { return table_.labels; }
  std::uint64_t size(bool is_training) const override { return samples(is_training).size(); }
  std::string key(bool is_training, std::uint64_t number) const override {
    return samples(is_training)[static_cast<std::size_t>(number)].key;
  }

  std::set<std::string> truth_hashes(bool is_training, const RunContext& context) const override {
    std::set<std::pair<std::size_t, ImagePart>> distinct;
    for (const TableSample& sample : samples(is_training)) distinct.insert({sample.truth.file, sample.truth.part});
    const std::vector<std::pair<std::size_t, ImagePart>> truths(distinct.begin(), distinct.end());
    std::vector<std::string> hashes(truths.size());
    for_each_item(truths.size(), context, [&](std::size_t i) {
      try {
        hashes[i] = truth_hash(part_of(store_->get(truths[i].first), truths[i].second).planes);
      } catch (const Error&) {  // the training names it when it needs it
      }
    });
    std::set<std::string> all(hashes.begin(), hashes.end());
    all.erase("");
    return all;
  }

  SampleLayers load(bool is_training, std::uint64_t epoch, std::uint64_t number,
                    const LayerSet& needed) const override {
    const TableSample& sample = samples(is_training)[static_cast<std::size_t>(number)];
    SampleLayers layers;
    const StoredLayer truth = read(sample.truth, nullptr, layers.owners[0]);
    layers.truth = truth.planes;
    layers.input = read(sample.input, &truth, layers.owners[1]).planes;
    if (needed.edge) layers.edge = read(sample.edge.value(), &truth, layers.owners[2]).planes[0];
    if (needed.label) layers.label = read(sample.label.value(), &truth, layers.owners[3]).planes[0];
    if (needed.over) layers.over = read(one_of(sample, epoch), &truth, layers.owners[4]).planes;
    return layers;
  }

 private:
  const std::vector<TableSample>& samples(bool is_training) const {
    return is_training ? table_.train : table_.held_out;
  }

  /// Where a sample has several over-smoothed images, each epoch draws one.
  const LayerRef& one_of(const TableSample& sample, std::uint64_t epoch) const {
    if (sample.over.size() == 1) return sample.over.front();
    Random random(seed_, "over-smoothed image", fmt::format("{}:{}", epoch, sample.key));
    return sample.over.at(static_cast<std::size_t>(random.below(sample.over.size())));
  }

  StoredLayer read(const LayerRef& ref, const StoredLayer* truth, std::shared_ptr<const void>& owner) const {
    StoredLayer layer = store_->get(ref.file);
    const std::int64_t width = layer.planes[0].width;
    require<DataError>(ref.part == ImagePart::whole || width % 2 == 0,
                       "{}: a pair image has an even width, this is {} wide", store_->file_name(ref.file), width);
    layer = part_of(std::move(layer), ref.part);
    const ImagePlane& plane = layer.planes[0];
    if (truth != nullptr) {
      const ImagePlane& of_truth = truth->planes[0];
      require<DataError>(plane.height == of_truth.height && plane.width == of_truth.width,
                         "{}: has {}x{} pixels, its ground truth {}x{}", store_->file_name(ref.file), plane.height,
                         plane.width, of_truth.height, of_truth.width);
    }
    owner = layer.owner;
    return layer;
  }

  SampleTable table_;
  LayerSet layers_;
  std::unique_ptr<const LayerStore> store_;
  std::uint64_t seed_;
};

}  // namespace

StoredLayer part_of(StoredLayer layer, ImagePart part) {
  if (part == ImagePart::whole) return layer;
  for (ImagePlane& plane : layer.planes) {
    if (plane.empty()) continue;
    const std::int64_t half = plane.width / 2;
    plane = plane.part(0, part == ImagePart::left ? 0 : half, plane.height, half);
  }
  return layer;
}

std::unique_ptr<LayerStore> file_store(std::vector<LayerFile> files, SampleLabels labels, std::uint64_t cache_bytes) {
  return std::make_unique<FileStore>(std::move(files), labels, cache_bytes);
}

std::shared_ptr<const SampleSource> table_source(SampleTable table, std::unique_ptr<const LayerStore> store,
                                                 std::uint64_t seed) {
  return std::make_shared<TableSource>(std::move(table), std::move(store), seed);
}

}  // namespace csgis
