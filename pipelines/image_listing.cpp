#include "pipelines/image_listing.h"

#include "core/error.h"
#include "imaging/image_file.h"

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestLine = 4096;  // file names end at 255 bytes; more is no list

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> read_list_lines(const fs::path& list, std::string_view option) {
  std::vector<std::uint8_t> bytes;
  try {
    bytes = read_file_bytes(list);
  } catch (const IoError& e) {
    fail<NothingUsable>("{}: {}", option, e.what());
  }
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    const bool is_text = line.size() <= kLongestLine &&
                         std::all_of(line.begin(), line.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
    require<UsageError>(is_text, "{}: {} is no list of names (line {} is binary or too long)", option, list.string(),
                        lines.size() + 1);
    if (!line.empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  require<NothingUsable>(!lines.empty(), "{}: {} lists no names", option, list.string());
  return lines;
}

/// The index of a map.txt line "key,index"; nothing for other lines.
std::optional<std::uint64_t> map_index(std::string_view line) {
  const std::size_t comma = line.rfind(',');
  if (comma == std::string_view::npos || comma + 1 == line.size()) return std::nullopt;
  std::uint64_t index = 0;
  const char* end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data() + comma + 1, end, index);
  if (error != std::errc() || stop != end) return std::nullopt;
  return index;
}

/// Brings the lines of a map.txt into the order of their indices and leaves the keys; other lists stay as they are.
void sort_if_map(std::vector<std::string>& lines, std::string_view option) {
  std::map<std::uint64_t, std::string> by_index;
  for (const std::string& line : lines) {
    const auto index = map_index(line);
    if (!index) return;
    const bool is_new = by_index.emplace(*index, line.substr(0, line.rfind(','))).second;
    require<UsageError>(is_new, "{}: two lines have the index {}", option, *index);
  }
  lines.clear();
  for (auto& [index, key] : by_index) lines.push_back(std::move(key));
}

std::string_view without_flag(std::string_view line) {
  const std::size_t space = line.find_last_of(" \t");
  if (space == std::string_view::npos) return line;
  const std::string_view flag = line.substr(space + 1);
  return flag == "1" || flag == "0" || flag == "-1" ? trimmed(line.substr(0, space)) : line;
}

void check_plain(const std::string& name, std::string_view option) {
  require<UsageError>(name.find('/') == std::string::npos && name != "." && name != "..",
                      "{}: '{}' must be a plain name, not a path", option, name);
}

/// Finds listed images by file name, ID or map key.
class NameIndex {
 public:
  explicit NameIndex(const std::vector<ListedImage>& images) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      for (const std::string& name : std::set{images[i].file, images[i].id, map_key(images[i].file)}) {
        found_[name].push_back(i);
      }
      exact_[images[i].file] = i;
      exact_.emplace(images[i].id, i);
    }
  }

  std::optional<std::size_t> find(const std::string& name, std::string_view option) const {
    if (const auto exact = exact_.find(name); exact != exact_.end()) return exact->second;
    const auto entry = found_.find(name);
    if (entry == found_.end()) return std::nullopt;
    require<UsageError>(entry->second.size() == 1, "{}: '{}' fits more than one image", option, name);
    return entry->second.front();
  }

 private:
  std::map<std::string, std::size_t> exact_;
  std::map<std::string, std::vector<std::size_t>> found_;
};

}  // namespace

std::string map_key(std::string_view file) {
  return std::string(file.substr(0, file.find('.')));
}

std::vector<ListedImage> list_images(const fs::path& folder, std::string_view option) {
  boost::system::error_code error;
  fs::directory_iterator entries(folder, error);
  require<NothingUsable>(!error, "{}: cannot read the folder {}: {}", option, folder.string(), error.message());
  std::vector<ListedImage> images;
  for (const fs::directory_entry& entry : entries) {
    const fs::path& path = entry.path();
    const std::string file = path.filename().string();
    if (file.starts_with('.') || !has_image_extension(path) || fs::is_directory(path, error)) continue;
    images.push_back({image_id(path), file, path});
  }
  require<NothingUsable>(!images.empty(), "{}: no image in {}", option, folder.string());
  std::sort(images.begin(), images.end(), [](const auto& a, const auto& b) { return a.file < b.file; });

  std::map<std::string, std::string> file_of_id;
  for (const ListedImage& image : images) {
    const auto [entry, is_new] = file_of_id.emplace(image.id, image.file);
    require<UsageError>(is_new, "{}: {} and {} have the same ID '{}'", option, entry->second, image.file, image.id);
  }
  return images;
}

void check_name(const std::string& file) {
  const bool printable = std::none_of(file.begin(), file.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  require<DataError>(printable, "its name holds a control character");
  require<DataError>(is_utf8(file), "its name is not valid UTF-8");
}

std::string as_text(const std::string& name) {
  if (is_utf8(name)) return name;
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 0x80 ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return text;
}

std::vector<std::string> read_id_list(const fs::path& list, std::string_view option) {
  std::vector<std::string> ids;
  std::set<std::string> known;
  for (const std::string& line : read_list_lines(list, option)) {
    std::string id(without_flag(line));
    check_plain(id, option);
    require<UsageError>(known.insert(id).second, "{}: '{}' is listed twice", option, id);
    ids.push_back(std::move(id));
  }
  return ids;
}

std::vector<ListedImage> order_by_list(std::vector<ListedImage> images, const fs::path& list, std::string_view option) {
  std::vector<std::string> lines = read_list_lines(list, option);
  const NameIndex index(images);
  // A list of plain names may end in ",7" by chance; it is a map only if its lines name nothing as they stand.
  if (!index.find(lines.front(), option)) sort_if_map(lines, option);
  std::vector<ListedImage> ordered;
  std::vector<bool> used(images.size(), false);
  for (const std::string& line : lines) {
    check_plain(line, option);
    auto found = index.find(line, option);
    if (!found) found = index.find(std::string(without_flag(line)), option);
    require<UsageError>(found.has_value(), "{}: '{}' names no image of the folder", option, line);
    require<UsageError>(!used[*found], "{}: '{}' is listed twice", option, line);
    used[*found] = true;
    ordered.push_back(std::move(images[*found]));
  }
  return ordered;
}

}  // namespace csgis
