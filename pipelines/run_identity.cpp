#include "pipelines/run_identity.h"

#include "core/error.h"

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <optional>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

std::string short_text(const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  constexpr std::size_t kLongest = 60;
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

std::string difference_at(const std::string& where, const Json& now, const Json& before) {
  if (now == before) return {};
  if (now.is_object() && before.is_object()) {
    for (const auto& [key, value] : now.items()) {
      if (!before.contains(key)) return where + "/" + key + " is new";
      if (auto inner = difference_at(where + "/" + key, value, before[key]); !inner.empty()) return inner;
    }
    for (const auto& [key, value] : before.items()) {
      if (!now.contains(key)) return where + "/" + key + " is gone";
    }
  }
  if (now.is_array() && before.is_array()) {
    for (std::size_t i = 0; i < std::min(now.size(), before.size()); ++i) {
      if (auto inner = difference_at(fmt::format("{}/{}", where, i), now[i], before[i]); !inner.empty()) return inner;
    }
    return fmt::format("{} has {} entries instead of {}", where, now.size(), before.size());
  }
  return fmt::format("{} is {} instead of {}", where, short_text(now), short_text(before));
}

/// The first of these names that exists and is no empty folder.
std::optional<std::string> first_existing(const OutputFolder& folder, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    const fs::path path = folder.path(part.ends_with('/') ? part.substr(0, part.size() - 1) : part);
    boost::system::error_code error;
    const bool is_empty_folder = fs::is_directory(path, error) && fs::is_empty(path, error);
    if (fs::exists(path, error) && !is_empty_folder) return part;
  }
  return std::nullopt;
}

}  // namespace

std::string first_difference(const Json& now, const Json& before) {
  return difference_at("", now, before);
}

std::vector<fs::path> journals_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("journal.") && name.ends_with(".jsonl")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void check_folder_is_ours(const OutputFolder& folder, const Json& head, const std::vector<std::string>& parts,
                          const RunContext& context) {
  if (context.options.overwrite) return;
  // Files before journals: another shard that starts at this moment writes its journal first.
  const auto existing = first_existing(folder, parts);
  const std::vector<fs::path> journals = journals_in(folder.root());
  require<OutputError>(!existing || !journals.empty(),
                       "{} holds {} but no journal of a run; choose another folder, or --overwrite to replace what "
                       "this run writes",
                       folder.root().string(), existing.value_or(""));
  for (const fs::path& path : journals) {
    try {
      const auto content = read_journal(path);
      if (!content || content->head.at("identity") == head.at("identity")) continue;
      fail<OutputError>("{} belongs to a run with other options or inputs ({}); choose another folder, or --overwrite",
                        folder.root().string(),
                        first_difference(head.at("dataset"), content->head.value("dataset", Json())));
    } catch (const DataError& e) {
      fail<OutputError>("{}; --overwrite starts anew", e.what());
    }
  }
}

std::vector<JournalEntry> earlier_entries(const OutputFolder& folder, const Shard& shard, const Json& head,
                                          const RunContext& context) {
  std::optional<JournalContent> content;
  try {
    content = read_journal(folder.path(shard.file_name("journal")));
  } catch (const DataError&) {
    return {};  // check_folder_is_ours() passes it with --overwrite alone
  }
  if (!content || content->head.at("identity") != head.at("identity")) return {};
  const std::size_t recorded = content->entries.size();
  auto entries = trusted_entries(std::move(content->entries), folder.root(), context);
  if (recorded > 0) {
    context.log.info("{}: going on; {} of {} recorded items are intact", folder.root().string(), entries.size(),
                     recorded);
  }
  return entries;
}

}  // namespace csgis
