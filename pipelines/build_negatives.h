#pragma once
/// The negatives of a build: made beside the files that they belong to, and written by its layout.

#include "datagen/negatives.h"
#include "pipelines/dataset_layout.h"

#include <cstdint>
#include <vector>

namespace csgis {

class BuildNegatives {
 public:
  /// The references must outlive it. @throws UsageError  a method that cannot be meant
  BuildNegatives(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs, const BuildPlan& plan,
                 const DatasetLayout& layout);

  /// Writes the negatives that all samples of a GT share and adds them to its entry: from the GT or its photo, none for
  /// a GT without photo. @throws DataError  the photo can no longer be read
  void add_shared(GtWork& work, OutputFolder& out, JournalEntry& entry) const;

  /// Writes those of one sample: over-smoothed ones when they come from the blend, under-smoothed ones.
  void add_of_sample(GtWork& work, std::uint64_t position, const Image8& blend, OutputFolder& out,
                     JournalEntry& entry) const;

 private:
  struct Job;
  void make(const Job& job, GtWork& work, OutputFolder& out, JournalEntry& entry) const;

  const BuildOptions& options_;
  std::uint64_t seed_;
  const BuildInputs& inputs_;
  const BuildPlan& plan_;
  const DatasetLayout& layout_;
  std::vector<NegativeMethod> over_, under_;
};

}  // namespace csgis
