#include "classical/simd_path.h"

#include <hwy/targets.h>

namespace csgis {

std::string simd_path_in_use() {
  const std::int64_t supported = hwy::SupportedTargets();
  const std::int64_t best = supported & -supported;  // the lowest bit is the best target
  return hwy::TargetName(best);
}

}  // namespace csgis
