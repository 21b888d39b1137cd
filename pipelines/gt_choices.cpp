#include "pipelines/gt_choices.h"

#include "core/error.h"
#include "imaging/image_file.h"

#include <nlohmann/json.hpp>

namespace csgis {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestFile = 64U << 20U;
constexpr int kDeepest = 3;

/// What is nested deeper than choices are is refused before it is held in memory.
Json parse(const std::vector<std::uint8_t>& bytes) {
  const auto shallow = [](int depth, Json::parse_event_t, Json&) {
    require<DataError>(depth <= kDeepest, "nested too deep for a choices file");
    return true;
  };
  return Json::parse(bytes.begin(), bytes.end(), shallow);
}

void read_one(const std::string& file, const std::string& run, GtChoices& choices) {
  const std::vector<std::uint8_t> bytes = read_file_bytes(file);
  require<DataError>(bytes.size() <= kLargestFile, "too large for a choices file");
  const Json json = parse(bytes);
  require<DataError>(json.is_object() && json.value("csgis", "") == "gt-choices", "no choices file of csgis gt");
  require<DataError>(json.at("run").get<std::string>() == run,
                     "was saved on the contact sheet of another run: its photos or candidates differ");
  for (const Json& choice : json.at("choices")) {
    const auto id = choice.at("id").get<std::string>();
    std::optional<std::string> candidate;
    if (!choice.at("candidate").is_null()) candidate = choice.at("candidate").get<std::string>();
    const bool is_new = choices.emplace(id, candidate).second;
    require<DataError>(is_new, "photo '{}' has a choice already", id);
  }
}

}  // namespace

GtChoices read_choices(const std::vector<std::string>& files, const std::string& run) {
  GtChoices choices;
  for (const std::string& file : files) {
    try {
      read_one(file, run, choices);
    } catch (const Json::exception& e) {
      fail<DataError>("--choices {}: {}", file, e.what());
    } catch (const DataError& e) {
      fail<DataError>("--choices {}: {}", file, e.what());
    }
  }
  return choices;
}

}  // namespace csgis
