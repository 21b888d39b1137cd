#include "pipelines/sample_source.h"

#include "core/error.h"
#include "pipelines/synth_samples.h"

namespace csgis {

std::shared_ptr<const SampleSource> open_samples(const SampleOptions& options, std::uint64_t seed) {
  validate(options);
  if (options.data == kSynthData) return synthetic_samples(options, seed);
  fail<NothingUsable>("--data: {} is no dataset", options.data);
}

}  // namespace csgis
