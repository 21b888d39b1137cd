#include "core/error.h"
#include "pipelines/layouts.h"

namespace csgis {
namespace {

FileRecord write_png(OutputFolder& out, const std::string& path, PngWriter::Bytes bytes) {
  out.write(path, bytes);
  return record_of(path, bytes, Publish::yes);
}

}  // namespace

std::vector<std::string> NativeLayout::parts() const {
  std::vector<std::string> parts{"gt/", "blend/", "edge/", "splits/", kSamplesFile, kDatasetFile};
  if (!options_.labels.empty()) parts.emplace_back("label/");
  if (inputs_.instance_classes) parts.emplace_back("instance/");
  if (makes_over(options_)) parts.emplace_back("over/");
  if (!options_.negatives.under.empty()) parts.emplace_back("under/");
  return parts;
}

std::string NativeLayout::gt_item(std::size_t gt) const {
  return "gt:" + inputs_.gts[gt].source.id;
}

std::string NativeLayout::sample_item(std::uint64_t position) const {
  return "sample:" + sample_key(inputs_, plan_.samples[position]);
}

JournalEntry NativeLayout::write_gt(GtWork& work, const std::optional<LabelMaps>& labels, OutputFolder& out) const {
  const std::string name = inputs_.gts[work.gt].source.id + ".png";
  JournalEntry entry{gt_item(work.gt), {}};
  entry.files.push_back(write_png(out, "gt/" + name, work.png.encode(*work.pixels)));
  const Image8 edges = edge_map(*work.pixels, {*options_.edge_channel, options_.edge_threshold, options_.edge_thin});
  entry.files.push_back(write_png(out, "edge/" + name, work.png.encode(edges)));
  if (labels) {
    entry.files.push_back(write_png(out, "label/" + name, work.png.encode_indexed(labels->classes_or_instances)));
    if (labels->instances) {
      entry.files.push_back(write_png(out, "instance/" + name, work.png.encode_indexed(*labels->instances)));
    }
  }
  return entry;
}

JournalEntry NativeLayout::write_sample(GtWork& work, std::uint64_t position, const Image8& blend,
                                        OutputFolder& out) const {
  const std::string path = "blend/" + sample_key(inputs_, plan_.samples[position]) + ".png";
  return {sample_item(position), {write_png(out, path, work.png.encode(blend))}};
}

std::string NativeLayout::negative_path(NegativeKind kind, std::size_t gt, const std::uint64_t* position,
                                        const std::string& method_name) const {
  const std::string stem =
      position == nullptr ? inputs_.gts[gt].source.id : sample_key(inputs_, plan_.samples[*position]);
  return fmt::format("{}/{}__{}.png", to_name(kind), stem, method_name);
}

SampleRecord NativeLayout::record(std::uint64_t position, const WrittenItems& written) const {
  const PlannedSample& sample = plan_.samples[position];
  const GtInput& gt = inputs_.gts[sample.gt];
  const bool has_label = gt.label || options_.missing_label == MissingLabel::void_map;
  const std::string name = gt.source.id + ".png";
  SampleRecord record;
  record.key = sample_key(inputs_, sample);
  record.gt_id = gt.source.id;
  record.texture_id = inputs_.textures[sample.texture].source.id;
  record.split = sample.split;
  record.gt = "gt/" + name;
  record.blend = "blend/" + record.key + ".png";
  record.edge = "edge/" + name;
  if (has_label) record.label = "label/" + name;
  if (has_label && inputs_.instance_classes) record.instance = "instance/" + name;
  for (const JournalEntry* entry : {&written.gts[sample.gt], &written.samples[position]}) {
    for (const FileRecord& file : entry->files) record.sha256[file.path] = file.sha256;
    record.add_negatives(entry->negatives);
    if (entry->blend) record.recipe = entry->blend->text;
  }
  return record;
}

SplitCounts NativeLayout::write_lists(const WrittenItems& written, const Shard& shard, OutputFolder& out) const {
  const auto next = [&, position = std::uint64_t{0}]() mutable -> std::optional<SampleRecord> {
    while (position < plan_.samples.size() && written.samples[position].files.empty()) ++position;
    if (position == plan_.samples.size()) return std::nullopt;
    return record(position++, written);
  };
  if (shard.is_whole()) return write_samples_and_splits(out, next);
  write_samples(out, shard.file_name("samples"), next);
  return {};
}

}  // namespace csgis
