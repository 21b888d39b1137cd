#pragma once
/// Options of `csgis build`.

#include "core/options.h"
#include "datagen/blend.h"
#include "datagen/edge_map.h"
#include "datagen/split.h"
#include "pipelines/blend_options.h"
#include "pipelines/negative_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace csgis {

enum class Layout {
  native,     ///< samples.jsonl and one file per part of a sample.
  reference,  ///< What the published scripts make.
  webdataset  ///< Tar shards of the native samples; see pipelines/export.h.
};
constexpr std::array<EnumName<Layout>, 3> enum_names(Layout) {
  return {{{Layout::native, "native"}, {Layout::reference, "reference"}, {Layout::webdataset, "webdataset"}}};
}

enum class LabelKind { classes, instance };
constexpr std::array<EnumName<LabelKind>, 2> enum_names(LabelKind) {
  return {{{LabelKind::classes, "class"}, {LabelKind::instance, "instance"}}};
}

enum class MissingLabel {
  refuse,    ///< Reference layout: a usage error. Native layout: the label is null.
  void_map,  ///< A map that is 255 everywhere.
};
constexpr std::array<EnumName<MissingLabel>, 2> enum_names(MissingLabel) {
  return {{{MissingLabel::refuse, "refuse"}, {MissingLabel::void_map, "void"}}};
}

/// What over-smoothed negatives are made from.
enum class NegativeSource { gt, photo, blend };
constexpr std::array<EnumName<NegativeSource>, 3> enum_names(NegativeSource) {
  return {{{NegativeSource::gt, "gt"}, {NegativeSource::photo, "photo"}, {NegativeSource::blend, "blend"}}};
}

struct BuildOptions {
  std::string gt, textures, labels, out;
  std::string gt_list, texture_list, groups, label_map;
  Layout layout = Layout::native;
  std::optional<std::string> val;
  std::optional<SplitBy> split_by;
  std::optional<Luma> luma;
  double strength = 1;
  BlendOptions blend;
  std::optional<std::uint64_t> per_gt;
  int edge_threshold = 50;
  std::optional<EdgeChannel> edge_channel;
  bool edge_thin = false;
  LabelKind label_kind = LabelKind::classes;
  MissingLabel missing_label = MissingLabel::refuse;
  std::string photos;
  NegativeOptions negatives;
  std::optional<NegativeSource> negatives_from;
  std::string licence = "unspecified";
  std::uint64_t max_pixels = 200'000'000;
  std::string shard = "0/1";
};

template <class V>
void describe(V& v, BuildOptions& o) {
  v("gt", o.gt, folder().required(), "structure images, the ground truths");
  v("textures", o.textures, folder().required(), "texture images");
  v("out", o.out, folder().required(), "where the dataset goes");
  v("labels", o.labels, folder(), "label maps, one per GT by ID: palette or grey PNG of VOC classes 0..20 and 255");
  v("layout", o.layout, any_value(),
    "native; reference: file for file what the published scripts make; webdataset: tar shards");
  v("val", o.val, any_value("X"),
    "held out for validation: a fraction with a decimal point, or a count; of GTs in native (default 0.1), of pairs in "
    "reference (default 0)");
  v("split-by", o.split_by, any_value(),
    "native: what val does not share with train (default both with at least 5 textures, else gt)");
  v("groups", o.groups, file(), "CSV with the columns id,group: GTs of one group stay on one side of the split");
  v("gt-list", o.gt_list, file(), "names of the GTs to use, in this order (plain names or a map.txt)");
  v("texture-list", o.texture_list, file(), "names of the textures to use, in this order");
  v("luma", o.luma, any_value(), "grey weights of the textures (default: that of the layout)");
  v("strength", o.strength, greater_than(0), "factor on the texture before it is added");
  describe(v, o.blend);
  v("per-gt", o.per_gt, at_least(1), "textures per GT, drawn at random (default: all)");
  v("edge-threshold", o.edge_threshold, between(0, 255), "least edge response that counts");
  v("edge-channel", o.edge_channel, any_value(),
    "channel whose edges count (default: blue in reference, max in native)");
  v("edge-thin", o.edge_thin, any_value(), "edges one pixel wide, for structures that are anti-aliased");
  v("label-kind", o.label_kind, any_value(), "what --labels holds: VOC classes, or object numbers kept as they are");
  v("label-map", o.label_map, file(),
    "CSV with the columns id,label,voc_class: turns object numbers into classes and keeps both");
  v("missing-label", o.missing_label, any_value(),
    "a GT without label: refuse (native: null) or void (255 everywhere)");
  describe(v, o.negatives);
  v("photos", o.photos, folder(), "photos that the GTs were made from, one per GT by ID, for over-smoothed negatives");
  v("negatives-from", o.negatives_from, any_value(),
    "what over-smoothed negatives are made from (default: photo with --photos, else gt); under-smoothed ones come from "
    "the blend");
  v("licence", o.licence, any_value("TEXT"), "terms of the result, written into dataset.json");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
  v("shard", o.shard, any_value("I/N|auto").execution(),
    "build part I (from 0) of N; `csgis data merge` joins the parts. auto: the part that Slurm, MPI or torchrun gave "
    "to "
    "this process");
}

/// Whether over-smoothed negatives are asked for.
inline bool makes_over(const BuildOptions& o) {
  return !o.negatives.over.empty() || !o.negatives.over_range.empty();
}

/// Fills in what depends on the layout. @throws UsageError for options that contradict each other.
BuildOptions resolved(BuildOptions options);

/// What val does not share with train when nobody says so: both kinds, unless there are too few good textures.
SplitBy default_split(Layout layout, std::size_t textures);

}  // namespace csgis
