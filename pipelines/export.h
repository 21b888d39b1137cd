#pragma once
/// `csgis data export`: a native dataset in the forms that other programs read.

#include "core/enum_names.h"
#include "core/options.h"
#include "core/run_context.h"

#include <array>
#include <cstdint>
#include <string>

namespace csgis {

enum class ExportFormat {
  webdataset,   ///< Tar shards, the files of a sample side by side.
  imagefolder,  ///< Hugging Face's folder of images with metadata.jsonl in each split.
  croissant,    ///< Croissant 1.0: a JSON-LD description of the dataset where it lies.
  reference,    ///< What the published scripts make and read (build --layout reference).
};
constexpr std::array<EnumName<ExportFormat>, 4> enum_names(ExportFormat) {
  return {{{ExportFormat::webdataset, "webdataset"},
           {ExportFormat::imagefolder, "imagefolder"},
           {ExportFormat::croissant, "croissant"},
           {ExportFormat::reference, "reference"}}};
}

struct ExportOptions {
  ExportFormat format = ExportFormat::webdataset;
  std::string out;
  std::string name = "dataset";
  std::uint64_t samples_per_shard = 0;
  std::string description, licence, url, creator, date;
};

template <class V>
void describe(V& v, ExportOptions& o) {
  v("format", o.format, any_value().required(), "what is written");
  v("out", o.out, folder().required(), "where it goes");
  v("name", o.name, any_value("NAME"), "name of the dataset: webdataset's shards are NAME-SPLIT-000000.tar");
  v("samples-per-shard", o.samples_per_shard, any_value("N"), "webdataset: most samples in a shard; 0: about 1 GB");
  v("description", o.description, any_value("TEXT"), "croissant, imagefolder: what the dataset is");
  v("licence", o.licence, any_value("TEXT"), "croissant, imagefolder: its licence, if not the one of dataset.json");
  v("url", o.url, any_value("URL"), "croissant: where it is published");
  v("creator", o.creator, any_value("NAME"), "croissant: who made it");
  v("date", o.date, any_value("YYYY-MM-DD"), "croissant: when it was published");
}

struct ExportReport {
  std::uint64_t samples = 0;  ///< That are there now.
  std::uint64_t files = 0;    ///< Shards, or files besides the lists.
  std::uint64_t bytes = 0;    ///< Of these files.
  std::uint64_t errors = 0;
};

/// Writes the dataset in another form. Can be killed and run again. Bytes depend on dataset and options alone.
///   webdataset   NAME-SPLIT-NNNNNN.tar. A sample is KEY.input.png, .gt.png, .edge.png, .seg.png (label),
///   .instance.png,
///                .neg.over.METHOD.png, .neg.under.METHOD.png and .json, its line of samples.jsonl with these names for
///                paths. In KEY '.' is %2E and '%' is %25, because readers end a key at the first dot; the json has the
///                key as it is. Shards of a split hold equally many samples, or one more. Every file is checked against
///                its hash; a sample with a changed file is left out and named in errors.jsonl.
///   imagefolder  SPLIT/metadata.jsonl with file_name (the blend), gt_file_name, edge_file_name, ..., images in folders
///                beside it, linked where the file system can, and README.md with the splits
///   croissant    croissant.json
///   reference    train/ (val/) edge/ gt/ seg/ over/ map.txt dataset.json. Every GT needs as many samples as the
///   others.
/// @param dataset  a finished native dataset
/// @throws NothingUsable  it is none  @throws UsageError  a format that cannot hold it  @throws OutputError, Cancelled
/// Cost: webdataset reads and hashes every file once, a shard per thread; memory does not grow with the samples' bytes.
ExportReport export_dataset(const std::string& dataset, const ExportOptions& options, const RunContext& context);

}  // namespace csgis
