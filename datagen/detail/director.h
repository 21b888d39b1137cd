#pragma once
/// Chooses what stands where in a scene.

#include "datagen/detail/setting_table.h"

#include <vector>

namespace csgis::synth {

/// An object with its place; lengths in image heights, as settings use them.
struct Placed {
  const ObjectKind* kind = nullptr;
  float x = 0, base = 0;  ///< Left edge and standing line.
  float height = 0;
  bool mirrored = false;
  bool grounded = true;  ///< Casts a shadow on the ground.

  float width() const { return height * kind->width; }
};

/// A kind that may stand in `places`, its class drawn first so that classes with several kinds are not favoured.
/// Nothing if there is none.
const ObjectKind* choose_kind(Random& random, Places places);

/// A setting in which `hero` can stand.
const Setting& choose_setting(Random& random, const ObjectKind& hero);

/// `count` objects in painter's order, and what stands or rides on them: first the hero, which sets the scale of the
/// scene and lies in `window` (what the picture shows of the stage), then what else fits the stage.
std::vector<Placed> cast(Random& random, const Stage& stage, const Box& window, const ObjectKind& hero, int count);

}  // namespace csgis::synth
