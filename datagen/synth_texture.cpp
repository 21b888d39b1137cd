#include "datagen/synth_texture.h"

#include "core/nearest_name.h"
#include "core/random.h"
#include "datagen/detail/geometry.h"
#include "datagen/detail/texture_table.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace csgis {
namespace {

using namespace synth;

const TextureFamily& family_named(const std::string& name) {
  const auto table = texture_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const TextureFamily& f) { return f.name == name; });
  if (found == table.end())
    fail<UsageError>("--family: unknown value '{}'; did you mean '{}'?", name,
                     nearest_name(name, synth_texture_families()));
  return *found;
}

const TextureFamily& choose_family(Random& random, const SynthTextureOptions& o) {
  if (o.family.empty()) return texture_table()[static_cast<std::size_t>(random.below(texture_table().size()))];
  return family_named(o.family[static_cast<std::size_t>(random.below(o.family.size()))]);
}

float draw(Random& random, double low, double high) {
  return static_cast<float>(random.uniform(low, high));
}

/// Elements of `length_px` that fill `side` pixels, in multiples of `multiple`.
int whole_elements(int side, float length_px, int multiple) {
  const float count = static_cast<float>(side) / length_px / static_cast<float>(multiple);
  return multiple * std::max(1, static_cast<int>(count + 0.5F));
}

/// A family laid out on the image: its grid, the way from pixels to the grid, and the pattern.
class Layer {
 public:
  Layer(const TextureFamily& family, Size size, bool tileable, const SynthTextureOptions& options, Random& random)
      : relief_(family.relief * draw(random, 0.5, 1.3)) {
    const float share = draw(random, 0, 1), smaller = draw(random, 0.2, 1);  // small elements are the commoner ones
    const float stretch = choose_stretch(random, family.oriented);
    const float aspect = family.aspect * stretch, shorter = std::min(1.0F, aspect);
    const float limit = 0.5F * static_cast<float>(std::min(size.height, size.width));
    const float low = std::max(family.low_px, static_cast<float>(options.min_element) / shorter),
                high = std::max(low, std::min(family.high_px, static_cast<float>(options.max_element) / shorter));
    height_px_ = std::min(mix(low, high, share * smaller), limit);
    const float width_px = height_px_ * aspect;
    if (tileable) {
      grid_.columns = whole_elements(size.width, width_px, family.multiple_x);
      grid_.rows = whole_elements(size.height, height_px_, family.multiple_y);
      const float x = static_cast<float>(grid_.columns) / static_cast<float>(size.width);
      const float y = static_cast<float>(grid_.rows) / static_cast<float>(size.height);
      to_grid_ = Affine::scaling(x, y);
      height_px_ = 1 / y;
      grid_.aspect = y / x;
    } else {
      const float turn = draw(random, -1, 1) * (family.oriented ? 0.03F : 0.5F);
      const Point start{draw(random, 0, 1000), draw(random, 0, 1000)};
      to_grid_ = Affine::translation(start) * Affine::scaling(1 / width_px, 1 / height_px_) * Affine::rotation(turn);
      grid_.aspect = width_px / height_px_;
    }
    grid_.pixel = 1 / height_px_;
    bend_ = random.chance(0.5) ? draw(random, 0, family.oriented ? 0.35 : 0.7) : 0.0F;
    const float bends = draw(random, 0.06, 0.2);  // per element
    bend_noise_.emplace(grid_, Point{bends, bends}, random);
    pattern_ = family.make(grid_, random);
  }

  /// The shorter side of an element in pixels.
  float element_px() const { return height_px_ * std::min(1.0F, grid_.aspect); }

  /// The texel at a position in pixels; its height is in pixels, relief applied.
  Texel at(Point pixel) const {
    Point p = to_grid_(pixel);
    if (bend_ > 0) {
      const Point shift{(*bend_noise_)(p), (*bend_noise_)({p.x + 7.3F, p.y + 3.1F})};
      p = p + shift * bend_;
    }
    Texel texel = pattern_(p);
    texel.height *= relief_ * height_px_;
    return texel;
  }

 private:
  /// Factor on the width of elements. Rows of bricks look wrong when stretched far, pebbles or grains do not.
  static float choose_stretch(Random& random, bool oriented) {
    const float slight = draw(random, 0.8, 1.25), strong = draw(random, 1.25, 3);
    if (oriented || !random.chance(0.4)) return slight;
    return random.chance(0.5) ? strong : 1 / strong;
  }

  Grid grid_;
  Affine to_grid_;
  float height_px_ = 0, relief_, bend_ = 0;
  std::optional<Noise> bend_noise_;
  Pattern pattern_;
};

/// Colour and height of every pixel, before light.
struct Surface {
  explicit Surface(Size s) : size(s), texels(s.pixels()) {}
  Size size;
  std::vector<Texel> texels;

  Texel& at(int y, int x) {
    return texels[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  }
  const Texel& at(int y, int x) const {
    return texels[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  }
};

/// Points per pixel: where elements are so small that one would alias, the mean of two or four.
int points_for(float element_px) {
  return element_px < 3.5F ? 4 : (element_px < 6 ? 2 : 1);
}

/// Evaluates `texel_at` at 1, 2 or 4 points of each pixel.
template <class TexelAt>
Surface render(Size size, int points, TexelAt&& texel_at) {
  // The first two lie on a diagonal: apart in both directions.
  constexpr Point kOffsets[] = {{0.25F, 0.25F}, {0.75F, 0.75F}, {0.75F, 0.25F}, {0.25F, 0.75F}};
  const float share = 1 / static_cast<float>(points);
  Surface surface(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Point corner{static_cast<float>(x), static_cast<float>(y)};
      if (points == 1) {
        surface.at(y, x) = texel_at(corner + Point{0.5F, 0.5F});
        continue;
      }
      Texel sum{{0, 0, 0, 1}, 0};
      for (int i = 0; i < points; ++i) {
        const Texel t = texel_at(corner + kOffsets[i]);
        sum = {{sum.colour.r + t.colour.r * share, sum.colour.g + t.colour.g * share, sum.colour.b + t.colour.b * share,
                1},
               sum.height + t.height * share};
      }
      surface.at(y, x) = sum;
    }
  }
  return surface;
}

/// Lambert's law with a light from `azimuth` at 45 degrees, relative to flat ground, from central differences.
void apply_light(Surface& surface, bool tileable, float azimuth_turns) {
  const Point light{cosine_turns(azimuth_turns), sine_turns(azimuth_turns)};
  const int height = surface.size.height, width = surface.size.width;
  const auto near = [&](int i, int step, int count) {
    return tileable ? wrap(i + step, count) : std::clamp(i + step, 0, count - 1);
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float slope_x = (surface.at(y, near(x, 1, width)).height - surface.at(y, near(x, -1, width)).height) / 2;
      const float slope_y = (surface.at(near(y, 1, height), x).height - surface.at(near(y, -1, height), x).height) / 2;
      const float steep = std::sqrt(1 + slope_x * slope_x + slope_y * slope_y);
      const float lambert = (1 - slope_x * light.x - slope_y * light.y) / steep;
      constexpr float kAmbient = 0.42F;
      const float gain = kAmbient + (1 - kAmbient) * std::clamp(lambert, 0.0F, 2.2F);
      Colour& c = surface.at(y, x).colour;
      c = {c.r * gain, c.g * gain, c.b * gain, 1};
    }
  }
}

struct Tone {
  float mean;        ///< Of the luma, 0..1; the result lies half way between it and the family's own.
  float contrast;    ///< Factor on the deviation of the luma, which then is kept within the stated range.
  float saturation;  ///< Factor; 0 makes a grey image.
};

/// Scales luma about its mean and colour with it, then rounds.
Image8 to_image(const Surface& surface, const Tone& tone) {
  double sum = 0, squares = 0;
  for (const Texel& t : surface.texels) {
    const double l = static_cast<double>(luma(t.colour));
    sum += l;
    squares += l * l;
  }
  const auto count = static_cast<double>(surface.texels.size());
  const double mean = sum / count, deviation = std::sqrt(std::max(squares / count - mean * mean, 1e-10));
  const double wanted =
      std::clamp(deviation * static_cast<double>(tone.contrast), kLowestTextureContrast, kHighestTextureContrast);
  const auto gain = static_cast<float>(wanted / deviation);
  const float level = mix(static_cast<float>(mean), tone.mean, 0.5F);
  Image8 image(surface.size, 3);
  std::uint8_t* out = image.data();
  for (const Texel& t : surface.texels) {
    const float old_luma = luma(t.colour);
    const float new_luma = clamp01(level + (old_luma - static_cast<float>(mean)) * gain);
    // Chroma follows brightness, as it does under more or less light, but dark speckles must not turn into pure hues.
    const float chroma = tone.saturation * std::min(new_luma / std::max(old_luma, 0.02F), 1.3F);
    for (const float channel : {t.colour.r, t.colour.g, t.colour.b}) {
      *out++ = static_cast<std::uint8_t>(clamp01(new_luma + (channel - old_luma) * chroma) * 255 + 0.5F);
    }
  }
  return image;
}

void check(const SynthTextureOptions& options) {
  validate(options);
  require(options.min_side <= options.max_side, "synth_texture: min-side {} is above max-side {}", options.min_side,
          options.max_side);
  require(options.min_element <= options.max_element, "synth_texture: min-element {} is above max-element {}",
          options.min_element, options.max_element);
  for (const std::string& name : options.family) family_named(name);
}

/// Mean luma of a layer, from a coarse lattice of points.
float mean_luma(const Layer& layer, Size size) {
  constexpr int kPoints = 12;
  float sum = 0;
  for (int i = 0; i < kPoints * kPoints; ++i) {
    const int row = i / kPoints, column = i % kPoints;
    const Point share{(static_cast<float>(column) + 0.5F) / kPoints, (static_cast<float>(row) + 0.5F) / kPoints};
    sum += luma(layer.at({share.x * static_cast<float>(size.width), share.y * static_cast<float>(size.height)}).colour);
  }
  return sum / (kPoints * kPoints);
}

enum class Mix { none, patches, layered };

SynthTexture draw_texture(Random& random, Size size, const SynthTextureOptions& options) {
  const bool tileable = random.chance(options.tileable_fraction), mixed = random.chance(options.mixed_fraction);
  const bool in_patches = random.chance(0.5);
  const TextureFamily& first = choose_family(random, options);
  const TextureFamily& second = choose_family(random, options);
  const Layer layer(first, size, tileable, options, random), other(second, size, tileable, options, random);
  const Mix kind = !mixed || &first == &second ? Mix::none : (in_patches ? Mix::patches : Mix::layered);
  const float smallest = kind == Mix::none ? layer.element_px() : std::min(layer.element_px(), other.element_px());

  // Patches a third of the image across, with soft borders. Both families are brought to one mean: patches that are
  // lighter than others would be structure, which a texture must not have.
  const Grid whole{tileable ? 1 : 0, tileable ? 1 : 0, 1, 0};
  const Noise patches(whole, {3, 3}, random);
  const Point to_whole{1 / static_cast<float>(size.width), 1 / static_cast<float>(size.height)};
  const float level = kind == Mix::patches
                          ? std::clamp(mean_luma(layer, size) / std::max(mean_luma(other, size), 0.02F), 0.3F, 3.0F)
                          : 1.0F;
  const auto levelled = [&](Point pixel) {
    Texel texel = other.at(pixel);
    texel.colour = brighter(texel.colour, level - 1);
    return texel;
  };
  Surface surface = render(size, points_for(smallest), [&](Point pixel) {
    if (kind == Mix::none) return layer.at(pixel);
    if (kind == Mix::layered) {  // one in the light and on the ground of the other: printed cloth, painted brick
      const Texel a = layer.at(pixel), b = other.at(pixel);
      return Texel{brighter(a.colour, 1.2F * (luma(b.colour) - 0.45F)), a.height + 0.6F * b.height};
    }
    const float t = smooth_step(-0.08F, 0.08F, patches.fractal({pixel.x * to_whole.x, pixel.y * to_whole.y}, 4));
    if (t <= 0) return layer.at(pixel);
    if (t >= 1) return levelled(pixel);
    const Texel a = layer.at(pixel), b = levelled(pixel);
    return Texel{mix(a.colour, b.colour, t), mix(a.height, b.height, t)};
  });
  apply_light(surface, tileable, draw(random, 0, 1));

  Tone tone{draw(random, 0.34, 0.64), draw(random, 0.6, 1.5), draw(random, 0.7, 1.2)};
  if (random.chance(options.grey_fraction)) tone.saturation = 0;
  std::string name = first.name;
  if (kind != Mix::none) name = fmt::format("{}{}{}", first.name, kind == Mix::patches ? '+' : '~', second.name);
  return {to_image(surface, tone), std::move(name), tileable, layer.element_px()};
}

Random random_for(std::uint64_t seed, std::uint64_t index) {
  return {seed, "synth texture", std::to_string(index)};
}

}  // namespace

std::vector<std::string> synth_texture_families() {
  std::vector<std::string> names;
  for (const TextureFamily& family : texture_table()) names.emplace_back(family.name);
  return names;
}

SynthTexture synth_texture(std::uint64_t seed, std::uint64_t index, const SynthTextureOptions& options) {
  check(options);
  Random random = random_for(seed, index);
  const int height = random.between(options.min_side, options.max_side);
  const Size size{height, random.chance(0.5) ? height : random.between(options.min_side, options.max_side)};
  return draw_texture(random, size, options);
}

SynthTexture synth_texture(std::uint64_t seed, std::uint64_t index, Size size, const SynthTextureOptions& options) {
  check(options);
  constexpr int kShortest = 32, kLongest = 4096;
  require(std::min(size.height, size.width) >= kShortest && std::max(size.height, size.width) <= kLongest,
          "synth_texture: size {} x {} must be {} to {} pixels a side", size.width, size.height, kShortest, kLongest);
  Random random = random_for(seed, index);
  return draw_texture(random, size, options);
}

}  // namespace csgis
