#pragma once
/// Running a check once on every vector path.

#include "tests/support/catch.h"

#include <hwy/targets.h>
#include <cstdint>

namespace csgis::test {

/// Calls check() with each vector path that this build has and this CPU can run chosen in turn, the widest first.
template <class F>
void on_every_simd_path(const F& check) {
  struct Restore {
    ~Restore() { hwy::SetSupportedTargetsForTest(0); }
  } restore;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    INFO("vector path " << hwy::TargetName(target));
    check();
  }
}

}  // namespace csgis::test
