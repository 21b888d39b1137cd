#include "pipelines/sample_table.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/image_listing.h"

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

/// Collects the files of a table; a file that several samples share is one.
class TableFiles {
 public:
  TableFiles(fs::path root, SampleTable& table) : root_(std::move(root)), table_(table) {}

  LayerRef add(const std::string& relative, LayerKind kind, ImagePart part = ImagePart::whole) {
    const auto [known, is_new] = place_.emplace(relative, table_.files.size());
    if (is_new) table_.files.push_back({root_ / relative, kind});
    return {known->second, part};
  }

  /// SHA-256 over names and sizes, in the order of the names.
  std::string identity() const {
    std::string text;
    for (const auto& [relative, place] : place_) {
      boost::system::error_code error;
      const auto size = fs::file_size(root_ / relative, error);
      require<DataError>(!error, "{}: {}", (root_ / relative).string(), error.message());
      text += fmt::format("{} {}\n", relative, size);
    }
    return sha256_hex(text);
  }

 private:
  fs::path root_;
  SampleTable& table_;
  std::map<std::string, std::size_t> place_;
};

}  // namespace

SampleLabels declared_labels(const fs::path& folder, SampleLabels otherwise) {
  const fs::path file = folder / kDatasetFile;
  if (!fs::exists(file)) return otherwise;
  const auto bytes = read_file_bytes(file);
  try {
    const auto head = nlohmann::json::parse(bytes.begin(), bytes.end());
    const auto& options = head.contains("label_kind") ? head : head.at("options");
    if (!options.contains("label_kind") || options.at("label_kind").is_null()) return otherwise;
    return options.at("label_kind") == "instance" ? SampleLabels::instances : SampleLabels::classes;
  } catch (const nlohmann::json::exception& e) {
    fail<DataError>("{}: {}", file.string(), e.what());
  }
}

namespace {

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool has_leading_zero = text.size() > 1 && text.front() == '0';
  if (error != std::errc() || stop != end || has_leading_zero) return std::nullopt;
  return number;
}

/// The files of a folder that are not hidden, by their numbers.
std::map<std::uint64_t, std::string> numbered_files(const fs::path& folder) {
  std::map<std::uint64_t, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (file.starts_with('.')) continue;
    const auto number = number_of(image_id(entry.path()));
    require<DataError>(number && fs::is_regular_file(entry.path()) && has_image_extension(entry.path()),
                       "{}: images here are named by whole numbers; nothing else may lie beside them",
                       entry.path().string());
    const bool is_new = files.emplace(*number, file).second;
    require<DataError>(is_new, "{}: there are two images of number {}", entry.path().string(), *number);
  }
  require<NothingUsable>(!files.empty(), "--data: {} holds no images", folder.string());
  return files;
}

/// Images 0 to count - 1, no more and no fewer.
std::vector<LayerRef> images_of_keys(const fs::path& root, const std::string& folder, std::uint64_t count,
                                     LayerKind kind, TableFiles& files) {
  std::vector<LayerRef> refs;
  for (const auto& [number, file] : numbered_files(root / folder)) {
    require<DataError>(number == refs.size() && number < count,
                       "{}: {} holds the images 0 to {}, as many as edge/; {} is not next",
                       (root / folder / file).string(), folder, count - 1, number);
    refs.push_back(files.add(folder + '/' + file, kind));
  }
  require<DataError>(refs.size() == count, "{}: holds {} images, edge/ {}", (root / folder).string(), refs.size(),
                     count);
  return refs;
}

}  // namespace

LayerSet SampleTable::layers() const {
  LayerSet has{true, true, true};
  for (const std::vector<TableSample>* samples : {&train, &held_out}) {
    for (const TableSample& sample : *samples) {
      has.edge = has.edge && sample.edge;
      has.label = has.label && sample.label;
      has.over = has.over && !sample.over.empty();
    }
  }
  return has;
}

SampleTable native_table(const fs::path& folder) {
  SampleTable table;
  table.name = folder.string();
  const fs::path list = folder / kSamplesFile;
  const auto bytes = read_file_bytes(list);
  table.identity = sha256_hex(bytes);
  TableFiles files(folder, table);
  bool has_labels = false;
  for (const SampleRecord& record : read_samples(list)) {
    TableSample sample;
    sample.key = record.key;
    sample.truth = files.add(record.gt, LayerKind::colour);
    sample.input = files.add(record.blend, LayerKind::colour);
    sample.edge = files.add(record.edge, LayerKind::grey);
    if (record.label) sample.label = files.add(*record.label, LayerKind::label);
    has_labels = has_labels || record.label;
    for (const SampleNegative& over : record.over) sample.over.push_back(files.add(over.file, LayerKind::colour));
    (record.split == Split::train ? table.train : table.held_out).push_back(std::move(sample));
  }
  if (has_labels) table.labels = declared_labels(folder, SampleLabels::classes);
  require<NothingUsable>(!table.files.empty(), "--data: {} has no samples", list.string());
  return table;
}

SampleTable numbered_table(const fs::path& folder) {
  SampleTable table;
  table.name = folder.string();
  TableFiles files(folder, table);
  const std::uint64_t keys = numbered_files(folder / "edge").size();
  const auto edges = images_of_keys(folder, "edge", keys, LayerKind::grey, files);
  std::vector<LayerRef> labels, overs;
  if (fs::is_directory(folder / "seg")) labels = images_of_keys(folder, "seg", keys, LayerKind::label, files);
  if (fs::is_directory(folder / "over")) overs = images_of_keys(folder, "over", keys, LayerKind::colour, files);
  const auto add_pairs = [&](const std::string& part, std::vector<TableSample>& samples) {
    for (const auto& [number, file] : numbered_files(folder / part)) {
      const auto key = static_cast<std::size_t>(number % keys);
      TableSample sample;
      sample.key = std::to_string(number);
      sample.truth = files.add(part + '/' + file, LayerKind::colour, ImagePart::left);
      sample.input = files.add(part + '/' + file, LayerKind::colour, ImagePart::right);
      sample.edge = edges[key];
      if (!labels.empty()) sample.label = labels[key];
      if (!overs.empty()) sample.over.push_back(overs[key]);
      samples.push_back(std::move(sample));
    }
  };
  add_pairs("train", table.train);
  if (fs::is_directory(folder / "val") && !fs::is_empty(folder / "val")) add_pairs("val", table.held_out);
  if (!labels.empty()) table.labels = declared_labels(folder, SampleLabels::classes);
  table.identity = files.identity();
  return table;
}

SampleTable voc_table(const fs::path& folder) {
  SampleTable table;
  table.name = folder.string();
  table.labels = SampleLabels::classes;
  TableFiles files(folder, table);
  const fs::path splits = folder / "splits";
  const auto ids_in = [&](const char* name) {
    if (!fs::exists(splits / name)) return std::set<std::string>();
    const auto ids = read_id_list(splits / name, "--data");
    return std::set<std::string>(ids.begin(), ids.end());
  };
  const auto held_out = ids_in("val.txt"), training = ids_in("train.txt");
  std::map<std::string, std::string> label_of;
  for (const ListedImage& label : list_images(folder / "labels", "--data")) label_of[label.id] = label.file;
  for (const ListedImage& photo : list_images(folder / "photos", "--data")) {
    const bool is_held_out = held_out.contains(photo.id);
    if (!is_held_out && !training.empty() && !training.contains(photo.id)) continue;
    const auto label = label_of.find(photo.id);
    require<DataError>(label != label_of.end(), "{}: has no label map in labels/", photo.path.string());
    TableSample sample;
    sample.key = photo.id;
    sample.truth = sample.input = files.add("photos/" + photo.file, LayerKind::colour);
    sample.label = files.add("labels/" + label->second, LayerKind::label);
    (is_held_out ? table.held_out : table.train).push_back(std::move(sample));
  }
  table.identity = files.identity();
  return table;
}

}  // namespace csgis
