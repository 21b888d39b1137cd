#include "core/error.h"
#include "pipelines/growing_file.h"
#include "pipelines/hashing.h"
#include "pipelines/item_errors.h"
#include "pipelines/layer_store.h"
#include "pipelines/packed_header.h"
#include "pipelines/packed_index.h"
#include "pipelines/packed_samples.h"
#include "pipelines/parallel_items.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <tuple>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFilesPerThread = 4;

/// Planes after one another.
struct DensePart {
  std::int64_t height = 0, width = 0;
  int channels = 0;
  std::vector<std::uint8_t> bytes;
  std::string xxh128;
};

DensePart dense(const StoredLayer& layer, LayerKind kind) {
  const ImagePlane& first = layer.planes[0];
  DensePart part{first.height, first.width, kind == LayerKind::colour ? 3 : 1, {}, {}};
  part.bytes.reserve(static_cast<std::size_t>(first.height * first.width * part.channels));
  for (int c = 0; c < part.channels; ++c) {
    const ImagePlane& plane = layer.planes[static_cast<std::size_t>(c)];
    for (std::int64_t y = 0; y < plane.height; ++y) {
      const std::uint8_t* const row = plane.row(y);
      for (std::int64_t x = 0; x < plane.width; ++x) part.bytes.push_back(row[x * plane.pixel_step]);
    }
  }
  part.xxh128 = xxh128_hex(part.bytes);
  return part;
}

/// Calls use(ref) for every image of a sample.
template <class Sample, class Use>
void for_each_ref(Sample& sample, const Use& use) {
  use(sample.truth);
  use(sample.input);
  if (sample.edge) use(*sample.edge);
  if (sample.label) use(*sample.label);
  for (auto& ref : sample.over) use(ref);
}

class Packer {
 public:
  Packer(const boost::filesystem::path& dataset, const PackOptions& options, const RunContext& context)
      : context_(context),
        table_(read_table(dataset)),
        root_(dataset),
        store_(file_store(table_.files, table_.labels, 0)),
        parts_of_file_(table_.files.size()),
        out_(options.out, context.options.overwrite) {}

  PackReport run() {
    out_.append(std::vector<std::uint8_t>(kPackedHeaderBytes));
    for (auto* samples : {&table_.train, &table_.held_out}) {
      for (TableSample& sample : *samples) {
        for_each_ref(sample, [&](const LayerRef& ref) { parts_of_file_[ref.file].insert(ref.part); });
      }
    }
    write_images();
    drop_bad(table_.train);
    drop_bad(table_.held_out);
    require<NothingUsable>(!table_.train.empty() || !table_.held_out.empty(), "{} has no sample that can be read",
                           root_.string());
    write_index();
    out_.finish();
    return {table_.train.size(), table_.held_out.size(), images_.size(), out_.size(), errors_.sorted()};
  }

 private:
  using Part = std::pair<std::size_t, ImagePart>;

  /// Decodes a block of files on all threads, then writes it in the order of the table.
  void write_images() {
    const std::size_t count = table_.files.size();
    const std::size_t block = kFilesPerThread * static_cast<std::size_t>(context_.options.threads);
    ProgressTask progress(context_.progress, "packing", count);
    for (std::size_t first = 0; first < count; first += block) {
      const std::size_t files = std::min(block, count - first);
      std::vector<std::map<ImagePart, DensePart>> decoded(files);
      for_each_item(files, context_, [&](std::size_t i) {
        decoded[i] = decode(first + i);
        progress.advance();
      });
      for (std::size_t i = 0; i < files; ++i) {
        for (auto& [part, pixels] : decoded[i]) place_[{first + i, part}] = place_of(first + i, part, pixels);
      }
    }
  }

  std::string name_of(const LayerFile& file) const {
    const std::string path = file.path.lexically_relative(root_).string();
    return file.member ? path + '/' + file.member->name : path;
  }

  /// Empty for a file that cannot be read.
  std::map<ImagePart, DensePart> decode(std::size_t file) {
    std::map<ImagePart, DensePart> parts;
    const LayerFile& source = table_.files[file];
    const std::string item = name_of(source);
    const bool is_read = errors_.try_item(item, source.path, "image", [&] {
      const StoredLayer layer = store_->get(file);
      for (const ImagePart part : parts_of_file_[file]) {
        const std::int64_t width = layer.planes[0].width;
        require<DataError>(part == ImagePart::whole || width % 2 == 0,
                           "a pair image has an even width, this is {} wide", width);
        parts[part] = dense(part_of(layer, part), source.kind);
      }
    });
    if (is_read) return parts;
    require<ItemFailed>(context_.options.on_error == OnError::skip, "{}: {}", source.path.string(),
                        errors_.sorted().front().reason);
    return {};
  }

  /// Writes an image unless an equal one is there.
  std::size_t place_of(std::size_t file, ImagePart part, const DensePart& pixels) {
    const auto identity = std::tuple(pixels.height, pixels.width, pixels.channels, pixels.xxh128);
    const auto [known, is_new] = known_.emplace(identity, images_.size());
    if (!is_new) return known->second;
    out_.append(std::vector<std::uint8_t>((kPackedAlignment - out_.size() % kPackedAlignment) % kPackedAlignment));
    std::string name = name_of(table_.files[file]);
    if (part != ImagePart::whole) name += part == ImagePart::left ? "#left" : "#right";
    images_.push_back({name, pixels.height, pixels.width, pixels.channels, out_.size(), pixels.xxh128});
    out_.append(pixels.bytes);
    return known->second;
  }

  /// Leaves out samples with an image that could not be read or is of another size.
  void drop_bad(std::vector<TableSample>& samples) {
    std::erase_if(samples, [&](TableSample& sample) {
      std::string reason;
      for_each_ref(sample, [&](LayerRef& ref) {
        const auto place = place_.find({ref.file, ref.part});
        if (place == place_.end()) {
          reason = "an image cannot be read";
          return;
        }
        ref = {place->second, ImagePart::whole};
        if (reason.empty() && !has_size_of_truth(sample, ref)) {
          reason = fmt::format("{} is of another size than its ground truth", images_[ref.file].name);
          errors_.add({sample.key, images_[ref.file].name, "sample", reason});
        }
      });
      if (!reason.empty()) {
        require<ItemFailed>(context_.options.on_error == OnError::skip, "sample {}: {}", sample.key, reason);
        left_out_ += sample.key + '\n';
      }
      return !reason.empty();
    });
  }

  /// The ground truth comes first, so its reference is one into images_ already.
  bool has_size_of_truth(const TableSample& sample, const LayerRef& ref) const {
    const PackedImage &truth = images_[sample.truth.file], &image = images_[ref.file];
    return truth.height == image.height && truth.width == image.width;
  }

  static Json json_of(const std::vector<TableSample>& samples) {
    Json list = Json::array();
    const auto or_null = [](const std::optional<LayerRef>& ref) { return ref ? Json(ref->file) : Json(nullptr); };
    for (const TableSample& sample : samples) {
      Json over = Json::array();
      for (const LayerRef& ref : sample.over) over.push_back(ref.file);
      list.push_back(
          {sample.key, sample.truth.file, sample.input.file, or_null(sample.edge), or_null(sample.label), over});
    }
    return list;
  }

  void write_index() {
    Json images = Json::array();
    for (const PackedImage& image : images_) {
      images.push_back({image.name, image.height, image.width, image.channels, image.offset, image.xxh128});
    }
    const std::string identity =
        left_out_.empty() ? table_.identity : sha256_hex(table_.identity + " without\n" + left_out_);
    const Json index{{"identity", identity},
                     {"labels", to_name(table_.labels)},
                     {"images", images},
                     {"train", json_of(table_.train)},
                     {"held_out", json_of(table_.held_out)}};
    const std::string text = index.dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    PackedHeader header{kPackedVersion, 0, out_.size(), text.size(), xxh128_hex(bytes)};
    out_.append(bytes);
    header.file_bytes = out_.size();
    out_.replace(0, header_bytes(header));
  }

  const RunContext& context_;
  SampleTable table_;
  boost::filesystem::path root_;
  std::unique_ptr<LayerStore> store_;
  std::vector<std::set<ImagePart>> parts_of_file_;
  GrowingFile out_;
  ItemErrors errors_;
  std::map<Part, std::size_t> place_;
  std::map<std::tuple<std::int64_t, std::int64_t, int, std::string>, std::size_t> known_;
  std::vector<PackedImage> images_;
  std::string left_out_;
};

/// Whatever --overwrite says: a file that is no packed one may be part of the dataset.
void check_replaceable(const boost::filesystem::path& path) {
  std::ifstream file(path.string(), std::ios::binary);
  std::string start(kPackedMagic.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  require<OutputError>(file.gcount() == 0 || start == kPackedMagic, "{} is no packed file: it is not replaced",
                       path.string());
}

}  // namespace

PackReport pack_dataset(const boost::filesystem::path& dataset, const PackOptions& options, const RunContext& context) {
  validate(options);
  check_replaceable(options.out);
  return Packer(dataset, options, context).run();
}

}  // namespace csgis
