#pragma once
/// One iteration of pnls() over one plane.

#include "classical/detail/padding.h"
#include "classical/detail/patch_groups.h"

namespace csgis::detail {

/// Filters planes with given groups. Bands of group rows are handed to the threads, first all even ones, then all odd
/// ones, so that bands at work never touch the same pixel and every pixel is summed in one order.
///
/// T is the type of everything between the plane that goes in and the one that comes out, float or double. Sums and
/// products are rounded one by one in a fixed order, so a result is the same on every CPU.
template <class T>
class GroupFilter {
 public:
  GroupFilter(const PatchGroups& groups, Size size);

  /// Replaces the inside of `plane` (margin of at least the window, filled) by its filtered values.
  void apply(PaddedPlanes<float>& plane, int threads);

 private:
  template <class F>
  void for_each_band(int threads, const F& work) const;

  const PatchGroups& groups_;
  PaddedPlanes<T> sums_;
  PaddedPlanes<float> coverage_;  ///< How many patches cover a pixel.
};

extern template class GroupFilter<float>;
extern template class GroupFilter<double>;

}  // namespace csgis::detail
