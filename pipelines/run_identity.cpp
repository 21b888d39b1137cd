#include "pipelines/run_identity.h"

#include "core/error.h"

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

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

/// Refuses a folder that holds such files but no journal that says whose they are.
void refuse_foreign_files(const OutputFolder& folder, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    const fs::path path = folder.path(part.ends_with('/') ? part.substr(0, part.size() - 1) : part);
    boost::system::error_code error;
    const bool is_empty_folder = fs::is_directory(path, error) && fs::is_empty(path, error);
    require<OutputError>(!fs::exists(path, error) || is_empty_folder,
                         "{} holds {} but no journal of a run; choose another folder, or --overwrite to replace what "
                         "this run writes",
                         folder.root().string(), part);
  }
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

std::vector<JournalEntry> earlier_entries(const OutputFolder& folder, const Shard& shard, const Json& head,
                                          const std::vector<std::string>& parts, const RunContext& context) {
  const std::vector<fs::path> journals = journals_in(folder.root());
  const bool overwrite = context.options.overwrite;
  if (journals.empty() && !overwrite) refuse_foreign_files(folder, parts);
  std::vector<JournalEntry> entries;
  for (const fs::path& path : journals) {
    std::optional<JournalContent> content;
    try {
      content = read_journal(path);
    } catch (const DataError& e) {
      if (!overwrite) fail<OutputError>("{}; --overwrite starts anew", e.what());
    }
    if (!content) continue;
    const bool same = content->head["identity"] == head["identity"];
    require<OutputError>(same || overwrite,
                         "{} belongs to a run with other options or inputs ({}); choose another folder, or "
                         "--overwrite",
                         folder.root().string(), first_difference(head["dataset"], content->head["dataset"]));
    if (same && path.filename() == shard.file_name("journal")) entries = std::move(content->entries);
  }
  if (entries.empty()) return entries;
  const std::size_t recorded = entries.size();
  entries = trusted_entries(std::move(entries), folder.root(), context);
  context.log.info("{}: going on; {} of {} recorded items are intact", folder.root().string(), entries.size(),
                   recorded);
  return entries;
}

}  // namespace csgis
