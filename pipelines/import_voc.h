#pragma once
/// `csgis data import-voc`: from the PASCAL VOC development kit to folders that the other commands take.

#include "core/options.h"
#include "core/run_context.h"

#include <array>
#include <string>
#include <vector>

namespace csgis {

enum class VocLabels { classes, objects };
constexpr std::array<EnumName<VocLabels>, 2> enum_names(VocLabels) {
  return {{{VocLabels::classes, "class"}, {VocLabels::objects, "object"}}};
}

struct ImportVocOptions {
  std::string out, list;
  std::string sets = "train,val";
  VocLabels labels = VocLabels::classes;
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, ImportVocOptions& o) {
  v("out", o.out, folder().required(), "where photos, labels and splits go");
  v("sets", o.sets, any_value("LIST"), "which lists of ImageSets/Segmentation are imported");
  v("list", o.list, file(), "instead of --sets: a file with one ID a line");
  v("labels", o.labels, any_value(), "label maps: SegmentationClass, or SegmentationObject");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

struct ImportVocReport {
  std::uint64_t images = 0, errors = 0;
  std::vector<std::string> sets;  ///< Names of the lists written to splits/.
};

/// Reads the lists, then of every ID the photo (JPEGImages) and the label map, and checks them: both decode, have one
/// size, and a class map holds nothing but classes and void. Good ones become photos/ID.jpg and labels/ID.png (the same
/// bytes), and splits/SET.txt names them in the order of the list; others are named in errors.jsonl.
/// @param source  a folder that is, or holds, VOCdevkit or VOC2012; or the tar file of one
/// @throws NothingUsable  no development kit, an empty list, no good image  @throws UsageError, DataError, OutputError,
/// Cancelled
ImportVocReport import_voc(const std::string& source, const ImportVocOptions& options, const RunContext& context);

}  // namespace csgis
