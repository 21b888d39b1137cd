#pragma once
/// What is written down about a blend: its measures and every draw behind it.

#include "datagen/camera_effects.h"
#include "datagen/render_blend.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace csgis {

struct JournalEntry;

/// `text` is a JSON object, as samples.jsonl has it under "recipe"; the numbers are some of its fields.
struct BlendRecord {
  BlendMeasures measures;
  std::string text;
};

/// A region as records name it; empty names are left out.
struct RegionNames {
  bool has_label = false;  ///< Not where one region is the whole image.
  std::string class_name, texture_id;
};

/// Field by field as docs/formats.md describes it.
/// @param names   of each region of the recipe
/// @param camera  what came after the blending
BlendRecord blend_record(const BlendRecipe& recipe, const BlendMeasures& measures,
                         std::span<const double> std_of_region, std::span<const RegionNames> names,
                         const CameraEffects& camera = {});

/// The record that such an object is. @throws DataError, nlohmann's exceptions
BlendRecord blend_record_from(const nlohmann::ordered_json& object);

/// Blends with more clipped values than this are warned of.
inline constexpr double kMuchClipped = 0.05;

/// Least, median and greatest of each measure over the blends of the entries, and how many have much clipped; null
/// without any.
nlohmann::ordered_json blend_summary(std::span<const JournalEntry* const> entries);

/// A sentence about blends with much clipped; empty when there are none.
std::string clipping_warning(const nlohmann::ordered_json& summary);

/// The summary as a line for people; empty without one.
std::string blend_summary_text(const nlohmann::ordered_json& summary);

}  // namespace csgis
