#include "pipelines/made_images.h"

#include "core/error.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/gt_lists.h"
#include "pipelines/hashing.h"
#include "pipelines/journal.h"

#include <boost/filesystem/operations.hpp>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;
using Makers = std::map<std::string, std::string>;

/// gt/ of a folder of `csgis gt`, by the samples.jsonl above it.
Makers chosen_candidates(const fs::path& folder) {
  Makers makers;
  if (folder.filename() != "gt" || !fs::exists(folder.parent_path() / kGtFile)) return makers;
  for (const std::string& line : read_lines(folder.parent_path() / kSamplesFile)) {
    const Json sample = Json::parse(line);
    const fs::path gt = folder.parent_path() / inner_path(sample.at("gt"));
    const std::string hash = sample.at("sha256").at(sample.at("gt").get<std::string>());
    if (fs::exists(gt) && file_digests(gt.string()).sha256 == hash)
      makers[gt.filename().string()] = sample.at("method");
  }
  return makers;
}

/// A folder of `csgis smooth`, by its journal; `prefix` is the folder's place below the journal.
Makers smoothed(const fs::path& root, const std::string& prefix) {
  Makers makers;
  const auto journal = read_journal(root / "journal.jsonl");
  if (!journal) return makers;
  const Json& options = journal->head.at("dataset").at("options");
  if (!options.contains("method") || !options.at("method").is_array()) return makers;
  const Json& methods = options.at("method");
  const bool is_alone = methods.size() == 1;
  if (is_alone != prefix.empty()) return makers;
  for (const JournalEntry& entry : journal->entries) {
    for (const FileRecord& file : entry.files) {
      if (!file.path.starts_with(prefix) || file.path.find('/', prefix.size()) != std::string::npos) continue;
      if (!mismatch(root, file).empty()) continue;
      makers[file.path.substr(prefix.size())] = methods.at(0);
    }
  }
  return makers;
}

/// The method of a sub-folder of several, by methods.json.
Makers smoothed_beside_others(const fs::path& folder) {
  const fs::path root = folder.parent_path();
  const fs::path list = root / "methods.json";
  if (!fs::exists(list)) return {};
  const std::string name = folder.filename().string();
  std::string text;
  for (const std::string& line : read_lines(list)) text += line;
  const Json methods = Json::parse(text);
  for (const Json& method : methods.at("methods")) {
    if (method.at("folder") != name) continue;
    Makers makers = smoothed(root, name + '/');
    for (auto& [file, maker] : makers) maker = method.at("method");
    return makers;
  }
  return {};
}

template <class Read>
Makers or_nothing(const Read& read) {
  try {
    return read();
  } catch (const nlohmann::json::exception&) {  // a file of that name that is none of ours
    return {};
  } catch (const Error&) {
    return {};
  } catch (const fs::filesystem_error&) {
    return {};
  }
}

}  // namespace

std::map<std::string, std::string> made_images(const fs::path& folder) {
  boost::system::error_code error;
  const fs::path whole = fs::canonical(folder, error);
  if (error) return {};
  Makers makers = or_nothing([&] { return chosen_candidates(whole); });
  if (makers.empty()) makers = or_nothing([&] { return smoothed(whole, ""); });
  if (makers.empty()) makers = or_nothing([&] { return smoothed_beside_others(whole); });
  return makers;
}

}  // namespace csgis
