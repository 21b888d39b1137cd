#include "pipelines/seen_truths.h"

#include "pipelines/hashing.h"
#include "pipelines/sample_planes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDigits = 12;

Json to_json(const TruthList& list) {
  std::string hashes;
  for (const std::string& hash : list.hashes) hashes += hash;
  return {{"count", list.count}, {"hashes", hashes}};
}

TruthList list_from(const Json& json) {
  TruthList list;
  const std::string text = json.at("hashes");
  for (std::size_t at = 0; at + kDigits <= text.size(); at += kDigits) list.hashes.insert(text.substr(at, kDigits));
  list.count = std::max<std::uint64_t>(json.at("count").get<std::uint64_t>(), list.hashes.size());
  return list;
}

}  // namespace

std::string truth_hash(const std::array<ImagePlane, 3>& planes) {
  RunningXxh128 hash;
  const std::string size = fmt::format("{}x{}\n", planes[0].height, planes[0].width);
  hash.add({reinterpret_cast<const std::uint8_t*>(size.data()), size.size()});
  std::vector<std::uint8_t> row;
  for (const ImagePlane& plane : planes) {
    row.resize(static_cast<std::size_t>(plane.width));
    for (std::int64_t y = 0; y < plane.height; ++y) {
      for (std::int64_t x = 0; x < plane.width; ++x) row[static_cast<std::size_t>(x)] = plane.at(y, x);
      hash.add(row);
    }
  }
  return hash.hex().substr(0, kDigits);
}

std::string truth_hash(const Image8& image) {
  return truth_hash(planes_of(image));
}

TruthList TruthList::of(std::set<std::string> all) {
  TruthList list{all.size(), std::move(all)};
  if (list.count > kMost) list.hashes.erase(std::next(list.hashes.begin(), kMost), list.hashes.end());
  return list;
}

void TruthList::add(const TruthList& other) {
  const bool both_whole = is_whole() && other.is_whole();
  count += other.count;
  hashes.insert(other.hashes.begin(), other.hashes.end());
  if (both_whole) count = hashes.size();
  if (hashes.size() > kMost) hashes.erase(std::next(hashes.begin(), kMost), hashes.end());
}

Json to_json(const SeenTruths& seen) {
  return {{"trained_on", to_json(seen.trained_on)},
          {"chosen_on", to_json(seen.chosen_on)},
          {"start_known", seen.is_start_known}};
}

std::optional<SeenTruths> seen_truths_from(std::string_view training_note) {
  const Json note = Json::parse(training_note, nullptr, false);
  if (!note.is_object() || !note.contains("truths")) return std::nullopt;
  try {
    const Json& truths = note.at("truths");
    return SeenTruths{list_from(truths.at("trained_on")), list_from(truths.at("chosen_on")),
                      truths.at("start_known").get<bool>()};
  } catch (const Json::exception&) {  // of another program, or damaged: as good as none
    return std::nullopt;
  }
}

}  // namespace csgis
