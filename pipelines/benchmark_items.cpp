#include "pipelines/benchmark_items.h"

#include "core/error.h"
#include "datagen/csv.h"
#include "imaging/convert.h"
#include "imaging/crop.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/made_images.h"

#include <boost/filesystem/operations.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Of the left half's pixels; the file's name where it cannot be read.
std::string gt_identity(const fs::path& pair, std::uint64_t max_pixels) {
  try {
    const Image8 gt = half_of(read_colour8(pair, {max_pixels}), Half::left);
    return fmt::format("{}x{} {}", gt.height(), gt.width(), xxh128_hex(gt.samples()));
  } catch (const Error&) {
    return pair.filename().string();
  }
}

/// KEY and texture of the published numbering, if in every item number % count names its ground truth.
void number_groups(std::vector<BenchmarkItem>& items, std::size_t count) {
  std::map<std::uint64_t, std::string> gt_of_rest;
  for (const BenchmarkItem& item : items) {
    const auto number = number_in(item.id);
    if (!number) return;
    const auto [known, is_new] = gt_of_rest.emplace(*number % count, item.gt_id);
    if (!is_new && known->second != item.gt_id) return;
  }
  for (BenchmarkItem& item : items) {
    const std::uint64_t number = *number_in(item.id);
    item.gt_id = std::to_string(number % count);
    item.texture_id = std::to_string(number / count);
  }
}

struct HashedImage {
  ImageF image;
  std::string hash;
};

HashedImage read_hashed(const fs::path& path, std::uint64_t max_pixels) {
  const auto bytes = read_file_bytes(path);
  return {to_float(decode_image(bytes, {max_pixels})), xxh128_hex(bytes)};
}

/// The item is named by its input, so what is wrong with the other file has to say so.
HashedImage read_gt(const fs::path& path, std::uint64_t max_pixels) {
  try {
    return read_hashed(path, max_pixels);
  } catch (const DataError& e) {
    fail<DataError>("ground truth {}: {}", path.filename().string(), e.what());
  }
}

/// The method that made each ground truth, in the order of dataset.json, as far as it is recorded; with the file's ID.
std::vector<std::pair<std::string, std::string>> recorded_makers(const fs::path& dataset) {
  std::vector<std::pair<std::string, std::string>> makers;
  const fs::path file = dataset / kDatasetFile;
  boost::system::error_code ignored;
  if (!fs::exists(file, ignored)) return makers;
  const auto bytes = read_file_bytes(file);
  try {
    const auto head = nlohmann::json::parse(bytes.begin(), bytes.end());
    for (const auto& gt : head.at("inputs").at("gt")) {
      makers.emplace_back(image_id(gt.at("file").get<std::string>()), gt.value("made_by", ""));
    }
  } catch (const nlohmann::json::exception& e) {
    fail<DataError>("{}: {}", file.string(), e.what());
  }
  return makers;
}

/// Where some ground truths are smoothed photos, the makers are groups, until --groups says otherwise.
void group_by_maker(std::vector<BenchmarkItem>& items) {
  if (std::ranges::all_of(items, &std::string::empty, &BenchmarkItem::gt_maker)) return;
  for (BenchmarkItem& item : items) {
    item.gt_group =
        item.gt_maker.empty() ? "not recorded" : "smoothed by " + item.gt_maker.substr(0, item.gt_maker.find(':'));
  }
}

}  // namespace

std::vector<BenchmarkItem> dataset_items(const fs::path& dataset) {
  std::vector<BenchmarkItem> items;
  std::set<std::string> training_textures;
  const std::vector<SampleRecord> samples = read_samples(dataset / kSamplesFile);
  require<NothingUsable>(!samples.empty(), "--data: {} has no samples", (dataset / kSamplesFile).string());
  for (const SampleRecord& sample : samples) {
    if (sample.split == Split::train) training_textures.insert(sample.texture_id);
  }
  const auto recorded = recorded_makers(dataset);
  const std::map<std::string, std::string> makers(recorded.begin(), recorded.end());
  for (const SampleRecord& sample : samples) {
    BenchmarkItem& item = items.emplace_back();
    item.id = sample.key;
    item.gt_id = sample.gt_id;
    item.texture_id = sample.texture_id;
    item.input = dataset / sample.blend;
    item.gt = dataset / sample.gt;
    if (sample.label) item.label = dataset / *sample.label;
    item.split = sample.split;
    item.texture_class = training_textures.contains(sample.texture_id) ? "seen" : "unseen";
    const auto maker = makers.find(item.gt_id);
    if (maker != makers.end()) item.gt_maker = maker->second;
  }
  group_by_maker(items);
  return items;
}

std::vector<BenchmarkItem> pair_items(const fs::path& folder, std::uint64_t max_pixels) {
  std::vector<BenchmarkItem> items;
  std::map<std::string, std::string> first_of;  // identity -> ID of the first pair with it
  for (const ListedImage& image : list_images(folder, "--pairs")) {
    BenchmarkItem& item = items.emplace_back();
    item.id = as_text(image.id);
    item.input = item.gt = image.path;
    item.is_pair = true;
    item.gt_id = first_of.emplace(gt_identity(image.path, max_pixels), item.id).first->second;
  }
  number_groups(items, first_of.size());
  const auto makers = recorded_makers(fs::absolute(folder).lexically_normal().parent_path());
  for (BenchmarkItem& item : items) {
    const auto key = number_in(item.gt_id);
    if (makers.size() == first_of.size() && key && *key < makers.size()) item.gt_maker = makers[*key].second;
  }
  group_by_maker(items);
  return items;
}

std::vector<BenchmarkItem> folder_items(const fs::path& in, const fs::path& gt, Pairing pairing,
                                        std::uint64_t voc_modulus, std::vector<PairedImage>& unpaired) {
  std::vector<BenchmarkItem> items;
  const auto makers = made_images(gt);
  for (PairedImage& pair : pair_folders(in, gt, pairing, voc_modulus, "--in").pairs) {
    if (!pair.gt) {
      unpaired.push_back(std::move(pair));
      continue;
    }
    BenchmarkItem& item = items.emplace_back();
    item.id = pair.pred.id;
    item.gt_id = as_text(pair.gt->id);
    item.texture_id = pair.texture_id;
    // "S15_T1" of the ground truth "S15" has the texture "T1".
    if (pairing == Pairing::nks && item.id.size() > item.gt_id.size()) {
      item.texture_id = item.id.substr(item.gt_id.size() + 1);
    }
    item.input = pair.pred.path;
    item.gt = pair.gt->path;
    const auto maker = makers.find(pair.gt->file);
    if (maker != makers.end()) item.gt_maker = maker->second;
  }
  group_by_maker(items);
  require<NothingUsable>(!items.empty(), "--in: no image of {} has a ground truth in {}", in.string(), gt.string());
  return items;
}

void read_gt_groups(const fs::path& file, std::vector<BenchmarkItem>& items) {
  const std::vector<std::uint8_t> bytes = read_file_bytes(file);
  const CsvTable table(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), file.string());
  const std::size_t id = table.column("id"), group = table.column("group");
  std::map<std::string, std::string> group_of;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool is_new = group_of.emplace(table.at(row, id), table.at(row, group)).second;
    require<UsageError>(is_new, "--groups: '{}' is listed twice", table.at(row, id));
  }
  for (BenchmarkItem& item : items) {
    const auto known = group_of.find(item.gt_id);
    if (known != group_of.end()) item.gt_group = known->second;
  }
}

LoadedItem load_item(const BenchmarkItem& item, Score score, std::uint64_t max_pixels) {
  HashedImage input = read_hashed(item.input, max_pixels), gt;
  if (item.is_pair) {
    gt = {half_of(input.image, Half::left), input.hash};
    input.image = half_of(input.image, Half::right);
  } else {
    gt = read_gt(item.gt, max_pixels);
  }
  require<InvalidArgument>(gt.image.size() == input.image.size(), "input of {}x{}, ground truth of {}x{}",
                           input.image.height(), input.image.width(), gt.image.height(), gt.image.width());
  LoadedItem loaded{std::move(input.image), as_scored(gt.image, score), {}, std::move(input.hash), std::move(gt.hash)};
  if (item.label) {
    const auto bytes = read_file_bytes(*item.label);
    loaded.labels = decode_label_map(bytes, {max_pixels});
    loaded.gt_hash += ' ' + xxh128_hex(bytes);
    require<InvalidArgument>(loaded.labels->size() == loaded.input.size(), "its label map has another size");
  }
  return loaded;
}

}  // namespace csgis
