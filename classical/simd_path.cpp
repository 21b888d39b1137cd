#include "classical/simd_path.h"

#include <hwy/targets.h>

namespace csgis {

std::string simd_path_in_use() {
  const std::int64_t usable = hwy::SupportedTargets() & HWY_TARGETS;
  if ((usable & HWY_AVX3) != 0) return "avx512";
  if ((usable & HWY_AVX2) != 0) return "avx2";
  return "baseline";
}

}  // namespace csgis
