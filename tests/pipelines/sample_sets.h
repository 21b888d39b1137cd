#pragma once
/// Small datasets of numbered files, and what tests ask of streams of samples.

#include "core/random.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/training_samples.h"
#include "tests/support/test_folder.h"

#include <fmt/format.h>

#include <string>

namespace csgis::testing {

/// Values that say where they are: no two images of a set are alike.
inline Image8 numbered_image(Size size, int channels, int number) {
  Image8 image(size, channels);
  Random random(static_cast<std::uint64_t>(number), "test image", "");
  for (std::uint8_t& value : image.samples()) value = static_cast<std::uint8_t>(random.below(256));
  return image;
}

inline Image8 side_by_side(const Image8& left, const Image8& right) {
  Image8 pair({left.height(), 2 * left.width()}, left.channels());
  for (int y = 0; y < left.height(); ++y) {
    std::copy_n(left.row(y), left.row_samples(), pair.row(y));
    std::copy_n(right.row(y), right.row_samples(), pair.row(y) + left.row_samples());
  }
  return pair;
}

/// A palette image of classes 0..20 and void.
inline void write_labels(const TestFolder& folder, const std::string& name, Size size, int number) {
  LabelMap labels(size);
  Random random(static_cast<std::uint64_t>(number), "test labels", "");
  for (std::uint8_t& value : labels.samples())
    value = random.chance(0.1) ? 255 : static_cast<std::uint8_t>(random.below(21));
  boost::filesystem::create_directories((folder / name).parent_path());
  PngWriter png;
  write_single_file(folder / name, png.encode_indexed(labels), true);
}

inline Image8 edge_image(Size size, int number) {
  Image8 edges(size, 1);
  Random random(static_cast<std::uint64_t>(number), "test edges", "");
  for (std::uint8_t& value : edges.samples()) value = random.chance(0.3) ? 255 : 0;
  return edges;
}

/// As the published scripts make them: `textures` pairs of each of `gts` ground truths in train/, one each in val/.
inline void write_numbered_set(const TestFolder& folder, int gts, int textures, Size size = {40, 36}) {
  for (int index = 0; index < gts * (textures + 1); ++index) {
    const Image8 pair = side_by_side(numbered_image(size, 3, index % gts), numbered_image(size, 3, 1000 + index));
    folder.write_png(fmt::format("{}/{}.png", index < gts * textures ? "train" : "val", index), pair);
  }
  for (int key = 0; key < gts; ++key) {
    folder.write_png(fmt::format("edge/{}.png", key), edge_image(size, key));
    folder.write_png(fmt::format("over/{}.png", key), numbered_image(size, 3, 2000 + key));
    write_labels(folder, fmt::format("seg/{}.png", key), size, key);
  }
}

/// Three ground truths, the second held out in different ways, each with two over-smoothed images.
inline void write_native_set(const TestFolder& folder) {
  constexpr Size kSize{30, 34};
  std::string lines;
  int number = 0;
  for (const char* key : {"a__t", "b__t", "b__u", "c__t", "c__u"}) {
    const std::string gt(1, key[0]);
    SampleRecord record;
    record.key = key;
    record.gt_id = gt;
    record.texture_id = std::string(1, key[3]);
    record.split = gt != "b" ? Split::train : record.texture_id == "t" ? Split::val_gt : Split::val;
    record.gt = "gt/" + gt + ".png";
    record.blend = "blend/" + record.key + ".png";
    record.edge = "edge/" + gt + ".png";
    record.label = "label/" + gt + ".png";
    record.over = {{"over/" + gt + "__x.png", "l0", "gt"}, {"over/" + gt + "__y.png", "rtv", "gt"}};
    folder.write_png(record.gt, numbered_image(kSize, 3, gt[0]));
    folder.write_png(record.blend, numbered_image(kSize, 3, ++number));
    folder.write_png(record.edge, edge_image(kSize, gt[0]));
    write_labels(folder, *record.label, kSize, gt[0]);
    folder.write_png(record.over[0].file, numbered_image(kSize, 3, 300));
    folder.write_png(record.over[1].file, numbered_image(kSize, 3, 301));
    lines += to_json_line(record) + '\n';
  }
  folder.write("samples.jsonl", lines);
}

inline SampleOptions options_for(const boost::filesystem::path& data, int patch = 16, int batch = 3) {
  SampleOptions options;
  options.data = data.string();
  options.patch = patch;
  options.batch = batch;
  return options;
}

inline StreamSetup setup_for(std::uint64_t seed = 1, int workers = 0) {
  StreamSetup setup;
  setup.seed = seed;
  setup.needed = {true, true, true};
  setup.workers = workers;
  return setup;
}

inline bool same(const TrainingBatch& a, const TrainingBatch& b) {
  return a.count == b.count && a.height == b.height && a.width == b.width && a.input == b.input && a.truth == b.truth &&
         a.over == b.over && a.edge == b.edge && a.label == b.label && a.edge_unit == b.edge_unit && a.keys == b.keys &&
         a.draws == b.draws;
}

}  // namespace csgis::testing
