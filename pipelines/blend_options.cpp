#include "pipelines/blend_options.h"

#include "core/nearest_name.h"

#include <charconv>
#include <string_view>

namespace csgis {
namespace {

/// What a preset sets, and with `Own` what holds without one.
struct BlendDefaults {
  const char* texture_std;
  Headroom headroom;
  TextureModel model;
  TextureColour colour;
  const char* texture_scale;
  Placement placement;
  Tiling tiling;
  Warp warp;
  double fade;
  RegionSource regions;
};

constexpr const char* kOwnContrast = "own";
constexpr BlendDefaults kPublished{kOwnContrast,
                                   Headroom::none,
                                   TextureModel::additive,
                                   TextureColour::grey,
                                   "1",
                                   Placement::corner,
                                   Tiling::repeat,
                                   Warp::none,
                                   0,
                                   RegionSource::none};
constexpr BlendDefaults kNative{kOwnContrast,
                                Headroom::scale_texture,
                                TextureModel::additive,
                                TextureColour::grey,
                                "1",
                                Placement::corner,
                                Tiling::automatic,
                                Warp::none,
                                0,
                                RegionSource::none};
constexpr BlendDefaults kRealistic{"2,30",
                                   Headroom::compress_gt,
                                   TextureModel::multiplicative,
                                   TextureColour::colour,
                                   "0.4,1.5",
                                   Placement::rotated,
                                   Tiling::automatic,
                                   Warp::perspective,
                                   0.7,
                                   RegionSource::labels};
constexpr double kFlatShare = 0.3;

struct NamedContrast {
  const char* name;
  double std;
};
constexpr NamedContrast kNamedContrasts[] = {{"weak", 6}, {"nks", 11}, {"medium", 20}, {"strong", 35}};

/// A number as the whole text; locale-free.
std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> contrast(std::string_view text) {
  for (const NamedContrast& named : kNamedContrasts) {
    if (text == named.name) return named.std;
  }
  return number(text);
}

/// "MIN,MAX" or one value for both.
template <class ValueOf>
DrawRange draw_range(const char* option, std::string_view text, const DrawRange& bounds, ValueOf value_of) {
  const std::size_t comma = text.find(',');
  const auto low = value_of(text.substr(0, comma));
  const auto high = comma == std::string_view::npos ? low : value_of(text.substr(comma + 1));
  require<UsageError>(low && high, "--{} is '{}', must be MIN,MAX or one value", option, text);
  require<UsageError>(*low >= bounds.low && *high <= bounds.high && *low <= *high,
                      "--{} is '{}', must be within {} .. {}, MIN not above MAX", option, text, bounds.low,
                      bounds.high);
  return {*low, *high};
}

template <class T>
void set_default(std::optional<T>& option, const T& value) {
  if (!option) option = value;
}

void fill_in(BlendOptions& o, const BlendDefaults& d) {
  set_default(o.texture_std, std::string(d.texture_std));
  set_default(o.headroom, d.headroom);
  set_default(o.texture_model, d.model);
  set_default(o.texture_colour, d.colour);
  set_default(o.texture_scale, std::string(d.texture_scale));
  set_default(o.placement, d.placement);
  set_default(o.tiling, d.tiling);
  set_default(o.warp, d.warp);
  set_default(o.fade, d.fade);
  set_default(o.regions, d.regions);
  set_default(o.camera_share, 0.0);
}

/// The reference layout has one blend, and nowhere to record another.
void require_published(const BlendOptions& o) {
  const auto check = [](bool is_published, const char* option, const std::string& value) {
    require<UsageError>(is_published, "--{} {} needs --layout native: the reference layout is the published blend",
                        option, value);
  };
  const auto& p = kPublished;
  check(o.preset.value_or(BlendPreset::reference) == BlendPreset::reference, "preset", "realistic");
  check(o.texture_std.value_or(p.texture_std) == p.texture_std, "texture-std", o.texture_std.value_or(""));
  check(o.headroom.value_or(p.headroom) == p.headroom, "headroom", to_name(o.headroom.value_or(p.headroom)));
  check(o.texture_model.value_or(p.model) == p.model, "texture-model", to_name(o.texture_model.value_or(p.model)));
  check(o.texture_colour.value_or(p.colour) == p.colour, "texture-colour",
        to_name(o.texture_colour.value_or(p.colour)));
  check(o.texture_scale.value_or(p.texture_scale) == p.texture_scale, "texture-scale", o.texture_scale.value_or(""));
  check(o.placement.value_or(p.placement) == p.placement, "texture-placement",
        to_name(o.placement.value_or(p.placement)));
  check(o.tiling.value_or(p.tiling) == p.tiling, "tiling", to_name(o.tiling.value_or(p.tiling)));
  check(o.warp.value_or(p.warp) == p.warp, "warp", to_name(o.warp.value_or(p.warp)));
  check(o.fade.value_or(p.fade) == p.fade, "texture-fade", fmt::format("{}", o.fade.value_or(p.fade)));
  check(o.camera_share.value_or(0) == 0, "camera-share", fmt::format("{}", o.camera_share.value_or(0)));
  check(o.regions.value_or(p.regions) == p.regions, "regions", to_name(o.regions.value_or(p.regions)));
}

}  // namespace

void resolve_blend(BlendOptions& o, bool is_reference_layout, bool has_labels, double strength) {
  if (is_reference_layout) {
    require_published(o);
    o.preset = BlendPreset::reference;
  }
  require<UsageError>(o.regions != RegionSource::labels || has_labels, "--regions labels needs --labels");
  BlendDefaults defaults = kNative;
  if (o.preset) defaults = *o.preset == BlendPreset::reference ? kPublished : kRealistic;
  if (!has_labels) defaults.regions = RegionSource::none;
  fill_in(o, defaults);
  const bool has_regions = *o.regions == RegionSource::labels;
  require<UsageError>(has_regions || !o.flat_share, "--flat-share needs --regions labels");
  require<UsageError>(has_regions || o.class_textures.empty(), "--class-textures needs --regions labels");
  require<UsageError>(*o.texture_std == kOwnContrast || strength == 1,
                      "--strength does not go with --texture-std: the contrast is {}", *o.texture_std);
  if (has_regions) set_default(o.flat_share, kFlatShare);
  static_cast<void>(recipe_options(o, strength));
}

RecipeOptions recipe_options(const BlendOptions& o, double strength) {
  RecipeOptions r;
  r.model = *o.texture_model;
  r.colour = *o.texture_colour;
  r.headroom = *o.headroom;
  r.tiling = *o.tiling;
  if (*o.texture_std != kOwnContrast) r.std = draw_range("texture-std", *o.texture_std, {0.1, 127.5}, contrast);
  r.strength = strength;
  r.scale = draw_range("texture-scale", *o.texture_scale, {0.05, 20}, number);
  r.placement = *o.placement;
  r.warp = *o.warp;
  r.fade = *o.fade;
  r.flat_share = o.flat_share.value_or(0);
  return r;
}

}  // namespace csgis
