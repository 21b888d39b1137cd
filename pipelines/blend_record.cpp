#include "pipelines/blend_record.h"

#include "pipelines/journal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value, double per_unit) {
  return std::round(value * per_unit) / per_unit;
}

void add_placement(const TexturePlacement& p, Json& json) {
  if (p.scale != 1) json["scale"] = p.scale;
  if (p.angle != 0) json["angle"] = p.angle;
  if (p.shift_y != 0 || p.shift_x != 0) json["shift"] = {p.shift_y, p.shift_x};
  if (p.stretch != 1) json["stretch"] = p.stretch;
  if (p.shear != 0) json["shear"] = p.shear;
  if (p.tilt_y != 0 || p.tilt_x != 0) json["tilt"] = {p.tilt_y, p.tilt_x};
  if (p.fade_y != 0 || p.fade_x != 0) json["fade"] = {p.fade_y, p.fade_x};
}

Json region_json(const RegionRecipe& region, double std, const RegionNames& names) {
  Json json = Json::object();
  if (names.has_label) json["label"] = region.label;
  if (!names.class_name.empty()) json["class"] = names.class_name;
  json["texture"] = nullptr;
  if (region.is_flat()) return json;
  json["texture"] = names.texture_id;
  json["tiling"] = to_name(region.tiling);
  json["std"] = rounded(std, 1e4);
  add_placement(region.placement, json);
  return json;
}

/// Of samples, infinite ones last.
Json distribution(std::vector<double> values) {
  std::ranges::sort(values);
  const auto finite = [](double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); };
  return {
      {"min", finite(values.front())}, {"median", finite(values[values.size() / 2])}, {"max", finite(values.back())}};
}

}  // namespace

BlendRecord blend_record(const BlendRecipe& recipe, const BlendMeasures& given, std::span<const double> std_of_region,
                         std::span<const RegionNames> names, const CameraEffects& camera) {
  const BlendMeasures measures{rounded(given.std, 1e4), rounded(given.psnr, 1e3), rounded(given.clipped, 1e6)};
  Json json{{"model", to_name(recipe.model)},
            {"colour", to_name(recipe.colour)},
            {"headroom", to_name(recipe.headroom)},
            {"std", measures.std},
            {"input_psnr", std::isfinite(measures.psnr) ? Json(measures.psnr) : Json(nullptr)},
            {"clipped", measures.clipped}};
  if (recipe.strength != 1) json["strength"] = recipe.strength;
  if (camera.any()) json["camera"] = {{"blur", camera.blur}, {"noise", camera.noise}, {"jpeg", camera.jpeg_quality}};
  Json& regions = json["regions"] = Json::array();
  for (std::size_t i = 0; i < recipe.regions.size(); ++i) {
    regions.push_back(region_json(recipe.regions[i], std_of_region[i], names[i]));
  }
  return {measures, json.dump()};
}

BlendRecord blend_record_from(const Json& object) {
  const Json& psnr = object.at("input_psnr");
  return {{object.at("std"), psnr.is_null() ? std::numeric_limits<double>::infinity() : psnr.get<double>(),
           object.at("clipped")},
          object.dump()};
}

Json blend_summary(std::span<const JournalEntry* const> entries) {
  std::vector<double> std, psnr, clipped;
  for (const JournalEntry* entry : entries) {
    if (!entry->blend) continue;
    std.push_back(entry->blend->measures.std);
    psnr.push_back(entry->blend->measures.psnr);
    clipped.push_back(entry->blend->measures.clipped);
  }
  if (std.empty()) return nullptr;
  const auto much = std::ranges::count_if(clipped, [](double share) { return share > kMuchClipped; });
  return {{"samples", std.size()},
          {"std", distribution(std)},
          {"input_psnr", distribution(psnr)},
          {"clipped", distribution(clipped)},
          {"much_clipped", much}};
}

std::string clipping_warning(const Json& summary) {
  if (summary.is_null() || summary.at("much_clipped") == 0) return {};
  return fmt::format(
      "{} of {} blends have more than {:.0f} % of their values clipped, at worst {:.0f} %; --headroom scale-texture or "
      "compress-gt makes room",
      summary.at("much_clipped").get<std::size_t>(), summary.at("samples").get<std::size_t>(), 100 * kMuchClipped,
      100 * summary.at("clipped").at("max").get<double>());
}

std::string blend_summary_text(const Json& summary) {
  if (summary.is_null()) return {};
  const auto span_of = [&](const char* key, double factor) {
    const Json& d = summary.at(key);
    const auto text = [&](const char* which) {
      return d.at(which).is_null() ? "inf" : fmt::format("{:.4g}", factor * d.at(which).get<double>());
    };
    return fmt::format("{} ({}..{})", text("median"), text("min"), text("max"));
  };
  return fmt::format("  texture    std {}, input PSNR {} dB, clipped {} %\n", span_of("std", 1),
                     span_of("input_psnr", 1), span_of("clipped", 100));
}

}  // namespace csgis
