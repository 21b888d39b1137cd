#include "pipelines/pairing.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"

#include <charconv>
#include <map>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

struct GroundTruth {
  ListedImage image;
  std::optional<fs::path> label;
  // Of a dataset's sample:
  std::string texture_id = {};
  Split split = Split::train;
};

/// ID -> ground truth; for a dataset, sample key -> ground truth.
using GroundTruths = std::map<std::string, GroundTruth>;

GroundTruths list_gts(const fs::path& gt) {
  GroundTruths gts;
  for (ListedImage& image : list_images(gt, "--gt")) {
    std::string id = image.id;
    gts.emplace(std::move(id), GroundTruth{std::move(image), {}});
  }
  return gts;
}

GroundTruths list_dataset(const fs::path& dataset) {
  GroundTruths gts;
  for (const SampleRecord& sample : read_samples(dataset / kSamplesFile)) {
    const fs::path path = dataset / sample.gt;
    GroundTruth gt{{sample.gt_id, path.filename().string(), path}, {}, sample.texture_id, sample.split};
    if (sample.label) gt.label = dataset / *sample.label;
    gts[sample.key] = std::move(gt);
  }
  require<NothingUsable>(!gts.empty(), "--gt: {} has no samples", (dataset / kSamplesFile).string());
  return gts;
}

/// The ID that a prediction asks for; nothing where its name does not fit the rule.
std::optional<std::string> wanted_id(const ListedImage& pred, Pairing pairing, std::uint64_t voc_modulus) {
  if (pairing == Pairing::nks) return pred.id.substr(0, pred.id.find('_'));
  if (pairing != Pairing::voc) return pred.id;
  std::uint64_t number = 0;
  const char* const end = pred.file.data() + std::min(pred.file.find('.'), pred.file.size());
  const auto [stop, error] = std::from_chars(pred.file.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return std::to_string(number % voc_modulus);
}

/// Files of ground truths that nothing asked for.
std::vector<std::string> unused_files(const GroundTruths& gts, const std::set<std::string>& used) {
  std::set<std::string> used_files, files;
  for (const std::string& id : used) used_files.insert(gts.at(id).image.file);
  for (const auto& [id, truth] : gts) {
    if (!used_files.contains(truth.image.file)) files.insert(truth.image.file);
  }
  return {files.begin(), files.end()};
}

/// Keys of samples that nothing asked for, in the splits of those that something did: the results of a split should be
/// all there, those of the others need not.
std::vector<std::string> unused_samples(const GroundTruths& gts, const std::set<std::string>& used) {
  std::set<Split> splits;
  for (const std::string& key : used) splits.insert(gts.at(key).split);
  std::vector<std::string> keys;
  for (const auto& [key, truth] : gts) {
    if (!used.contains(key) && splits.contains(truth.split)) keys.push_back(key);
  }
  return keys;
}

}  // namespace

PairedFolders pair_folders(const fs::path& pred, const fs::path& gt, Pairing pairing, std::uint64_t voc_modulus,
                           std::string_view pred_option) {
  const GroundTruths gts = pairing == Pairing::dataset ? list_dataset(gt) : list_gts(gt);
  PairedFolders folders;
  std::set<std::string> used;
  for (ListedImage& image : list_images(pred, pred_option)) {
    PairedImage pair;
    const auto id = wanted_id(image, pairing, voc_modulus);
    const auto found = id ? gts.find(*id) : gts.end();
    if (!id) {
      pair.reason = "the text before the first dot is no number";
    } else if (found == gts.end()) {
      pair.reason = pairing == Pairing::dataset ? fmt::format("no sample has the key {}", *id)
                                                : fmt::format("no ground truth {}.*", *id);
    } else {
      pair.gt = found->second.image;
      pair.label = found->second.label;
      pair.texture_id = found->second.texture_id;
      used.insert(*id);
    }
    pair.pred = std::move(image);
    pair.pred.id = as_text(pair.pred.id);
    folders.pairs.push_back(std::move(pair));
  }
  folders.unmatched = pairing == Pairing::dataset ? unused_samples(gts, used) : unused_files(gts, used);
  return folders;
}

void add_labels(PairedFolders& folders, const fs::path& labels) {
  std::map<std::string, fs::path> by_id;
  for (const ListedImage& image : list_images(labels, "--labels")) by_id.emplace(image.id, image.path);
  for (PairedImage& pair : folders.pairs) {
    if (!pair.gt) continue;
    if (const auto found = by_id.find(pair.gt->id); found != by_id.end()) pair.label = found->second;
  }
}

}  // namespace csgis
