#pragma once
/// The samples of a training: where they come from (pipelines/sample_source.h), and the stream of batches in which they
/// reach the trainer.

#include "model/recipe.h"
#include "model/training_batch.h"
#include "pipelines/sample_source.h"

#include <cstdint>
#include <memory>

namespace csgis {

/// What becomes of a batch besides the options.
struct StreamSetup {
  std::uint64_t seed = 0;
  LayerSet needed;                    ///< Layers that batches shall hold; others are left out.
  Recipe recipe{};                    ///< R-16, R-21 to R-24 and R-31 are this stream's.
  std::uint64_t rank = 0, ranks = 1;  ///< Of several processes: batch i of `rank` is that part of batch i of them all.
  int workers = 1;                    ///< Threads that prepare batches ahead; 0: none, batch() does it.
};

enum class StreamUse { train, validation };

/// Batches of samples. What batch(epoch, index) holds is a pure function of (source, options, seed, epoch, index):
/// neither workers nor the order of calls nor an interruption change it.
///
/// Training: every epoch goes through the samples of split `train` in an order of its own, crops of `patch` are drawn
/// and augmented; an incomplete last batch is left out.
/// Validation: the samples of `val` (where a native set has more kinds of held-out ones: of these all) in their order,
/// `val-crop` central crops or whole images (then one a batch); the last batch may be smaller; epoch plays no part.
/// Without R-16, as published: those of `train`, with crops drawn anew in each epoch and not augmented, incomplete
/// batch left out.
class SampleStream {
 public:
  /// @throws UsageError  the source lacks a needed layer, its labels are of instances, it is empty or smaller than a
  ///                     batch; augmentation on the device of the edge set
  SampleStream(std::shared_ptr<const SampleSource> source, StreamUse use, const SampleOptions& options,
               const StreamSetup& setup);
  ~SampleStream();
  SampleStream(const SampleStream&) = delete;
  SampleStream& operator=(const SampleStream&) = delete;

  std::uint64_t batches_per_epoch() const;
  /// Samples per epoch that come to use, of all ranks.
  std::uint64_t samples_per_epoch() const;
  /// Order of the colour planes in batches: R,G,B, but B,G,R for the edge set as published.
  bool is_bgr() const;

  /// Without samples (count 0) where several ranks share a validation and its last batch has none for this one.
  /// Those that are likely to be asked for next (index + 1 ..., then the next epoch) are prepared meanwhile, at most
  /// `workers` + 2 batches.  Not to be called from two threads at once.
  /// @throws DataError, IoError  a file of the set is missing, damaged, of another size than its ground truth, smaller
  ///                             than the patch, a label map in colours; names the file
  TrainingBatch batch(std::uint64_t epoch, std::uint64_t index);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace csgis
