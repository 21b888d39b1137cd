#pragma once
/// Where the parts of a sample lie and in what form. A new layout is one more class here.

#include "datagen/region_map.h"
#include "datagen/tone_map.h"
#include "pipelines/build_inputs.h"
#include "pipelines/build_options.h"
#include "pipelines/build_plan.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"

#include "imaging/png_writer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// The regions of a GT and the class of each, -1 where none is known.
struct SceneRegions {
  RegionMap map;
  std::vector<int> classes;
};

/// A decoded GT on its way through one thread.
struct GtWork {
  std::size_t gt = 0;
  std::shared_ptr<const Image8> pixels;  ///< As they are written: with the tone map.
  PngWriter png;
  ToneMap tone = {};  ///< What made room for textures.
  SceneRegions scene = {};
};

/// What has been written, by GT and by position of the sample; empty entries are not there yet.
struct WrittenItems {
  std::vector<JournalEntry> gts;
  std::vector<JournalEntry> samples;
};

class DatasetLayout {
 public:
  virtual ~DatasetLayout() = default;

  /// Top-level names that a dataset of this layout consists of; those that end in '/' are folders.
  virtual std::vector<std::string> parts() const = 0;
  /// Names of the journal's items.
  virtual std::string gt_item(std::size_t gt) const = 0;
  virtual std::string sample_item(std::uint64_t position) const = 0;

  /// Writes the files that the samples of one GT share. `labels` is empty for a GT without label.
  virtual JournalEntry write_gt(GtWork& work, const std::optional<LabelMaps>& labels, OutputFolder& out) const = 0;
  virtual JournalEntry write_sample(GtWork& work, std::uint64_t position, const Image8& blend,
                                    OutputFolder& out) const = 0;

  /// Where a negative goes; `position` is null for one that all samples of the GT share.
  virtual std::string negative_path(NegativeKind kind, std::size_t gt, const std::uint64_t* position,
                                    const std::string& method_name) const = 0;
  /// Whether the layout publishes the hashes of its files.
  virtual Publish publish() const = 0;

  /// Writes what closes a whole dataset (`shard` is the whole) or the list of a part.
  virtual SplitCounts write_lists(const WrittenItems& written, const Shard& shard, OutputFolder& out) const = 0;
};

/// `options`, `inputs` and `plan` must outlive the layout.
std::unique_ptr<DatasetLayout> make_layout(const BuildOptions& options, const BuildInputs& inputs,
                                           const BuildPlan& plan);

/// Lines "key,index" of map.txt for GTs in their order.
std::string map_text(const std::vector<std::string>& gt_files);

}  // namespace csgis
