#include "pipelines/class_textures.h"

#include "core/error.h"
#include "core/nearest_name.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace csgis {
namespace {

using Json = nlohmann::json;

std::size_t class_index(const std::string& name, const std::string& file) {
  const auto found = std::ranges::find_if(kVocClassNames, [&](const char* known) { return name == known; });
  if (found != kVocClassNames.end()) return static_cast<std::size_t>(found - kVocClassNames.begin());
  const std::vector<std::string> names(kVocClassNames.begin(), kVocClassNames.end());
  fail<DataError>("{}: no class '{}'; did you mean '{}'?", file, name, nearest_name(name, names));
}

/// The names of an entry: one, or a list.
std::vector<std::string> names_of_entry(const Json& entry, const std::string& class_name, const std::string& file) {
  std::vector<std::string> names;
  try {
    if (entry.is_string()) {
      names.push_back(entry);
    } else {
      entry.get_to(names);
    }
  } catch (const Json::exception&) {
    fail<DataError>("{}: '{}' holds something else than names of textures", file, class_name);
  }
  return names;
}

void add_textures(const std::string& name, const std::string& file, std::span<const std::string> ids,
                  std::vector<int>& out) {
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == name || texture_group(ids[i]) == name) out.push_back(static_cast<int>(i));
  }
  if (out.size() > before) return;
  std::vector<std::string> known(ids.begin(), ids.end());
  for (const std::string& id : ids) known.push_back(texture_group(id));
  fail<DataError>("{}: no texture or group '{}'; did you mean '{}'?", file, name, nearest_name(name, known));
}

}  // namespace

std::string texture_group(std::string_view id) {
  std::string_view group = id;
  while (!group.empty() && group.back() >= '0' && group.back() <= '9') group.remove_suffix(1);
  if (group.size() < id.size()) {
    while (!group.empty() && std::string_view("_-. ").find(group.back()) != std::string_view::npos) {
      group.remove_suffix(1);
    }
  }
  return std::string(group.empty() ? id : group);
}

ClassTextures::ClassTextures(std::string_view text, const std::string& name, std::span<const std::string> texture_ids) {
  const Json json = Json::parse(text, nullptr, false);
  require<DataError>(json.is_object(), "{}: is no JSON object of class names", name);
  for (const auto& [class_name, entry] : json.items()) {
    std::vector<int>& textures = textures_[class_index(class_name, name)].emplace();
    for (const std::string& texture : names_of_entry(entry, class_name, name)) {
      add_textures(texture, name, texture_ids, textures);
    }
    std::ranges::sort(textures);
    textures.erase(std::unique(textures.begin(), textures.end()), textures.end());
  }
}

const std::vector<int>* ClassTextures::of_class(int voc_class) const {
  if (voc_class < 0 || voc_class >= kVocClasses) return nullptr;
  const auto& textures = textures_[static_cast<std::size_t>(voc_class)];
  return textures ? &*textures : nullptr;
}

}  // namespace csgis
