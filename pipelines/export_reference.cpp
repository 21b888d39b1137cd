#include "core/error.h"
#include "imaging/decode.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"
#include "pipelines/dataset_layout.h"
#include "pipelines/export_run.h"
#include "pipelines/hashing.h"

#include <boost/filesystem/path.hpp>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

/// KEY is the place of the GT in dataset.json; its k-th sample gets the number k * GTs + KEY.
class ReferenceExport : public ExportRun {
 public:
  ReferenceExport(const SourceDataset& source, const ExportOptions& options, const RunContext& context)
      : ExportRun(source, options, context) {
    std::map<std::string, std::size_t> key_of;
    for (const Json& gt : source.head.at("inputs").at("gt")) {
      files_.push_back(gt.at("file"));
      key_of[boost::filesystem::path(files_.back()).stem().string()] = files_.size() - 1;
    }
    samples_of_.resize(files_.size());
    for (const SampleRecord& sample : source.samples) {
      const auto key = key_of.find(sample.gt_id);
      require<DataError>(key != key_of.end(), "{}: dataset.json has no ground truth '{}'", source.root.string(),
                         sample.gt_id);
      samples_of_[key->second].push_back(&sample);
      has_val_ = has_val_ || sample.split != Split::train;
      has_label_ = has_label_ || sample.label.has_value();
      has_over_ = has_over_ || !sample.over.empty();
    }
    for (std::size_t key = 0; key < files_.size(); ++key) {
      require<UsageError>(samples_of_[key].size() == samples_of_[0].size(),
                          "--format reference needs equally many samples of every ground truth: {} has {}, {} has {}",
                          files_[key], samples_of_[key].size(), files_[0], samples_of_[0].size());
      const SampleRecord& first = *samples_of_[key].front();
      require<UsageError>(!has_label_ || first.label, "--format reference: {} has no label, others have", files_[key]);
      require<UsageError>(!has_over_ || (first.over.size() == 1 && first.over[0].from != "blend"),
                          "--format reference holds one over-smoothed image per ground truth, not made from the blend; "
                          "{} has {}",
                          files_[key], first.over.size());
    }
  }

 protected:
  std::vector<std::string> parts() const override {
    std::vector<std::string> parts{"train/", "edge/", "gt/", kMapFile, kDatasetFile};
    if (has_label_) parts.emplace_back("seg/");
    if (has_over_) parts.emplace_back("over/");
    if (has_val_) parts.emplace_back("val/");
    return parts;
  }
  std::vector<std::string> lists() const override { return {kMapFile, kDatasetFile}; }

  void write() override {
    std::vector<std::string> names;
    for (std::size_t key = 0; key < files_.size(); ++key) names.push_back(fmt::format("gt:{}", key));
    write_items(names, "exporting", [&](std::size_t key) { return write_gt(key); });
    std::map<std::string, std::uint64_t> splits{{"train", 0}, {"val", 0}};
    for (const SampleRecord& sample : source().samples) ++splits[sample.split == Split::train ? "train" : "val"];
    Json head = source().head;
    head["layout"] = to_name(Layout::reference);
    head["counts"]["splits"] = splits;
    out().write_synced(kDatasetFile, head.dump(2) + '\n');
    out().write_synced(kMapFile, map_text(files_));
    report().samples = source().samples.size() - errors().size();
  }

 private:
  std::vector<std::uint8_t> read(const SampleRecord& sample, const std::string& file) const {
    std::vector<std::uint8_t> bytes = read_file_bytes(source().root / file);
    const auto hash = sample.sha256.find(file);
    require<DataError>(hash != sample.sha256.end() && hash->second == sha256_hex(bytes), "{}: its content has changed",
                       file);
    return bytes;
  }

  FileRecord put(const std::string& path, std::span<const std::uint8_t> bytes) {
    out().write(path, bytes);
    return record_of(path, bytes, Publish::no);
  }

  std::optional<JournalEntry> write_gt(std::size_t key) {
    JournalEntry entry{fmt::format("gt:{}", key), {}};
    const SampleRecord& first = *samples_of_[key].front();
    const std::string name = fmt::format("{}.png", key);
    Image8 gt;
    const bool is_good = errors().try_item(first.gt_id, source().root / first.gt, "export", [&] {
      const std::vector<std::uint8_t> bytes = read(first, first.gt);
      gt = to_colour8(decode_image(bytes));
      entry.files.push_back(put("gt/" + name, bytes));
      entry.files.push_back(put("edge/" + name, read(first, first.edge)));
      if (first.label) entry.files.push_back(put("seg/" + name, read(first, *first.label)));
      if (has_over_) entry.files.push_back(put("over/" + name, read(first, first.over.front().file)));
    });
    if (!is_good) return std::nullopt;
    PngWriter png;
    bool is_whole = true;
    for (std::size_t k = 0; k < samples_of_[key].size(); ++k) {
      if (context().cancel.requested()) throw Cancelled();
      const SampleRecord& sample = *samples_of_[key][k];
      const char* folder = sample.split == Split::train ? "train" : "val";
      is_whole &= errors().try_item(sample.key, source().root / sample.blend, "export", [&] {
        const Image8 blend = to_colour8(decode_image(read(sample, sample.blend)));
        require<DataError>(blend.size() == gt.size(), "its size differs from that of its GT");
        entry.files.push_back(
            put(fmt::format("{}/{}.png", folder, k * files_.size() + key), png.encode_pair(gt, blend)));
      });
    }
    if (!is_whole) return std::nullopt;
    return entry;
  }

  std::vector<std::string> files_;
  std::vector<std::vector<const SampleRecord*>> samples_of_;
  bool has_val_ = false, has_label_ = false, has_over_ = false;
};

}  // namespace

std::unique_ptr<ExportRun> export_reference(const SourceDataset& source, const ExportOptions& options,
                                            const RunContext& context) {
  return std::make_unique<ReferenceExport>(source, options, context);
}

}  // namespace csgis
