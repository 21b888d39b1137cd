#include "pipelines/import_voc.h"

#include "core/error.h"
#include "imaging/decode.h"
#include "imaging/image_file.h"
#include "imaging/label_map.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/image_listing.h"
#include "pipelines/item_errors.h"
#include "pipelines/output_folder.h"
#include "pipelines/parallel_items.h"
#include "pipelines/scoring.h"
#include "pipelines/unpack.h"

#include <boost/filesystem/operations.hpp>

#include <map>
#include <optional>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr const char* kLists = "ImageSets/Segmentation";
constexpr const char* kUnpacked = ".csgis-voc";

/// The folder with JPEGImages: `source` itself, or below VOCdevkit, of the latest year.
fs::path kit_in(const fs::path& source) {
  boost::system::error_code ignored;
  std::set<fs::path> found;
  for (const fs::path& base : {source, source / "VOCdevkit", source / "TrainVal/VOCdevkit"}) {
    if (fs::is_directory(base / "JPEGImages", ignored)) found.insert(base);
    fs::directory_iterator entries(base, ignored);
    if (ignored) continue;
    for (const fs::directory_entry& entry : entries) {
      if (fs::is_directory(entry.path() / "JPEGImages", ignored)) found.insert(entry.path());
    }
  }
  require<NothingUsable>(!found.empty(), "{}: no VOC development kit (a folder with JPEGImages) in it",
                         source.string());
  return *found.rbegin();
}

class ImportVoc {
 public:
  ImportVoc(const fs::path& source, const ImportVocOptions& options, const RunContext& context)
      : options_(options), context_(context), folder_(options.out, Shard{}, context.log), kit_(kit_of(source)) {}

  ~ImportVoc() {
    boost::system::error_code ignored;
    fs::remove_all(folder_.path(kUnpacked), ignored);
  }
  ImportVoc(const ImportVoc&) = delete;
  ImportVoc& operator=(const ImportVoc&) = delete;

  ImportVocReport run() {
    read_lists();
    std::vector<std::string> ids(all_.begin(), all_.end());
    for (const char* part : {"photos", "labels", "splits"}) folder_.make_folder(part);
    std::vector<char> good(ids.size(), 0);
    {
      ProgressTask progress(context_.progress, "importing", ids.size());
      for_each_item(ids.size(), context_, [&](std::size_t i) {
        good[i] = import(ids[i]) ? 1 : 0;
        progress.advance();
      });
    }
    ImportVocReport report;
    std::set<std::string> imported;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (good[i] != 0) imported.insert(ids[i]);
    }
    const auto errors = errors_.sorted();
    if (imported.empty()) {
      const ItemError& first = errors.front();
      fail<NothingUsable>("none of the {} images can be used; the first: {}: {}", ids.size(), first.file, first.reason);
    }
    for (const auto& [name, list] : lists_) {
      std::string text;
      for (const std::string& id : list) {
        if (imported.contains(id)) text += id + '\n';
      }
      folder_.write_synced(fmt::format("splits/{}.txt", name), text);
      report.sets.push_back(name);
    }
    write_errors(folder_, kErrorsFile, errors);
    report.images = imported.size();
    report.errors = errors.size();
    return report;
  }

 private:
  fs::path kit_of(const fs::path& source) {
    boost::system::error_code ignored;
    if (!fs::is_regular_file(source, ignored)) return kit_in(source);
    fs::remove_all(folder_.path(kUnpacked), ignored);  // of a run that was killed
    folder_.make_folder(kUnpacked);
    unpack(source, folder_.path(kUnpacked), false, {}, context_);
    return kit_in(folder_.path(kUnpacked));
  }

  void read_lists() {
    if (!options_.list.empty()) {
      add_list(fs::path(options_.list).stem().string(), options_.list, "--list");
    } else {
      for (const std::string& name : split_list(options_.sets)) {
        require<UsageError>(!name.empty() && name.find('/') == std::string::npos, "--sets: '{}' is no name of a list",
                            name);
        add_list(name, kit_ / kLists / (name + ".txt"), "--sets");
      }
    }
  }

  void add_list(const std::string& name, const fs::path& file, const char* option) {
    std::vector<std::string> ids = read_id_list(file, option);
    all_.insert(ids.begin(), ids.end());
    const bool is_new = lists_.emplace(name, std::move(ids)).second;
    require<UsageError>(is_new, "{}: '{}' is given twice", option, name);
  }

  bool import(const std::string& id) {
    const bool is_class = options_.labels == VocLabels::classes;
    const fs::path photo = kit_ / "JPEGImages" / (id + ".jpg");
    const fs::path label = kit_ / (is_class ? "SegmentationClass" : "SegmentationObject") / (id + ".png");
    std::vector<std::uint8_t> photo_bytes, label_bytes;
    Size size;
    const bool is_good = errors_.try_item(id, photo, "photo", [&] {
      check_name(id);
      photo_bytes = read_file_bytes(photo);
      size = decode_image(photo_bytes, {options_.max_pixels}).size();
    }) && errors_.try_item(id, label, "label", [&] {
      label_bytes = read_file_bytes(label);
      const LabelMap map = decode_label_map(label_bytes, {options_.max_pixels});
      require<DataError>(map.size() == size, "{}x{}, its photo {}x{}", map.height(), map.width(), size.height,
                         size.width);
      const auto foreign = is_class ? first_value_beyond_classes(map) : std::nullopt;
      require<DataError>(!foreign, "holds {}, which is neither a class nor void", foreign ? int{*foreign} : 0);
    });
    if (!is_good) return false;
    place(photo_bytes, "photos/" + id + ".jpg");
    place(label_bytes, "labels/" + id + ".png");
    return true;
  }

  /// A file of an earlier run stays; another one of that name is only replaced if asked for.
  void place(const std::vector<std::uint8_t>& bytes, const std::string& relative) {
    boost::system::error_code ignored;
    const fs::path to = folder_.path(relative);
    if (fs::exists(to, ignored)) {
      if (read_file_bytes(to) == bytes) return;
      require<OutputError>(context_.options.overwrite, "{} exists and differs; --overwrite replaces it", to.string());
    }
    folder_.write(relative, bytes);
  }

  const ImportVocOptions& options_;
  const RunContext& context_;
  OutputFolder folder_;
  fs::path kit_;
  std::map<std::string, std::vector<std::string>> lists_;
  std::set<std::string> all_;
  ItemErrors errors_;
};

}  // namespace

ImportVocReport import_voc(const std::string& source, const ImportVocOptions& options, const RunContext& context) {
  validate(options);
  return ImportVoc(source, options, context).run();
}

}  // namespace csgis
