#pragma once
/// The images a benchmark is about: inputs with their ground truths, and what groups they belong to.

#include "datagen/split.h"
#include "imaging/image.h"
#include "pipelines/pairing.h"
#include "pipelines/scoring.h"

#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

struct BenchmarkItem {
  std::string id, gt_id, texture_id;  ///< texture_id is empty where unknown.
  boost::filesystem::path input, gt;
  std::optional<boost::filesystem::path> label;  ///< Classes of the ground truth's pixels.
  bool is_pair = false;                          ///< One file: ground truth left, input right.
  Split split = Split::val;                      ///< In a dataset; settings are chosen on `train`.
  std::string texture_class;                     ///< "seen" or "unseen" in training; empty where that has no meaning.
  std::string gt_group;                          ///< Where its structure comes from; empty where unknown.
  std::string gt_maker;                          ///< The method that made its ground truth; empty where unknown.
};

/// The samples of a native dataset, sorted by key; with their splits.
/// @throws DataError, NothingUsable
std::vector<BenchmarkItem> dataset_items(const boost::filesystem::path& dataset);

/// Pair images. Ground truths are told apart by their pixels: equal left halves are one. Where the names are numbers
/// that enumerate ground truths fastest, as the published script numbers them, number % count is the ground truth and
/// number / count the texture.
/// @throws NothingUsable; files that cannot be read are kept, and fail when they are scored
std::vector<BenchmarkItem> pair_items(const boost::filesystem::path& folder, std::uint64_t max_pixels);

/// Two folders.  @throws NothingUsable, UsageError; `unpaired` receives the inputs without a ground truth, with reasons
std::vector<BenchmarkItem> folder_items(const boost::filesystem::path& in, const boost::filesystem::path& gt,
                                        Pairing pairing, std::uint64_t voc_modulus, std::vector<PairedImage>& unpaired);

/// Sets gt_group from a CSV file with the columns id (of ground truths) and group.
/// @throws IoError, DataError, UsageError (an ID twice)
void read_gt_groups(const boost::filesystem::path& file, std::vector<BenchmarkItem>& items);

/// An item in memory. The hashes are of the files as they were read.
struct LoadedItem {
  ImageF input;
  Scored gt;
  std::optional<LabelMap> labels;
  std::string input_hash, gt_hash;  ///< The latter with that of the label map.
};

/// @throws DataError, IoError, LimitError; InvalidArgument if the sizes differ
LoadedItem load_item(const BenchmarkItem& item, Score score, std::uint64_t max_pixels);

}  // namespace csgis
