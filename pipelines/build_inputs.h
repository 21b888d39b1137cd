#pragma once
/// Everything a build reads, decoded once and checked before anything is numbered.

#include "core/run_context.h"
#include "datagen/blend.h"
#include "datagen/instance_classes.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "pipelines/build_options.h"
#include "pipelines/class_textures.h"
#include "pipelines/image_listing.h"
#include "pipelines/item_errors.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// Decoded images kept in memory between the check and the blending; what does not fit is decoded again.
inline constexpr std::size_t kGtCacheBytes = std::size_t{4} << 20;
/// Grey textures in memory at a time; with more, the build runs over blocks of textures.
inline constexpr std::size_t kTextureBlockBytes = std::size_t{32} << 20;

/// A file that belongs to a GT by its ID: a label or a photo.
struct MatchedInput {
  ListedImage source;
  std::string sha256;
};

struct GtInput {
  ListedImage source;
  std::string sha256;
  Size size;
  std::uint64_t hash = 0;  ///< perceptual_hash()
  int group = -1;          ///< From --groups; -1 for none.
  std::optional<MatchedInput> label, photo;
  std::string maker;  ///< The method that made it, where that is recorded (made_images.h); else empty.
  std::shared_ptr<const Image8> pixels;  ///< Null when not kept.
};

struct TextureInput {
  ListedImage source;
  std::string sha256;
  Size size;
  double contrast = 0;                      ///< GreyTexture::contrast() of the whole texture.
  double seam = 1;                          ///< seam_strength(), where the tiling depends on it.
  std::shared_ptr<const GreyTexture> grey;  ///< Null when not kept.
};

/// Class map and, with a table, the object map it was made from.
struct LabelMaps {
  LabelMap classes_or_instances;
  std::optional<LabelMap> instances;
};

/// The good inputs of a build; what was bad is in the errors.
struct BuildInputs {
  std::vector<GtInput> gts;
  std::vector<TextureInput> textures;
  std::optional<InstanceClasses> instance_classes;
  std::optional<ClassTextures> class_textures;
  nlohmann::json tables = nlohmann::json::object();  ///< option -> sha256 of --groups, --label-map, --class-textures.

  /// How many GTs have no label, no photo.
  std::size_t without_label() const;
  std::size_t without_photo() const;
};

/// The lists of files a build works on; cheap, finds wrong usage before anything is decoded.
struct BuildSources {
  std::vector<ListedImage> gts, textures, labels, photos;
};
BuildSources list_build_sources(const BuildOptions& options);

/// Decodes and checks every GT, label and texture. Bad ones are left out and named in `errors`.
/// @throws NothingUsable  no GT or no texture is left.
BuildInputs scan_build_inputs(const BuildOptions& options, BuildSources sources, const RunContext& context,
                              ItemErrors& errors);

/// Reads a GT again, or hands out the kept one. @throws DataError if the file is not what the scan saw.
std::shared_ptr<const Image8> gt_pixels(const GtInput& gt, const BuildOptions& options);
std::shared_ptr<const GreyTexture> grey_texture(const TextureInput& texture, const BuildOptions& options);

/// Reads a texture again, in colour. @throws DataError if the file is not what the scan saw.
Image8 texture_pixels(const TextureInput& texture, const BuildOptions& options);

/// Reads the photo of a GT again. @throws DataError if the file is not what the scan saw.
Image8 photo_pixels(const MatchedInput& photo, const BuildOptions& options);

/// Reads the label of a GT and checks size and values. @throws DataError, IoError.
LabelMaps read_label(const MatchedInput& label, const std::string& gt_id, Size gt_size, const BuildOptions& options,
                     const std::optional<InstanceClasses>& instance_classes);

}  // namespace csgis
