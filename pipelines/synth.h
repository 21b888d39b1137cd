#pragma once
/// `csgis synth`: a folder of procedural scenes with labels, and one of textures.

#include "core/run_context.h"
#include "datagen/synth_scene.h"
#include "datagen/synth_texture.h"

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

struct SynthOptions {
  std::string out;
  std::uint64_t scenes = 20;
  std::uint64_t textures = 12;
  SynthSceneOptions scene;
  std::vector<std::string> family;
  double min_element = SynthTextureOptions{}.min_element;
  double max_element = SynthTextureOptions{}.max_element;
};

template <class V>
void describe(V& v, SynthOptions& o) {
  v("out", o.out, folder().required(), "where scenes/, labels/, instances/ and textures/ go");
  v("scenes", o.scenes, any_value(), "how many scenes");
  v("textures", o.textures, any_value(), "how many textures");
  describe(v, o.scene);
  v("family", o.family, any_value("NAME"), "textures of these families only");
  v("min-element", o.min_element, between(2, 60), "smallest element (thread, brick, pebble) of a texture in pixels");
  v("max-element", o.max_element, between(2, 60), "largest element of a texture in pixels");
}

struct SynthReport {
  std::uint64_t scenes = 0, textures = 0;
};

/// Writes scenes/scene_0000.png ..., labels/ (VOC classes) and instances/ (object numbers) under the same names, and
/// textures/FAMILY_0000.png. Can be interrupted and run again; scene i is the same in a set of any size.
/// @throws UsageError, OutputError, Cancelled.
SynthReport synth_folder(const SynthOptions& options, const RunContext& context);

}  // namespace csgis
