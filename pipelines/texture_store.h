#pragma once
/// Textures in the form that recipes need, shared by the threads of a build.

#include "datagen/texture_tile.h"
#include "pipelines/build_inputs.h"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace csgis {

/// Memory of the textures that are kept; those used longest ago go first, and are decoded again when needed.
inline constexpr std::size_t kTextureStoreBytes = std::size_t{64} << 20;

class TextureStore {
 public:
  /// The references must outlive it. @param smallest_scale  how small a texture will be shown
  TextureStore(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs, double smallest_scale);

  /// Texture `index` of the inputs, continued as `tiling` says (not automatic). Thread-safe.
  /// @throws DataError, IoError  its file is not what the scan saw
  std::shared_ptr<const TextureTile> get(int index, Tiling tiling);

 private:
  using Key = std::pair<int, Tiling>;
  using Tile = std::shared_ptr<const TextureTile>;
  struct Entry {
    Key key;
    Tile tile;
  };

  Tile make(const Key& key) const;
  void keep(const Key& key, const Tile& tile);

  const BuildOptions& options_;
  std::uint64_t seed_;
  const BuildInputs& inputs_;
  double smallest_scale_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< Last used first.
  std::map<Key, std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace csgis
