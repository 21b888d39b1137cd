#pragma once
/// The layouts there are.

#include "pipelines/dataset_layout.h"

namespace csgis {

/// gt/ID.png blend/ID__TEX.png edge/ID.png label/ID.png [instance/ID.png] [over/ under/] samples.jsonl dataset.json
/// splits/
class NativeLayout : public DatasetLayout {
 public:
  NativeLayout(const BuildOptions& options, const BuildInputs& inputs, const BuildPlan& plan)
      : options_(options), inputs_(inputs), plan_(plan) {}

  std::vector<std::string> parts() const override;
  std::string gt_item(std::size_t gt) const override;
  std::string sample_item(std::uint64_t position) const override;
  JournalEntry write_gt(GtWork& work, const std::optional<LabelMaps>& labels, OutputFolder& out) const override;
  JournalEntry write_sample(GtWork& work, std::uint64_t position, const Image8& blend,
                            OutputFolder& out) const override;
  std::string negative_path(NegativeKind kind, std::size_t gt, const std::uint64_t* position,
                            const std::string& method_name) const override;
  Publish publish() const override { return Publish::yes; }
  SplitCounts write_lists(const WrittenItems& written, const Shard& shard, OutputFolder& out) const override;

 private:
  SampleRecord record(std::uint64_t position, const WrittenItems& written) const;

  const BuildOptions& options_;
  const BuildInputs& inputs_;
  const BuildPlan& plan_;
};

/// train/INDEX.png (GT left, blend right; held-out ones in val/) edge/KEY.png gt/KEY.png [seg/KEY.png] [over/KEY.png]
/// map.txt, KEY the number of the GT, INDEX modulo the number of GTs = KEY.
class ReferenceLayout : public DatasetLayout {
 public:
  ReferenceLayout(const BuildOptions& options, const BuildInputs& inputs, const BuildPlan& plan)
      : options_(options), inputs_(inputs), plan_(plan) {}

  std::vector<std::string> parts() const override;
  std::string gt_item(std::size_t gt) const override;
  std::string sample_item(std::uint64_t position) const override;
  JournalEntry write_gt(GtWork& work, const std::optional<LabelMaps>& labels, OutputFolder& out) const override;
  JournalEntry write_sample(GtWork& work, std::uint64_t position, const Image8& blend,
                            OutputFolder& out) const override;
  std::string negative_path(NegativeKind kind, std::size_t gt, const std::uint64_t* position,
                            const std::string& method_name) const override;
  Publish publish() const override { return Publish::no; }
  SplitCounts write_lists(const WrittenItems& written, const Shard& shard, OutputFolder& out) const override;

 private:
  const BuildOptions& options_;
  const BuildInputs& inputs_;
  const BuildPlan& plan_;
};

}  // namespace csgis
