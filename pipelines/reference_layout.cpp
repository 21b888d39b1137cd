#include "pipelines/layouts.h"

#include <algorithm>

namespace csgis {
namespace {

/// The layout publishes no hashes, so the fast one for the journal is enough.
FileRecord write_png(OutputFolder& out, const std::string& path, PngWriter::Bytes bytes) {
  out.write(path, bytes);
  return record_of(path, bytes, Publish::no);
}

}  // namespace

std::string map_text(const std::vector<std::string>& gt_files) {
  std::string text;
  for (std::size_t i = 0; i < gt_files.size(); ++i) text += fmt::format("{},{}\n", map_key(gt_files[i]), i);
  return text;
}

std::vector<std::string> ReferenceLayout::parts() const {
  std::vector<std::string> parts{"train/", "edge/", "gt/", kMapFile, kDatasetFile};
  if (!options_.labels.empty()) parts.emplace_back("seg/");
  if (makes_over(options_)) parts.emplace_back("over/");
  const bool has_val = std::any_of(plan_.samples.begin(), plan_.samples.end(),
                                   [](const PlannedSample& sample) { return sample.split == Split::val; });
  if (has_val) parts.emplace_back("val/");
  return parts;
}

std::string ReferenceLayout::gt_item(std::size_t gt) const {
  return fmt::format("gt:{}", gt);
}

std::string ReferenceLayout::sample_item(std::uint64_t position) const {
  return fmt::format("pair:{}", position);
}

JournalEntry ReferenceLayout::write_gt(GtWork& work, const std::optional<LabelMaps>& labels, OutputFolder& out) const {
  const std::string name = fmt::format("{}.png", work.gt);
  JournalEntry entry{gt_item(work.gt), {}};
  entry.files.push_back(write_png(out, "gt/" + name, work.png.encode(*work.pixels)));
  const Image8 edges = edge_map(*work.pixels, {*options_.edge_channel, options_.edge_threshold, options_.edge_thin});
  entry.files.push_back(write_png(out, "edge/" + name, work.png.encode(edges)));
  if (labels) {
    entry.files.push_back(write_png(out, "seg/" + name, work.png.encode_indexed(labels->classes_or_instances)));
  }
  return entry;
}

JournalEntry ReferenceLayout::write_sample(GtWork& work, std::uint64_t position, const Image8& blend,
                                           OutputFolder& out) const {
  const char* folder = plan_.samples[position].split == Split::val ? "val" : "train";
  const std::string path = fmt::format("{}/{}.png", folder, position);
  return {sample_item(position), {write_png(out, path, work.png.encode_pair(*work.pixels, blend))}};
}

std::string ReferenceLayout::negative_path(NegativeKind kind, std::size_t gt, const std::uint64_t* /*position*/,
                                           const std::string& /*method_name*/) const {
  return fmt::format("{}/{}.png", to_name(kind), gt);
}

SplitCounts ReferenceLayout::write_lists(const WrittenItems& written, const Shard& shard, OutputFolder& out) const {
  if (!shard.is_whole()) return {};
  SplitCounts counts{{"train", 0}, {"val", 0}};
  for (std::uint64_t i = 0; i < plan_.samples.size(); ++i) {
    if (!written.samples[i].files.empty()) ++counts[to_name(plan_.samples[i].split)];
  }
  std::vector<std::string> files;
  for (const GtInput& gt : inputs_.gts) files.push_back(gt.source.file);
  out.write_synced(kMapFile, map_text(files));
  return counts;
}

std::unique_ptr<DatasetLayout> make_layout(const BuildOptions& options, const BuildInputs& inputs,
                                           const BuildPlan& plan) {
  if (options.layout == Layout::native) return std::make_unique<NativeLayout>(options, inputs, plan);
  return std::make_unique<ReferenceLayout>(options, inputs, plan);
}

}  // namespace csgis
