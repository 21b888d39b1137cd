#pragma once
/// One iteration of pnls() over one plane.

#include "classical/detail/padding.h"
#include "classical/detail/patch_groups.h"

namespace csgis::detail {

/// Filters planes with given groups. Bands of group rows are handed to the threads, first all even ones, then all odd
/// ones, so that bands at work never touch the same pixel and every pixel is summed in one order.
class GroupFilter {
 public:
  GroupFilter(const PatchGroups& groups, Size size);

  /// Replaces the inside of `plane` (margin of at least the window, filled) by its filtered values.
  void apply(PaddedPlanes<float>& plane, int threads);

 private:
  template <class F>
  void for_each_band(int threads, const F& work) const;

  const PatchGroups& groups_;
  PaddedPlanes<float> sums_, coverage_;
};

}  // namespace csgis::detail
