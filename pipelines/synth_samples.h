#pragma once
/// Training samples from nothing: procedural scenes and textures (datagen/synth_scene.h, synth_texture.h), drawn as
/// they are needed and never twice the same.
///
/// Sample c of a series cuts a crop out of one of the scenes of the moment, lays textures of the moment on it, and lets
/// a camera look at the result. Scenes and textures are numbered; which of them are those of the moment depends on c
/// alone, and moves on by one scene every kSamplesPerScene and one texture every kSamplesPerTexture samples. So a
/// sample is a pure function of (seed, c), and what has been seen does not come back.

#include "pipelines/sample_source.h"

#include <cstdint>
#include <memory>

namespace csgis {

inline constexpr std::uint64_t kScenesAtOnce = 48, kSamplesPerScene = 2;
inline constexpr std::uint64_t kTexturesAtOnce = 128, kSamplesPerTexture = 6;

/// A source of scenes: sides of 1.1 to 3 crops, textured as a whole or by object.
///   half of the samples   textures by object and background, 30 % of these flat; additive or multiplicative, turned,
///                         scaled, in perspective, of varying strength, with headroom; three quarters in colour
///   the other half        one texture, added; a quarter in colour, the others grey as published blends are
///   contrast              3 to 45 levels, even in its logarithm
///   half                  soft edges: the scene is blurred by 0.4 to 2.5 pixels before textures come
///   4 in 10               noise or JPEG on the input; blur on input and truth
///   1 in 20               the input is the truth
/// Edges are those of csgis build; labels are classes; `over` is a median of the truth, 7 to 17 pixels wide.
/// Training and validation are series of their own. Validation samples are drawn once and kept.
/// Memory: about 100 MB. Cost: about 10 ms per sample of 128 x 128.
std::shared_ptr<const SampleSource> synthetic_samples(const SampleOptions& options, std::uint64_t seed);

}  // namespace csgis
