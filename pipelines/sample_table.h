#pragma once
/// What a dataset offers a training, by file, before anything is decoded.

#include "pipelines/sample_source.h"
#include "pipelines/tar_index.h"

#include <boost/filesystem/path.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

enum class LayerKind {
  colour,  ///< R,G,B.
  grey,    ///< One channel of 8 bits, as stored.
  label,   ///< Indices, never through colour.
};

enum class ImagePart { whole, left, right };

struct LayerFile {
  boost::filesystem::path path;
  LayerKind kind = LayerKind::colour;
  std::optional<TarMember> member{};  ///< Where `path` is an archive: which of its files.

  std::string name() const { return member ? path.string() + ": " + member->name : path.string(); }
};

/// An image of the table, or a half of it.
struct LayerRef {
  std::size_t file = 0;  ///< Place in SampleTable::files.
  ImagePart part = ImagePart::whole;
};

struct TableSample {
  std::string key;
  LayerRef truth, input;
  std::optional<LayerRef> edge, label;
  std::vector<LayerRef> over;
};

struct SampleTable {
  std::string name;      ///< The folder.
  std::string identity;  ///< SampleSource::identity()
  SampleLabels labels = SampleLabels::none;
  std::vector<LayerFile> files;
  std::vector<TableSample> train, held_out;

  /// The layers that every sample has.
  LayerSet layers() const;
};

/// A folder with samples.jsonl. Split `train` and all others.
/// @throws DataError, NothingUsable
SampleTable native_table(const boost::filesystem::path& folder);

/// A folder with train/ (pair images: ground truth left, input right), edge/ and, where they are there, seg/, over/ and
/// val/ (pair images): the reference layout, and what the published scripts make. Pairs are named by whole numbers;
/// number % (files in edge/) is that of the edge map, label map and over-smoothed image. Hidden files do not count; any
/// other that does not belong would shift this rule and is refused.
/// @throws DataError  a name that is no number, a gap, a missing or additional file; names it  @throws NothingUsable
SampleTable numbered_table(const boost::filesystem::path& folder);

/// WebDataset shards (*.tar) of csgis data export, with the samples in the order that they have in the native dataset.
/// An image that samples share there is one for each of them here. Reads headers and the samples' json.
/// @throws DataError  a damaged archive, a sample without json or without a file that its json names, a key twice
/// @throws NothingUsable
SampleTable webdataset_table(const boost::filesystem::path& folder);
bool has_shards(const boost::filesystem::path& folder);

/// photos/ and labels/ with the lists splits/train.txt and splits/val.txt, as csgis data import-voc makes them, for the
/// training of a segmentation: the photo is input and truth. Without a list for training: all that val.txt lacks.
/// @throws DataError, NothingUsable
SampleTable voc_table(const boost::filesystem::path& folder);

/// The kind of label maps that dataset.json names; `otherwise` where there is none or it does not say.
/// @throws DataError
SampleLabels declared_labels(const boost::filesystem::path& folder, SampleLabels otherwise);

/// Whichever of these the folder is.  @throws NothingUsable  none; DataError
SampleTable read_table(const boost::filesystem::path& folder);

}  // namespace csgis
