#include "pipelines/negative_summary.h"

#include <algorithm>
#include <map>
#include <vector>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

Json distribution(std::vector<double> values) {
  std::ranges::sort(values);
  return {{"min", values.front()}, {"median", values[values.size() / 2]}, {"max", values.back()}};
}

/// Negatives of one kind, or of one method of it.
struct Group {
  std::vector<NegativeScore> made;
  std::size_t rejected = 0;

  void add(const NegativeRecord& record) {
    if (record.file.empty()) {
      ++rejected;
    } else {
      made.push_back(record.score);
    }
  }

  Json to_json() const {
    Json json{{"made", made.size()}, {"rejected", rejected}};
    if (made.empty()) return json;
    const auto of = [&](double NegativeScore::*field) {
      std::vector<double> values;
      for (const NegativeScore& score : made) values.push_back(score.*field);
      return distribution(std::move(values));
    };
    json["psnr"] = of(&NegativeScore::psnr);
    json["ssim"] = of(&NegativeScore::ssim);
    json["detail"] = of(&NegativeScore::detail);
    return json;
  }
};

struct KindGroups {
  Group all;
  std::map<std::string, Group> by_method;
  std::size_t items_without = 0;
};

std::string line_of(const std::string& name, const Json& group) {
  std::string text = fmt::format("  {:<10} {:>6} made", name, group.at("made").get<std::size_t>());
  if (group.contains("psnr")) {
    const auto span_of = [&](const char* key) {
      const Json& d = group.at(key);
      return fmt::format("{:.4g} ({:.4g}..{:.4g})", d.at("median").get<double>(), d.at("min").get<double>(),
                         d.at("max").get<double>());
    };
    text += fmt::format(", PSNR {} dB, SSIM {}, detail {}", span_of("psnr"), span_of("ssim"), span_of("detail"));
  }
  const auto rejected = group.at("rejected").get<std::size_t>();
  if (rejected > 0) text += fmt::format(", {} rejected as too near to the GT", rejected);
  return text + '\n';
}

}  // namespace

Json negative_summary(std::span<const JournalEntry* const> entries) {
  std::map<NegativeKind, KindGroups> kinds;
  for (const JournalEntry* entry : entries) {
    std::map<NegativeKind, bool> has_any;
    for (const NegativeRecord& record : entry->negatives) {
      KindGroups& groups = kinds[record.kind];
      groups.all.add(record);
      groups.by_method[record.method].add(record);
      has_any[record.kind] |= !record.file.empty();
    }
    for (const auto& [kind, any] : has_any) kinds[kind].items_without += any ? 0 : 1;
  }
  Json summary;
  for (const auto& [kind, groups] : kinds) {
    Json json = groups.all.to_json();
    json["items_without"] = groups.items_without;
    for (const auto& [method, group] : groups.by_method) json["methods"][method] = group.to_json();
    summary[to_name(kind)] = json;
  }
  return summary;
}

std::string negative_summary_text(const Json& summary) {
  std::string text;
  if (summary.is_null()) return text;
  for (const auto& [kind, group] : summary.items()) {
    text += line_of(kind, group);
    const auto without = group.at("items_without").get<std::size_t>();
    if (without > 0) text += fmt::format("  {:<10} {:>6} left without one\n", "", without);
  }
  return text;
}

}  // namespace csgis
