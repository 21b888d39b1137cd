#pragma once
/// Which ground truth a result belongs to.

#include "core/enum_names.h"
#include "pipelines/image_listing.h"

#include <array>
#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

enum class Pairing {
  name,     ///< The same ID: the file name without its extension.
  nks,      ///< The ID of the ground truth is the text before the first underscore ("S15_T1.png" belongs to "S15").
  voc,      ///< The number before the first dot, modulo a modulus ("163.png" belongs to "13" with 150).
  dataset,  ///< The ID is a sample's key; samples.jsonl of the dataset names the ground truth.
  multi,    ///< Several ground truths ID_1, ID_2, ...: pipelines/several_gts.h.
};
constexpr std::array<EnumName<Pairing>, 5> enum_names(Pairing) {
  return {{{Pairing::name, "name"},
           {Pairing::nks, "nks"},
           {Pairing::voc, "voc"},
           {Pairing::dataset, "dataset"},
           {Pairing::multi, "multi"}}};
}

struct WeightedImage {
  ListedImage image;
  double weight = 1;
};

struct PairedImage {
  ListedImage pred;
  std::optional<ListedImage> gt;
  std::vector<WeightedImage> gts;                ///< With Pairing::multi, instead of gt.
  std::optional<boost::filesystem::path> label;  ///< The label map of the ground truth, if there is one.
  std::string reason;                            ///< Why there is no ground truth.
  std::string texture_id;                        ///< With Pairing::dataset.
};

struct PairedFolders {
  std::vector<PairedImage> pairs;      ///< One per prediction, sorted by file name.
  /// File names of ground truths that no prediction belongs to, sorted; with Pairing::dataset keys of samples, of the
  /// splits that predictions belong to.
  std::vector<std::string> unmatched;
};

/// Pairs the images of a folder with ground truths of any image extension: every Pairing but multi. Label maps are
/// those of a dataset's samples.
/// @param gt  a folder of images; for Pairing::dataset the folder of a native dataset.
/// @param pred_option  the option that named the first folder, for messages.
/// @throws NothingUsable  a folder without images, a dataset without samples.  @throws UsageError  two files of one ID.
PairedFolders pair_folders(const boost::filesystem::path& pred, const boost::filesystem::path& gt, Pairing pairing,
                           std::uint64_t voc_modulus, std::string_view pred_option = "--pred");

/// Gives each pair that has a ground truth the label map of the ground truth's ID, where the folder has one.
/// @throws NothingUsable, UsageError  as above
void add_labels(PairedFolders& folders, const boost::filesystem::path& labels);

}  // namespace csgis
