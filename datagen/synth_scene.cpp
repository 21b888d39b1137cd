#include "datagen/synth_scene.h"

#include "core/random.h"
#include "datagen/detail/canvas.h"
#include "datagen/detail/object_table.h"
#include "datagen/detail/setting_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

namespace csgis {
namespace {

using namespace synth;

/// An object with its place; lengths in image heights.
struct Placed {
  const ObjectKind* kind = nullptr;
  float x = 0, base = 0;  ///< Left edge and standing line.
  float height = 0;
  bool mirrored = false;
  bool grounded = true;  ///< Casts a shadow.

  float width() const { return height * kind->width; }
};

Size choose_size(Random& random, const SynthSceneOptions& o) {
  constexpr std::array<double, 6> kAspects = {4.0 / 3, 3.0 / 2, 1.0, 5.0 / 4, 16.0 / 9, 4.0 / 3};
  const double aspect = kAspects[static_cast<std::size_t>(random.below(kAspects.size()))];
  // The long side is drawn so that the short one reaches min_side where max_side allows it.
  const int lowest = std::min(o.max_side, static_cast<int>(o.min_side * aspect));
  const int longer = random.between(lowest, o.max_side);
  const int shorter = std::max(o.min_side, static_cast<int>(longer / aspect));
  return random.chance(0.35) ? Size{longer, shorter} : Size{shorter, longer};
}

SceneStyle choose_style(Random& random, const SynthSceneOptions& o, Size size) {
  SceneStyle style;
  const float unit = static_cast<float>(std::min(size.height, size.width)) / 300;
  if (random.chance(0.35)) style.outline_px = unit * static_cast<float>(random.uniform(0.6, 1.8));
  style.shading = static_cast<float>(random.uniform(0.25, 1.1));
  style.light_x = static_cast<float>(random.uniform(-1, 1));
  style.night = random.chance(o.night_fraction);
  return style;
}

/// A kind that may stand in `places`, its class drawn first so that classes with several kinds are not favoured.
/// Nothing if there is none.
const ObjectKind* choose_kind(Random& random, Places places) {
  std::array<std::vector<const ObjectKind*>, kVocClasses> by_class;
  std::vector<std::size_t> classes;
  for (const ObjectKind& kind : object_table()) {
    if ((kind.places & places) == 0) continue;
    const auto voc = static_cast<std::size_t>(kind.voc);
    if (by_class[voc].empty()) classes.push_back(voc);
    by_class[voc].push_back(&kind);
  }
  if (classes.empty()) return nullptr;
  const auto& kinds = by_class[classes[static_cast<std::size_t>(random.below(classes.size()))]];
  return kinds[static_cast<std::size_t>(random.below(kinds.size()))];
}

/// A setting in which `hero` can stand.
const Setting& choose_setting(Random& random, const ObjectKind& hero) {
  std::vector<const Setting*> fitting;  // each as often as it weighs
  for (const Setting& setting : setting_table()) {
    if ((setting.places & hero.places) == 0) continue;
    fitting.insert(fitting.end(), static_cast<std::size_t>(setting.weight), &setting);
  }
  return *fitting[static_cast<std::size_t>(random.below(fitting.size()))];
}

/// Chooses what stands where: first the hero, which sets the scale of the scene, then what else fits the setting.
class Director {
 public:
  Director(Random& random, const Stage& stage) : random_(random), stage_(stage) {}

  std::vector<Placed> cast(const ObjectKind& hero, int count) {
    for (int i = 0; i < count; ++i) add_one(i == 0 ? &hero : nullptr);
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) { return a.base < b.base; });
    add_things_on_tops();
    return std::move(placed_);
  }

 private:
  float draw(float low, float high) { return static_cast<float>(random_.uniform(low, high)); }

  /// A band for what stands in `places`; nothing if no band offers any of them.
  const Band* choose_band(Places places) {
    std::vector<const Band*> fitting;
    for (const Band& band : stage_.bands) {
      if ((band.places & places) != 0) fitting.push_back(&band);
    }
    return fitting.empty() ? nullptr : fitting[static_cast<std::size_t>(random_.below(fitting.size()))];
  }

  /// Any band, but the air above ground only now and then: flyers are there to be small and few.
  const Band* choose_band_for_extra() {
    const Band* band = random_.chance(0.7) ? choose_band(~kAir) : nullptr;
    return band != nullptr ? band : choose_band(~Places{0});
  }

  /// Height at the standing line `base`. The first object sets the scale of the scene, the others follow it within
  /// limits that keep them recognisable.
  float choose_height(const ObjectKind& kind, const Band& band, float base) {
    const float widest = 0.9F * stage_.width / kind.width;
    if ((band.places & kAir) != 0) return std::min(draw(0.12F, placed_.empty() ? 0.5F : 0.3F), widest * 0.8F);
    const float depth = std::max(base - stage_.horizon, 0.05F);
    if (!metre_) {
      const float height = std::min({draw(0.40F, 0.80F), widest, base - 0.03F});
      metre_ = std::clamp(height / (kind.height_m * depth), stage_.smallest_metre, stage_.largest_metre);
    }
    const float tallest = std::max(0.13F, std::min({0.85F, widest, base}));
    return std::clamp(kind.height_m * depth * *metre_, 0.13F, tallest);
  }

  bool crowds(const Placed& candidate) const {
    return std::any_of(placed_.begin(), placed_.end(), [&](const Placed& other) {
      const float x =
          std::min(candidate.x + candidate.width(), other.x + other.width()) - std::max(candidate.x, other.x);
      const float y =
          std::min(candidate.base, other.base) - std::max(candidate.base - candidate.height, other.base - other.height);
      if (x <= 0 || y <= 0) return false;
      constexpr float kMostOverlap = 0.35F;
      return x * y > kMostOverlap * std::min(candidate.width() * candidate.height, other.width() * other.height);
    });
  }

  /// Places `hero` where it can stand, or anything anywhere for null. The hero is not cut by the image border.
  void add_one(const ObjectKind* hero) {
    constexpr int kTries = 12;
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const Band& band = *(hero != nullptr ? choose_band(hero->places) : choose_band_for_extra());
      const ObjectKind* kind = hero != nullptr ? hero : choose_kind(random_, band.places);
      if (kind == nullptr) continue;
      const std::optional<float> scale_before = metre_;
      Placed one{kind, 0, draw(band.y0, band.y1), 0, random_.chance(0.5), (band.places & (kAir | kWater)) == 0};
      one.height = choose_height(*kind, band, one.base);
      if ((band.places & kAir) != 0) one.base = std::max(one.base, one.height + 0.02F);
      const float outside = hero != nullptr ? 0.0F : 0.2F;
      one.x = draw(-outside * one.width(), stage_.width - (1 - outside) * one.width());
      if (!crowds(one)) {
        placed_.push_back(one);
        return;
      }
      metre_ = scale_before;
    }
  }

  /// Bottles, plants and screens on the tables of the scene, behind what stands before the table.
  void add_things_on_tops() {
    std::vector<Placed> with_tops;
    for (const Placed& carrier : placed_) {
      with_tops.push_back(carrier);
      if (carrier.kind->surface < 0) continue;
      float x = carrier.x + carrier.width() * 0.2F;
      const float base = carrier.base - carrier.height * (1 - carrier.kind->surface);
      while (random_.chance(0.75)) {
        const ObjectKind* kind = choose_kind(random_, kTop);
        Placed thing{kind, x, base, 0, random_.chance(0.5), true};
        thing.height = carrier.height * std::clamp(kind->height_m / carrier.kind->height_m, 0.42F, 0.62F);
        if (thing.x + thing.width() > carrier.x + carrier.width() * 0.85F) break;
        x += thing.width() + draw(0.02F, 0.1F);
        with_tops.push_back(thing);
      }
    }
    placed_ = std::move(with_tops);
  }

  Random& random_;
  const Stage& stage_;
  std::vector<Placed> placed_;
  std::optional<float> metre_;  ///< Image heights per metre and unit of depth; unset until the first object stands.
};

void draw_shadow(Pen& stage, const Placed& one) {
  const float rx = one.width() * 0.56F, ry = std::min(one.height * 0.07F, one.width() * 0.12F);
  const Point centre{one.x + one.width() * (0.5F - 0.06F * stage.style().light_x), one.base - ry * 0.2F};
  const Colour dark = rgb(0x12141C);
  stage.paint(Path().ellipse(centre, rx, ry), Paint::radial(centre, rx, ry, dark.with_alpha(0.5F), dark.with_alpha(0)));
}

void draw_placed(Canvas& canvas, const Affine& stage_map, const Placed& one, Random& random, const SceneStyle& style) {
  const float facing = one.mirrored ? -1.0F : 1.0F;
  const float left = one.mirrored ? one.x + one.width() : one.x;
  const Affine map =
      stage_map * Affine::translation({left, one.base - one.height}) * Affine::scaling(facing * one.height, one.height);
  SceneStyle seen = style;
  seen.light_x *= facing;
  Pen pen(canvas, map, random, seen);
  one.kind->draw(pen);
}

/// Lists the objects that can be seen and renumbers `instances` without gaps.
std::vector<SynthObject> list_visible(const std::vector<Placed>& placed, LabelMap& instances) {
  std::vector<SynthObject> all(placed.size());
  for (int y = 0; y < instances.height(); ++y) {
    const std::uint8_t* row = instances.row(y);
    for (int x = 0; x < instances.width(); ++x) {
      if (row[x] == 0) continue;
      SynthObject& object = all[row[x] - 1U];
      if (object.visible_pixels++ == 0) object = {0, {}, x, y, x, y, 1};
      object.x0 = std::min(object.x0, x);
      object.x1 = std::max(object.x1, x + 1);
      object.y1 = y + 1;
    }
  }
  std::vector<SynthObject> visible;
  std::array<std::uint8_t, 256> number{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].visible_pixels == 0) continue;
    all[i].voc_class = static_cast<std::uint8_t>(placed[i].kind->voc);
    all[i].kind = placed[i].kind->name;
    visible.push_back(all[i]);
    number[i + 1] = static_cast<std::uint8_t>(visible.size());
  }
  for (std::uint8_t& value : instances.samples()) value = number[value];
  return visible;
}

LabelMap class_map(const LabelMap& instances, const std::vector<SynthObject>& objects) {
  LabelMap classes(instances.size());
  std::transform(instances.samples().begin(), instances.samples().end(), classes.samples().begin(),
                 [&](std::uint8_t i) { return i == 0 ? std::uint8_t{0} : objects[i - 1U].voc_class; });
  return classes;
}

/// Labels as void what lies within `border` pixels (in rows and columns) of a change of instance.
void add_void_border(const LabelMap& instances, int border, LabelMap& classes) {
  const int height = instances.height(), width = instances.width();
  const auto mark = [&](int y0, int x0, int y1, int x1) {
    for (int y = std::max(y0, 0); y < std::min(y1, height); ++y) {
      for (int x = std::max(x0, 0); x < std::min(x1, width); ++x) classes.row(y)[x] = kVocVoid;
    }
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint8_t here = instances.row(y)[x];
      if (x + 1 < width && instances.row(y)[x + 1] != here) mark(y, x + 1 - border, y + 1, x + 1 + border);
      if (y + 1 < height && instances.row(y + 1)[x] != here) mark(y + 1 - border, x, y + 1 + border, x + 1);
    }
  }
}

}  // namespace

SynthScene synth_scene(std::uint64_t seed, std::uint64_t index, const SynthSceneOptions& options) {
  validate(options);
  require(options.min_side <= options.max_side, "synth_scene: min-side {} is above max-side {}", options.min_side,
          options.max_side);
  require(options.min_objects <= options.max_objects, "synth_scene: min-objects {} is above max-objects {}",
          options.min_objects, options.max_objects);

  Random random(seed, "synth scene", std::to_string(index));
  const Size size = choose_size(random, options);
  const SceneStyle style = choose_style(random, options, size);
  const auto unit = static_cast<float>(size.height);
  const Affine stage_map = Affine::scaling(unit, unit);

  Canvas canvas(size);
  Pen pen(canvas, stage_map, random, style);
  Stage stage;
  stage.width = static_cast<float>(size.width) / unit;
  const ObjectKind& hero = *choose_kind(random, ~Places{0});
  const Setting& setting = choose_setting(random, hero);
  setting.draw(pen, stage);

  std::vector<Placed> placed =
      Director(random, stage).cast(hero, random.between(options.min_objects, options.max_objects));
  constexpr std::size_t kMostInstances = 255;  // what a LabelMap can number
  placed.resize(std::min(placed.size(), kMostInstances));
  LabelMap instances(size);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (placed[i].grounded) draw_shadow(pen, placed[i]);
    canvas.begin_object();
    draw_placed(canvas, stage_map, placed[i], random, style);
    if (style.night) canvas.tint_object(rgb(0x0E1226), 0.38F);
    canvas.end_object(static_cast<std::uint8_t>(i + 1), instances);
  }

  SynthScene scene;
  const bool grey = random.chance(options.grey_fraction);
  scene.image = canvas.to_image(static_cast<float>(grey ? random.uniform(0, 0.12) : random.uniform(0.75, 1.2)));
  scene.objects = list_visible(placed, instances);
  scene.classes = class_map(instances, scene.objects);
  if (options.void_border > 0) add_void_border(instances, options.void_border, scene.classes);
  scene.instances = std::move(instances);
  scene.setting = setting.name;
  return scene;
}

}  // namespace csgis
