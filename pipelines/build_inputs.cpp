#include "pipelines/build_inputs.h"

#include "core/error.h"
#include "datagen/csv.h"
#include "datagen/perceptual_hash.h"
#include "datagen/texture_measures.h"
#include "imaging/image_file.h"
#include "imaging/label_map.h"
#include "pipelines/hashing.h"
#include "pipelines/made_images.h"
#include "pipelines/parallel_items.h"

#include <algorithm>
#include <atomic>
#include <map>

namespace csgis {
namespace {

DecodeLimits limits_of(const BuildOptions& options) {
  return {options.max_pixels};
}

/// A share of memory that many threads take from; says no when it is used up.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : left_(static_cast<std::int64_t>(bytes)) {}
  bool take(std::size_t bytes) {
    const auto wanted = static_cast<std::int64_t>(bytes);
    if (left_.fetch_sub(wanted) >= wanted) return true;
    left_.fetch_add(wanted);
    return false;
  }

 private:
  std::atomic<std::int64_t> left_;
};

class Scanner {
 public:
  Scanner(const BuildOptions& options, const RunContext& context, ItemErrors& errors)
      : options_(options), context_(context), errors_(errors) {}

  BuildInputs scan(BuildSources sources) {
    BuildInputs inputs;
    if (!options_.label_map.empty()) {
      inputs.instance_classes.emplace(read_table("label-map", options_.label_map, inputs.tables), options_.label_map);
    }
    ProgressTask progress(context_.progress, "checking inputs", sources.gts.size() + sources.textures.size());
    scan_gts(std::move(sources.gts), by_id(std::move(sources.labels)), by_id(std::move(sources.photos)), inputs,
             progress);
    scan_textures(std::move(sources.textures), inputs, progress);
    name_makers(inputs);
    if (!options_.groups.empty()) read_groups(inputs);
    if (!options_.blend.class_textures.empty()) read_class_textures(inputs);
    return inputs;
  }

 private:
  using ImagesById = std::map<std::string, ListedImage>;

  static ImagesById by_id(std::vector<ListedImage> images) {
    ImagesById map;
    for (ListedImage& image : images) map.emplace(image.id, std::move(image));
    return map;
  }

  static const ListedImage* find(const ImagesById& images, const std::string& id) {
    const auto found = images.find(id);
    return found == images.end() ? nullptr : &found->second;
  }

  static std::string read_table(const char* option, const std::string& path, nlohmann::json& tables) {
    const std::vector<std::uint8_t> bytes = read_file_bytes(path);
    tables[option] = sha256_hex(bytes);
    return {bytes.begin(), bytes.end()};
  }

  void scan_gts(std::vector<ListedImage> sources, const ImagesById& labels, const ImagesById& photos,
                BuildInputs& inputs, ProgressTask& progress) {
    std::vector<std::optional<GtInput>> found(sources.size());
    for_each_item(sources.size(), context_, [&](std::size_t i) {
      const std::string& id = sources[i].id;
      found[i] = scan_gt(sources[i], find(labels, id), find(photos, id), inputs.instance_classes);
      stop_if_wanted();
      progress.advance();
    });
    for (auto& gt : found) {
      if (gt) inputs.gts.push_back(std::move(*gt));
    }
    require<NothingUsable>(!inputs.gts.empty(), "--gt: none of the {} images can be used; the first: {}",
                           sources.size(), first_reason());
  }

  std::optional<GtInput> scan_gt(const ListedImage& source, const ListedImage* label, const ListedImage* photo,
                                 const std::optional<InstanceClasses>& classes) {
    GtInput gt;
    gt.source = source;
    const bool good = errors_.try_item(source.id, source.path, "gt", [&] {
      check_name(source.file);
      const std::vector<std::uint8_t> bytes = read_file_bytes(source.path);
      auto pixels = std::make_shared<Image8>(to_colour8(decode_image(bytes, limits_of(options_))));
      gt.sha256 = sha256_hex(bytes);
      gt.size = pixels->size();
      gt.hash = perceptual_hash(*pixels);
      if (gt_budget_.take(pixels->bytes())) gt.pixels = std::move(pixels);
    });
    if (!good) return std::nullopt;
    if (label != nullptr) {
      const bool label_good = errors_.try_item(source.id, label->path, "label", [&] {
        check_name(label->file);
        MatchedInput input{*label, sha256_hex(read_file_bytes(label->path))};
        static_cast<void>(read_label(input, source.id, gt.size, options_, classes));
        gt.label = std::move(input);
      });
      if (!label_good) return std::nullopt;
    }
    if (photo != nullptr && !scan_photo(*photo, gt)) return std::nullopt;
    return gt;
  }

  bool scan_photo(const ListedImage& photo, GtInput& gt) {
    return errors_.try_item(gt.source.id, photo.path, "photo", [&] {
      check_name(photo.file);
      const std::vector<std::uint8_t> bytes = read_file_bytes(photo.path);
      const Size size = to_colour8(decode_image(bytes, limits_of(options_))).size();
      require<DataError>(size == gt.size, "photo is {}x{} (width x height), its GT {}x{}", size.width, size.height,
                         gt.size.width, gt.size.height);
      gt.photo = MatchedInput{photo, sha256_hex(bytes)};
    });
  }

  void scan_textures(std::vector<ListedImage> sources, BuildInputs& inputs, ProgressTask& progress) {
    std::vector<std::optional<TextureInput>> found(sources.size());
    for_each_item(sources.size(), context_, [&](std::size_t i) {
      TextureInput texture;
      texture.source = sources[i];
      const bool good = errors_.try_item(sources[i].id, sources[i].path, "texture", [&] {
        check_name(sources[i].file);
        const std::vector<std::uint8_t> bytes = read_file_bytes(sources[i].path);
        const Image8 pixels = to_colour8(decode_image(bytes, limits_of(options_)));
        auto grey = std::make_shared<GreyTexture>(pixels, *options_.luma);
        texture.sha256 = sha256_hex(bytes);
        texture.size = pixels.size();
        texture.contrast = grey->contrast(pixels.size());
        if (options_.blend.tiling == Tiling::automatic) texture.seam = seam_strength(pixels);
        if (texture_budget_.take(grey->bytes())) texture.grey = std::move(grey);
      });
      if (good) found[i] = std::move(texture);
      stop_if_wanted();
      progress.advance();
    });
    for (auto& texture : found) {
      if (texture) inputs.textures.push_back(std::move(*texture));
    }
    require<NothingUsable>(!inputs.textures.empty(), "--textures: none of the {} images can be used; the first: {}",
                           sources.size(), first_reason());
  }

  void name_makers(BuildInputs& inputs) const {
    const auto makers = made_images(options_.gt);
    for (GtInput& gt : inputs.gts) {
      const auto known = makers.find(gt.source.file);
      if (known != makers.end()) gt.maker = known->second;
    }
  }

  void read_groups(BuildInputs& inputs) {
    const CsvTable table(read_table("groups", options_.groups, inputs.tables), options_.groups);
    const std::size_t id = table.column("id"), group = table.column("group");
    std::map<std::string, int> number_of_group, group_of_id;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const int next = static_cast<int>(number_of_group.size());
      const int number = number_of_group.emplace(table.at(row, group), next).first->second;
      const bool is_new = group_of_id.emplace(table.at(row, id), number).second;
      require<UsageError>(is_new, "--groups: '{}' is listed twice", table.at(row, id));
    }
    for (GtInput& gt : inputs.gts) {
      const auto entry = group_of_id.find(gt.source.id);
      if (entry != group_of_id.end()) gt.group = entry->second;
    }
  }

  void read_class_textures(BuildInputs& inputs) const {
    const std::string text = read_table("class-textures", options_.blend.class_textures, inputs.tables);
    std::vector<std::string> ids;
    for (const TextureInput& texture : inputs.textures) ids.push_back(texture.source.id);
    inputs.class_textures.emplace(text, options_.blend.class_textures, ids);
  }

  void stop_if_wanted() const {
    if (context_.options.on_error == OnError::stop && !errors_.empty()) fail<ItemFailed>("{}", first_reason());
  }

  std::string first_reason() const {
    const auto sorted = errors_.sorted();
    return sorted.empty() ? "" : fmt::format("{}: {}", sorted.front().file, sorted.front().reason);
  }

  const BuildOptions& options_;
  const RunContext& context_;
  ItemErrors& errors_;
  MemoryBudget gt_budget_{kGtCacheBytes};
  MemoryBudget texture_budget_{kTextureBlockBytes};
};

/// The bytes of a file that must not have changed since the scan.
std::vector<std::uint8_t> read_unchanged(const ListedImage& source, const std::string& sha256) {
  std::vector<std::uint8_t> bytes = read_file_bytes(source.path);
  require<DataError>(sha256_hex(bytes) == sha256, "has changed since the build began");
  return bytes;
}

}  // namespace

std::size_t BuildInputs::without_label() const {
  return static_cast<std::size_t>(std::count_if(gts.begin(), gts.end(), [](const GtInput& gt) { return !gt.label; }));
}

std::size_t BuildInputs::without_photo() const {
  return static_cast<std::size_t>(std::count_if(gts.begin(), gts.end(), [](const GtInput& gt) { return !gt.photo; }));
}

BuildSources list_build_sources(const BuildOptions& options) {
  BuildSources sources;
  sources.gts = list_images(options.gt, "--gt");
  sources.textures = list_images(options.textures, "--textures");
  if (!options.labels.empty()) sources.labels = list_images(options.labels, "--labels");
  if (!options.photos.empty()) sources.photos = list_images(options.photos, "--photos");
  if (!options.gt_list.empty()) sources.gts = order_by_list(std::move(sources.gts), options.gt_list, "--gt-list");
  if (!options.texture_list.empty()) {
    sources.textures = order_by_list(std::move(sources.textures), options.texture_list, "--texture-list");
  }
  return sources;
}

BuildInputs scan_build_inputs(const BuildOptions& options, BuildSources sources, const RunContext& context,
                              ItemErrors& errors) {
  return Scanner(options, context, errors).scan(std::move(sources));
}

std::shared_ptr<const Image8> gt_pixels(const GtInput& gt, const BuildOptions& options) {
  if (gt.pixels) return gt.pixels;
  return std::make_shared<Image8>(to_colour8(decode_image(read_unchanged(gt.source, gt.sha256), limits_of(options))));
}

std::shared_ptr<const GreyTexture> grey_texture(const TextureInput& texture, const BuildOptions& options) {
  if (texture.grey) return texture.grey;
  return std::make_shared<GreyTexture>(texture_pixels(texture, options), *options.luma);
}

Image8 texture_pixels(const TextureInput& texture, const BuildOptions& options) {
  return to_colour8(decode_image(read_unchanged(texture.source, texture.sha256), limits_of(options)));
}

Image8 photo_pixels(const MatchedInput& photo, const BuildOptions& options) {
  return to_colour8(decode_image(read_unchanged(photo.source, photo.sha256), limits_of(options)));
}

LabelMaps read_label(const MatchedInput& label, const std::string& gt_id, Size gt_size, const BuildOptions& options,
                     const std::optional<InstanceClasses>& instance_classes) {
  LabelMap map = decode_label_map(read_unchanged(label.source, label.sha256), limits_of(options));
  require<DataError>(map.size() == gt_size, "label is {}x{} (width x height), its GT {}x{}", map.width(), map.height(),
                     gt_size.width, gt_size.height);
  if (instance_classes) {
    LabelMap classes = instance_classes->classes_of(gt_id, map);
    return {std::move(classes), std::move(map)};
  }
  if (options.label_kind == LabelKind::classes) {
    const auto beyond = first_value_beyond_classes(map);
    require<DataError>(!beyond,
                       "label value {} is no VOC class (0..20) and not void (255); for object numbers give "
                       "--label-kind instance or a --label-map",
                       beyond.value_or(0));
  }
  return {std::move(map), std::nullopt};
}

}  // namespace csgis
