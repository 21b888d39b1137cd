#pragma once
/// `csgis data textures`: what the textures of a folder are like.

#include "core/run_context.h"
#include "datagen/texture_measures.h"
#include "imaging/image.h"
#include "pipelines/item_errors.h"

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

struct TextureRow {
  std::string id;
  Size size;
  TextureMeasures measures;
  std::string group;  ///< texture_group(): the name --class-textures knows it by.
  std::string like;   ///< ID of the first texture that it is nearly a copy of (perceptual_hash.h); empty for none.
  std::string path;
};

struct TextureReport {
  std::vector<TextureRow> textures;  ///< In the order of the file names.
  std::vector<ItemError> errors;     ///< Of files that cannot be read.
};

/// Measures every texture of a folder. Bad files are left out and named.
/// @throws NothingUsable  no folder, or no texture in it that can be read
TextureReport measure_textures(const std::string& folder, const RunContext& context);

/// The textures as a sheet: each four times side by side, so that seams show, with its figures.
/// @throws DataError, IoError  a file can no longer be read
Image8 texture_sheet(const TextureReport& report);

/// The rows as a table for people.
std::string texture_table(const TextureReport& report);

}  // namespace csgis
