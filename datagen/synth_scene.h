#pragma once
/// Procedural scenes: licence-free structure images with class and instance labels, a pure function of (seed, index).
///
/// A scene is piecewise smooth on purpose: flat and gradient regions, anti-aliased edges, thin lines and small regular
/// structure such as windows, fences and keyboards, but no texture and no noise. It serves as ground truth for
/// smoothing. Some scenes have clean outlines, in others these are bent; some are lit evenly, others like photos, dim,
/// hazy or with a cast; in some gradients fall into steps of tone. What stands in front of everything (leaves, a
/// railing, a window's frame) is background on the label maps. Randomness comes from core/random.h and arithmetic from
/// IEEE operations alone (datagen/detail/portable_math.h), so the bytes are the same on every CPU.

#include "core/options.h"
#include "imaging/image.h"
#include "imaging/label_map.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace csgis {

/// Options of synth_scene().
struct SynthSceneOptions {
  int min_side = 300;           ///< Pixels.
  int max_side = 500;           ///< Pixels. >= min_side.
  int min_objects = 2;          ///< Objects that are placed; some may end up hidden and are then not counted.
  int max_objects = 8;          ///< >= min_objects.
  double grey_fraction = 0.08;  ///< Share of scenes with hardly any colour.
  double night_fraction = 0.1;  ///< Share of dark scenes.
  int void_border = 0;          ///< Pixels labelled 255 on either side of object borders; VOC itself has about 2.
};

template <class V>
void describe(V& v, SynthSceneOptions& o) {
  v("min-side", o.min_side, between(64, 4096), "shortest side of a scene in pixels");
  v("max-side", o.max_side, between(64, 4096), "longest side of a scene in pixels");
  v("min-objects", o.min_objects, between(0, 100), "fewest objects placed in a scene");
  v("max-objects", o.max_objects, between(0, 100), "most objects placed in a scene");
  v("grey-fraction", o.grey_fraction, between(0, 1), "share of scenes with hardly any colour");
  v("night-fraction", o.night_fraction, between(0, 1), "share of dark scenes");
  v("void-border", o.void_border, between(0, 16), "pixels labelled 255 on either side of object borders");
}

/// What one object of a scene shows.
struct SynthObject {
  std::uint8_t voc_class = 0;  ///< 1..20.
  std::string_view kind;       ///< "sedan", "cat sitting"; lives as long as the program.
  int x0 = 0, y0 = 0;          ///< Box of its visible pixels, first included ...
  int x1 = 0, y1 = 0;          ///< ... last excluded.
  int visible_pixels = 0;      ///< > 0.
};

struct SynthScene {
  Image8 image;                      ///< RGB.
  LabelMap classes;                  ///< 0 background, 1..20 VOC class, 255 only within void_border.
  LabelMap instances;                ///< 0 background, i + 1 for objects[i]. Never void.
  std::vector<SynthObject> objects;  ///< In painter's order: later ones stand in front.
  std::string_view setting;          ///< "street", "living room"; lives as long as the program.
};

/// The scene `index` of the series `seed`. A pixel belongs to an object if the object covers more than half of it.
/// Memory: about 30 bytes per pixel. Cost: 9 ms for 400 x 300 on average.
/// @throws UsageError       an option out of its bounds.
/// @throws InvalidArgument  min_side > max_side or min_objects > max_objects.
SynthScene synth_scene(std::uint64_t seed, std::uint64_t index, const SynthSceneOptions& options = {});

/// The same of exactly `size`, for training; the sides of the options do not matter. Like the other a pure function:
/// call it from any number of threads.
/// @throws InvalidArgument  a side not 64 to 4096.
SynthScene synth_scene(std::uint64_t seed, std::uint64_t index, Size size, const SynthSceneOptions& options = {});

}  // namespace csgis
