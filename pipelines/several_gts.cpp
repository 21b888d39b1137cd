#include "pipelines/several_gts.h"

#include "core/error.h"
#include "imaging/image_file.h"

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <charconv>
#include <cmath>
#include <map>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr std::size_t kMostBytes = 16 << 20, kMostGts = 1000;

/// Ground truths of an image by their number.
using Numbered = std::map<std::size_t, ListedImage>;

struct Groups {
  std::map<std::string, Numbered> images;
  std::vector<std::string> others;  ///< File names that have no number.
};

Groups group(const fs::path& folder) {
  Groups groups;
  for (ListedImage& image : list_images(folder, "--gt")) {
    const std::size_t cut = image.id.rfind('_');
    std::size_t number = 0;
    bool good = cut != std::string::npos && cut > 0;
    if (good) {
      const char* const end = image.id.data() + image.id.size();
      const auto [stop, error] = std::from_chars(image.id.data() + cut + 1, end, number);
      good = error == std::errc() && stop == end && number >= 1 && number <= kMostGts;
    }
    const std::string id = image.id.substr(0, good ? cut : 0), file = image.file;
    if (!good || !groups.images[id].emplace(number, std::move(image)).second) groups.others.push_back(file);
  }
  return groups;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The weights of each image.
class WeightTable {
 public:
  WeightTable(const fs::path& path, const std::map<std::string, Numbered>& images) : path_(path.string()) {
    const std::vector<std::string> lines = lines_of(path);
    std::vector<std::string> head = split(lines.front(), '\t');
    const bool named = head.front() == "image";
    const bool has_head = named || std::ranges::any_of(head, [](const auto& field) { return !number_in(field); });
    columns_ = head.size() - (named ? 1 : 0);
    check(columns_ >= 1 && columns_ <= kMostGts, 1, "has no column of weights, or too many");
    auto image = images.begin();
    for (std::size_t i = has_head ? 1 : 0; i < lines.size(); ++i) {
      std::vector<std::string> fields = split(lines[i], '\t');
      check(fields.size() == head.size(), i + 1, fmt::format("has {} fields, not {}", fields.size(), head.size()));
      std::string id;
      if (named) {
        id = fields.front();
        fields.erase(fields.begin());
      } else {
        check(image != images.end(), i + 1, fmt::format("there are ground truths of {} images only", images.size()));
        id = (image++)->first;
      }
      check(weights_.emplace(id, numbers(fields, i + 1)).second, i + 1, fmt::format("names {} again", id));
    }
    require<NothingUsable>(named || image == images.end(), "--gt-weights: {} has {} lines of weights for {} images",
                           path_, weights_.size(), images.size());
  }

  std::size_t columns() const { return columns_; }

  /// Null without a line.
  const std::vector<double>* of(const std::string& id) const {
    const auto found = weights_.find(id);
    return found == weights_.end() ? nullptr : &found->second;
  }

 private:
  void check(bool good, std::size_t line, const std::string& what) const {
    require<NothingUsable>(good, "--gt-weights: {}, line {}: {}", path_, line, what);
  }

  std::vector<std::string> lines_of(const fs::path& path) const {
    boost::system::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    require<NothingUsable>(error || size <= kMostBytes, "--gt-weights: {} is larger than 16 MiB", path_);
    const std::vector<std::uint8_t> bytes = read_file_bytes(path);
    std::vector<std::string> lines = split(std::string(bytes.begin(), bytes.end()), '\n');
    for (std::string& line : lines) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    require<NothingUsable>(!lines.empty(), "--gt-weights: {} is empty", path_);
    return lines;
  }

  std::vector<double> numbers(const std::vector<std::string>& fields, std::size_t line) const {
    std::vector<double> out;
    for (const std::string& field : fields) {
      const std::optional<double> value = number_in(field);
      check(value && std::isfinite(*value) && *value >= 0, line,
            fmt::format("'{}' is no weight: a number from 0 up", field.substr(0, 40)));
      out.push_back(*value);
    }
    return out;
  }

  std::string path_;
  std::size_t columns_ = 0;
  std::map<std::string, std::vector<double>> weights_;
};

/// Gives the pair its ground truths; says why not.
std::string fill(PairedImage& pair, const Groups& groups, std::size_t count, const WeightTable* table) {
  const auto found = groups.images.find(pair.pred.id);
  if (found == groups.images.end())
    return fmt::format("no ground truths {}_1.*, {}_2.*, ...", pair.pred.id, pair.pred.id);
  const Numbered& gts = found->second;
  if (gts.size() != count) return fmt::format("{} ground truths, where {} are expected", gts.size(), count);
  if (gts.rbegin()->first != count) return fmt::format("its ground truths are not numbered from 1 to {}", count);
  const std::vector<double>* const weights = table != nullptr ? table->of(pair.pred.id) : nullptr;
  if (table != nullptr && weights == nullptr) return "--gt-weights has no line for it";
  for (const auto& [number, image] : gts) {
    pair.gts.push_back({image, weights != nullptr ? (*weights)[number - 1] : 1.0 / static_cast<double>(count)});
  }
  return {};
}

}  // namespace

PairedFolders pair_several(const fs::path& pred, const fs::path& gt, const fs::path& weights) {
  const Groups groups = group(gt);
  require<NothingUsable>(!groups.images.empty(), "--gt: no image in {} is named NAME_NUMBER", gt.string());
  std::optional<WeightTable> table;
  if (!weights.empty()) table.emplace(weights, groups.images);
  std::size_t count = 0;
  for (const auto& [id, gts] : groups.images) count = std::max(count, gts.size());
  if (table) count = table->columns();
  PairedFolders folders;
  std::map<std::string, bool> used;
  for (ListedImage& image : list_images(pred, "--pred")) {
    PairedImage pair;
    pair.pred = std::move(image);
    pair.reason = fill(pair, groups, count, table ? &*table : nullptr);
    used[pair.pred.id] = true;
    pair.pred.id = as_text(pair.pred.id);
    folders.pairs.push_back(std::move(pair));
  }
  folders.unmatched = groups.others;
  for (const auto& [id, gts] : groups.images) {
    if (used.contains(id)) continue;
    for (const auto& [number, image] : gts) folders.unmatched.push_back(image.file);
  }
  std::ranges::sort(folders.unmatched);
  return folders;
}

}  // namespace csgis
