#include "pipelines/texture_store.h"

#include "core/random.h"
#include "datagen/quilt.h"

namespace csgis {

TextureStore::TextureStore(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs,
                           double smallest_scale)
    : options_(options), seed_(seed), inputs_(inputs), smallest_scale_(smallest_scale) {}

TextureStore::Tile TextureStore::get(int index, Tiling tiling) {
  const Key key{index, tiling};
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->tile;
    }
  }
  // Two threads may make the same texture at once; they make the same one.
  Tile tile = make(key);
  keep(key, tile);
  return tile;
}

TextureStore::Tile TextureStore::make(const Key& key) const {
  const auto& [index, tiling] = key;
  const TextureInput& input = inputs_.textures[static_cast<std::size_t>(index)];
  Image8 pixels = texture_pixels(input, options_);
  if (tiling == Tiling::quilt) pixels = quilted(pixels, Random(seed_, "quilt", input.source.id));
  return std::make_shared<TextureTile>(pixels, *options_.luma, tiling == Tiling::mirror, smallest_scale_);
}

void TextureStore::keep(const Key& key, const Tile& tile) {
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return;
  entries_.push_front({key, tile});
  by_key_[key] = entries_.begin();
  bytes_ += tile->bytes();
  while (bytes_ > kTextureStoreBytes && entries_.size() > 1) {
    bytes_ -= entries_.back().tile->bytes();
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace csgis
