#pragma once
/// Where training samples come from: a dataset folder, a packed file, or scenes and textures that are drawn as they are
/// needed.

#include "core/options.h"
#include "core/run_context.h"
#include "model/image_plane.h"

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace csgis {

/// Layers of a sample besides its input and its truth.
struct LayerSet {
  bool edge = false, label = false, over = false;
  friend bool operator==(const LayerSet&, const LayerSet&) = default;
};

enum class SampleLabels { none, classes, instances };
constexpr std::array<EnumName<SampleLabels>, 3> enum_names(SampleLabels) {
  return {{{SampleLabels::none, "none"}, {SampleLabels::classes, "class"}, {SampleLabels::instances, "instance"}}};
}

/// Who augments training samples.
enum class Augmentation {
  automatic,  ///< none for synth, which never repeats itself, else exact.
  exact,      ///< The stream, byte for byte as defined.
  device,     ///< The trainer; batches hold crops and what was drawn for them.
  none,       ///< Nobody: crops alone.
};
constexpr std::array<EnumName<Augmentation>, 4> enum_names(Augmentation) {
  return {{{Augmentation::automatic, "auto"},
           {Augmentation::exact, "exact"},
           {Augmentation::device, "device"},
           {Augmentation::none, "none"}}};
}

/// Which of the published ways of augmenting is followed (and corrected, as the recipe says).
enum class AugmentationStyle {
  four_folders,  ///< Crop, flip, rotation by nearest neighbours, jitter in any order. R,G,B.
  edge_set,      ///< Crops of varied size brought to the patch, bilinear rotation, jitter in fixed order.
};
constexpr std::array<EnumName<AugmentationStyle>, 2> enum_names(AugmentationStyle) {
  return {{{AugmentationStyle::four_folders, "four-folders"}, {AugmentationStyle::edge_set, "edge-set"}}};
}

enum class ValidationForm { crops, whole };
constexpr std::array<EnumName<ValidationForm>, 2> enum_names(ValidationForm) {
  return {{{ValidationForm::crops, "crops"}, {ValidationForm::whole, "whole"}}};
}

struct SampleOptions {
  std::string data;  ///< A dataset folder of any layout, a packed file, or kSynthData.
  int patch = 128;   ///< Side of training crops.
  int batch = 8;     ///< Per process.
  Augmentation augment = Augmentation::automatic;
  AugmentationStyle style = AugmentationStyle::four_folders;
  ValidationForm validation = ValidationForm::crops;
  int val_crop = 0;  ///< 0: the patch.
  int val_batch = 2;
  int cache_mib = 512;
  int synth_epoch = 8000;
  int synth_val = 64;
};

/// What `data` is when nothing is read.
inline constexpr const char* kSynthData = "synth";

template <class V>
void describe(V& v, SampleOptions& o) {
  v("data", o.data, any_value("DIR|FILE|synth").location().required(),
    "a dataset (native, reference, WebDataset shards or the published scripts' folders), a file of csgis data pack, or "
    "synth: drawn on the fly");
  v("patch", o.patch, between(16, 1024), "side of training crops in pixels");
  v("batch", o.batch, between(1, 4096), "samples in a batch");
  v("augment", o.augment, any_value(),
    "who augments: the data path byte-exactly, the device that trains, or nobody (auto: exact, for synth none)");
  v("augment-style", o.style, any_value(), "which published augmentation");
  v("validation", o.validation, any_value(), "central crops, or whole images");
  v("val-crop", o.val_crop, between(0, 4096), "side of validation crops in pixels; 0: that of training");
  v("val-batch", o.val_batch, between(1, 4096), "samples in a batch of validation");
  v("cache", o.cache_mib, between(0, 1 << 20).execution(), "MiB of decoded images that are kept");
  v("synth-epoch", o.synth_epoch, between(1, 1e9), "synth: samples that count as an epoch");
  v("synth-val", o.synth_val, between(1, 1e6), "synth: samples for validation, always the same");
}

inline int validation_side(const SampleOptions& o) {
  return o.val_crop > 0 ? o.val_crop : o.patch;
}

/// A sample in memory, whole or (of synth) of the size asked for. Planes are R, G, B. Valid while `owners` live.
struct SampleLayers {
  std::array<ImagePlane, 3> input, truth, over;  ///< over: without data where not asked for.
  ImagePlane edge, label;                        ///< The same.
  std::array<std::shared_ptr<const void>, 5> owners;
};

/// Samples by split and number. Const functions may be called from any number of threads.
class SampleSource {
 public:
  virtual ~SampleSource() = default;

  virtual std::string name() const = 0;  ///< For messages.
  /// SHA-256 of what decides the samples: a resumed training compares it. Of a native dataset that of samples.jsonl
  /// (which holds the hashes of all files); of shards that of the samples' json, which are such lines; of numbered
  /// folders of names and sizes of the files; of a packed file that of the set it was made from; of synth that of its
  /// options.
  virtual std::string identity() const = 0;
  virtual LayerSet layers() const = 0;
  virtual SampleLabels label_kind() const = 0;
  /// Samples of `train`, or of all other splits together.
  virtual std::uint64_t size(bool is_training) const = 0;
  virtual std::string key(bool is_training, std::uint64_t number) const = 0;
  /// truth_hash() of each ground truth of that part (seen_truths.h), for the record of what was trained on. Ground
  /// truths that cannot be read are left out; empty where none is a file.
  /// Cost: decodes each once.
  virtual std::set<std::string> truth_hashes(bool /*is_training*/, const RunContext& /*context*/) const { return {}; }
  /// Whether samples differ from epoch to epoch by themselves, so that an order need not be drawn.
  virtual bool is_endless() const { return false; }

  /// @param epoch   chooses among several over-smoothed images; synth draws other samples in each
  /// @param needed  layers to read; must be there
  /// @throws DataError, IoError  naming the file
  virtual SampleLayers load(bool is_training, std::uint64_t epoch, std::uint64_t number,
                            const LayerSet& needed) const = 0;
};

/// Opens what options.data names. Folders are told apart by what lies in them: samples.jsonl (native), train/ and edge/
/// (reference, published), photos/ and labels/ (imported VOC) or *.tar (WebDataset). Files are decoded when they are
/// used first.
/// @param seed  of synth
/// @throws NothingUsable  no such folder or file, or no sample in it  @throws DataError  damaged lists
std::shared_ptr<const SampleSource> open_samples(const SampleOptions& options, std::uint64_t seed);

}  // namespace csgis
