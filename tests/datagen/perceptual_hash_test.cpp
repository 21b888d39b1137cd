#include "datagen/perceptual_hash.h"
#include "core/random.h"
#include "datagen/synth_scene.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <bit>

using namespace csgis;

TEST_CASE("a slightly changed copy hashes alike, another scene does not") {
  SynthSceneOptions options;
  options.min_side = 120;
  options.max_side = 160;
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t i = 0; i < 12; ++i) {
    Image8 image = synth_scene(1, i, options).image;
    hashes.push_back(perceptual_hash(image));
    Random random(i, "test", "noise");
    for (std::uint8_t& v : image.samples())
      v = static_cast<std::uint8_t>(std::clamp(v + random.between(-6, 6), 0, 255));
    CHECK(std::popcount(hashes.back() ^ perceptual_hash(image)) <= kNearDuplicateBits);
  }
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(std::popcount(hashes[i] ^ hashes[j]) > kNearDuplicateBits);
  }
}

TEST_CASE("duplicate_groups joins through chains of hashes and known groups") {
  const std::vector<std::uint64_t> hashes{0x00, 0xffffffff00000000, 0x3f, 0xfff, 0xffffffffffff0000};
  //  0-2 differ in 6 bits, 2-3 in 6, 0-3 in 12: one group by chain; 1 and 4 are joined by hand.
  const std::vector<int> known{-1, 5, -1, -1, 5};
  CHECK(duplicate_groups(hashes, known) == std::vector<int>{0, 1, 0, 0, 1});
}
