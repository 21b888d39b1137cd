#include "datagen/synth_scene.h"

#include "core/random.h"
#include "datagen/detail/backdrop.h"
#include "datagen/detail/development.h"
#include "datagen/detail/director.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace csgis {
namespace {

using namespace synth;

float draw(Random& random, float low, float high) {
  return static_cast<float>(random.uniform(low, high));
}

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
  style.round = random.chance(0.5);
  return style;
}

Wobble choose_wobble(Random& random, Size size) {
  const float unit = static_cast<float>(std::min(size.height, size.width)) / 300;
  const float amplitude = draw(random, 0.5F, 3.0F), wavelength = draw(random, 9, 45);
  if (!random.chance(0.4)) return {};
  return {unit * std::min(amplitude, wavelength / 12), unit * wavelength};
}

/// What the picture shows of the stage: [0, stage.width] x [0, 1], nearer or turned a little.
struct View {
  Affine to_pixels;
  Box window;  ///< In stage units, the turn aside.
};

/// `aim_y` is where the hero will be. A turned picture shows less of the stage, so that no corner is empty; so does one
/// whose outlines are bent by up to `margin_px`.
View choose_view(Random& random, Size size, float aim_y, float margin_px) {
  const auto height = static_cast<float>(size.height), width = static_cast<float>(size.width);
  const float aspect = width / height;
  const float turn = random.chance(0.4) ? draw(random, -0.012F, 0.012F) : 0.0F;
  const float nearer = random.chance(0.35) ? draw(random, 1.1F, 2.4F) : 1.0F;
  const float lean = std::fabs(sine_turns(turn)), upright = cosine_turns(turn);
  const float cover = (upright + std::max(aspect, 1 / aspect) * lean) * (1 + 2 * margin_px / std::min(height, width));
  const float zoom = nearer * cover;
  // Half of what a turned window reaches over, in stage units.
  const float half_x = (aspect * upright + lean) / (2 * zoom), half_y = (upright + aspect * lean) / (2 * zoom);
  const Point aim{draw(random, 0.2F, 0.8F) * aspect, aim_y + draw(random, -0.15F, 0.15F)};
  const Point centre{std::clamp(aim.x, std::min(half_x, aspect / 2), std::max(aspect - half_x, aspect / 2)),
                     std::clamp(aim.y, std::min(half_y, 0.5F), std::max(1 - half_y, 0.5F))};
  const Affine to_pixels = Affine::translation({width / 2, height / 2}) *
                           Affine::scaling(zoom * height, zoom * height) * Affine::rotation(turn) *
                           Affine::translation(centre * -1);
  return {to_pixels, {centre.x - half_x, centre.y - half_y, centre.x + half_x, centre.y + half_y}};
}

/// From an object's own units to the stage.
Affine placed_map(const Placed& one) {
  const float facing = one.mirrored ? -1.0F : 1.0F, left = one.mirrored ? one.x + one.width() : one.x;
  return Affine::translation({left, one.base - one.height}) * Affine::scaling(facing * one.height, one.height);
}

/// How shadows of one scene fall.
struct Light {
  float lean = 0;      ///< Shift to the right per height of the object.
  float depth = 0;     ///< Length on the ground per height: positive towards the viewer, negative away.
  float strength = 0;  ///< 0 for dull weather and night.
  float blur = 0.02F;  ///< Of the height of the object.
};

Light choose_light(Random& random, const SceneStyle& style) {
  Light light;
  light.lean = -style.light_x * draw(random, 0.3F, 0.9F);
  light.depth = random.chance(0.7) ? draw(random, -0.35F, -0.12F) : draw(random, 0.08F, 0.25F);
  light.strength = style.night || random.chance(0.25) ? 0.0F : draw(random, 0.2F, 0.6F);
  light.blur = draw(random, 0.005F, 0.05F);
  return light;
}

const Colour kShade = rgb(0x12141C);

/// The soft darkness under whatever stands on the ground.
void draw_contact(Pen& stage, const Placed& one) {
  const float rx = one.width() * 0.54F, ry = std::min(one.height * 0.05F, one.width() * 0.10F);
  const Point centre{one.x + one.width() / 2, one.base - ry * 0.2F};
  stage.paint(Path().ellipse(centre, rx, ry),
              Paint::radial(centre, rx, ry, kShade.with_alpha(0.6F), kShade.with_alpha(0)));
}

/// The shape of the object laid on the ground.
void draw_cast_shadow(Canvas& canvas, const Affine& stage_map, const Placed& one, const Light& light, Random random,
                      const SceneStyle& style) {
  const Affine onto_ground{1, -light.lean, 0, -light.depth, light.lean * one.base, one.base * (1 + light.depth)};
  SceneStyle plain = style;
  plain.outline_px = 0;
  canvas.begin_shadow();
  Pen pen(canvas, stage_map * onto_ground * placed_map(one), random, plain);
  one.kind->draw(pen);
  const float blur_px = light.blur * one.height * stage_map.scale();
  canvas.end_shadow(std::clamp(static_cast<int>(blur_px), 1, 12), kShade.with_alpha(light.strength));
}

void draw_placed(Canvas& canvas, const Affine& stage_map, const Placed& one, Random& random, const SceneStyle& style) {
  SceneStyle seen = style;
  if (one.mirrored) seen.light_x = -seen.light_x;
  Pen pen(canvas, stage_map * placed_map(one), random, seen);
  one.kind->draw(pen);
}

Development choose_development(Random& random, const SynthSceneOptions& o, const SceneStyle& style) {
  Development d;
  const bool like_a_photo = random.chance(0.6);
  if (like_a_photo) {
    d.uneven = draw(random, 0, 0.16F);
    const float slope_x = draw(random, -0.16F, 0.16F), slope_y = draw(random, -0.16F, 0.16F);
    d.slope = {slope_x, slope_y};
    d.vignette = random.chance(0.5) ? draw(random, 0.05F, 0.4F) : 0.0F;
    if (random.chance(0.3)) d.black = draw(random, 0, 0.22F);
    if (random.chance(0.3)) d.white = draw(random, style.night ? 0.85F : 0.6F, 1);
    d.curve = draw(random, -0.3F, 0.9F);
    const float red = draw(random, 0.84F, 1.1F), green = draw(random, 0.9F, 1.06F), blue = draw(random, 0.8F, 1.1F);
    d.cast = {red, green, blue};
  }
  const bool grey = random.chance(o.grey_fraction);
  d.saturation = grey ? draw(random, 0, 0.12F) : draw(random, like_a_photo ? 0.55F : 0.8F, like_a_photo ? 1.4F : 1.7F);
  const int steps = random.between(7, 16);
  if (random.chance(0.3)) d.steps = steps;
  d.winding = draw(random, 0.05F, 0.45F);
  return d;
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

void check(const SynthSceneOptions& options) {
  validate(options);
  require(options.min_side <= options.max_side, "synth_scene: min-side {} is above max-side {}", options.min_side,
          options.max_side);
  require(options.min_objects <= options.max_objects, "synth_scene: min-objects {} is above max-objects {}",
          options.min_objects, options.max_objects);
}

SynthScene draw_scene(Random& random, Size size, const SynthSceneOptions& options) {
  const SceneStyle style = choose_style(random, options, size);
  const Wobble wobble = choose_wobble(random, size);
  const ObjectKind& hero = *choose_kind(random, ~Places{0});
  const Setting& setting = choose_setting(random, hero);
  const bool flies = (hero.places & setting.places & ~kAir) == 0;
  const float margin_px = wobble.amplitude_px > 0 ? 1.5F * wobble.amplitude_px + 1 : 0.0F;
  const View view = choose_view(random, size, flies ? 0.3F : 0.7F, margin_px);

  Canvas canvas(size);
  if (wobble.amplitude_px > 0) canvas.set_wobble(wobble, random);
  Pen pen(canvas, view.to_pixels, random, style);
  Stage stage;
  stage.width = static_cast<float>(size.width) / static_cast<float>(size.height);
  setting.draw(pen, stage);
  if (setting.one_kind) {
    for (Band& band : stage.bands) band.places &= hero.places;
  }
  if ((setting.places & kFront) != 0) stage.bands.push_back({kFront, view.window.y1, view.window.y1 + 0.06F});

  const int count = random.between(options.min_objects, options.max_objects);
  std::vector<Placed> placed = cast(random, stage, view.window, hero, count);
  constexpr std::size_t kMostInstances = 255;  // what a LabelMap can number
  placed.resize(std::min(placed.size(), kMostInstances));
  const Light light = choose_light(random, style);
  LabelMap instances(size);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (placed[i].grounded) {
      if (light.strength > 0) draw_cast_shadow(canvas, view.to_pixels, placed[i], light, random, style);
      draw_contact(pen, placed[i]);
    }
    canvas.begin_object();
    draw_placed(canvas, view.to_pixels, placed[i], random, style);
    if (style.night) canvas.tint_object(rgb(0x0E1226), 0.38F);
    canvas.end_object(static_cast<std::uint8_t>(i + 1), instances);
  }
  if (options.max_objects > 0 && random.chance(0.22)) {
    canvas.begin_object();
    draw_foreground(pen, view.window);
    canvas.end_object(0, instances);
  }
  develop(canvas, choose_development(random, options, style), random);

  SynthScene scene;
  scene.image = canvas.to_image();
  scene.objects = list_visible(placed, instances);
  scene.classes = class_map(instances, scene.objects);
  if (options.void_border > 0) add_void_border(instances, options.void_border, scene.classes);
  scene.instances = std::move(instances);
  scene.setting = setting.name;
  return scene;
}

Random random_for(std::uint64_t seed, std::uint64_t index) {
  return {seed, "synth scene", std::to_string(index)};
}

}  // namespace

SynthScene synth_scene(std::uint64_t seed, std::uint64_t index, const SynthSceneOptions& options) {
  check(options);
  Random random = random_for(seed, index);
  const Size size = choose_size(random, options);
  return draw_scene(random, size, options);
}

SynthScene synth_scene(std::uint64_t seed, std::uint64_t index, Size size, const SynthSceneOptions& options) {
  check(options);
  constexpr int kShortest = 64, kLongest = 4096;
  require(std::min(size.height, size.width) >= kShortest && std::max(size.height, size.width) <= kLongest,
          "synth_scene: size {} x {} must be {} to {} pixels a side", size.width, size.height, kShortest, kLongest);
  Random random = random_for(seed, index);
  return draw_scene(random, size, options);
}

}  // namespace csgis
