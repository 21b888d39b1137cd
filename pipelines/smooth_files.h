#pragma once
/// `csgis smooth`: one image, or all images of a folder, through one method or several.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/image_smoother.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"
#include "pipelines/smooth_image.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace csgis {

struct SmoothOptions {
  std::vector<std::string> method;
  std::string in, out;
  bool exact = false;
  OutputDepth depth = OutputDepth::automatic;
  bool crop_right = false;
  bool normalise = false;
  Device device = Device::cpu;
  std::string shard = "0/1";
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, SmoothOptions& o) {
  v("method", o.method, any_value("METHOD").required(),
    "name[:key=value,...], as listed below; several write into a sub-folder each");
  v("in", o.in, any_value("FILE|DIR").location().required(), "an image, or a folder of images");
  v("out", o.out, any_value("FILE|DIR").location().required(),
    "the result; of a folder, a folder with the same file names");
  v("exact", o.exact, any_value(), "double precision, step by step as defined; slower");
  v("depth", o.depth, any_value(),
    "bits of the result: auto is float for .tif, those of the input for .png (8 for float), 8 for .jpg");
  v("crop-right", o.crop_right, any_value(), "smooth the right half of pair images alone");
  v("normalise", o.normalise, any_value(),
    "map the range of values to [0,1] before, and back after: for float images beyond it");
  v("device", o.device, any_value().execution(), "where networks run; the other methods run on the CPU");
  v("shard", o.shard, any_value("I/N|auto").execution(),
    "only this part of the images, I from 0; `csgis data merge` joins");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

struct SmoothReport {
  std::uint64_t images = 0;   ///< Results that are there now: images times methods.
  std::uint64_t resumed = 0;  ///< Of those, found finished from an earlier run.
  std::uint64_t errors = 0;
};

/// Whether the results go into a folder, with a journal, or are one file without.
bool writes_folder(const SmoothOptions& options);

/// A file: written whole or not at all; nothing else is touched. A folder: file names and extensions are kept, bad
/// images are left out and named in errors.jsonl, an interrupted run goes on where it stopped. Several methods write
/// into sub-folders NAME, a second setting of one method into NAME-2; methods.json says which is which.
/// A shard leaves methods.json to `csgis data merge`. Images run in parallel; with fewer images than threads, the threads left work inside them.
/// Memory: per image in flight about 16 bytes a value (float planes in and out, the file's pixels), and what the
/// method's header states.
/// @throws UsageError, NothingUsable, OutputError, Cancelled, ItemFailed (with on_error = stop).
SmoothReport smooth_files(const SmoothOptions& options, const RunContext& context);

inline constexpr const char* kSmoothLayout = "smooth";  ///< In the head, where datasets name theirs.

/// Writes methods.json of a whole run with this head; nothing for a single method. @return its record
std::vector<FileRecord> write_method_list(OutputFolder& out, const nlohmann::ordered_json& dataset);

}  // namespace csgis
