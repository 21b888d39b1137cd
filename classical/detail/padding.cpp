#include "classical/detail/padding.h"

namespace csgis::detail {
namespace {

int floor_mod(int i, int period) {
  const int rest = i % period;
  return rest < 0 ? rest + period : rest;
}

}  // namespace

int border_index(int i, int length, Border border) {
  switch (border) {
    case Border::replicate:
      return std::clamp(i, 0, length - 1);
    case Border::reflect: {
      const int j = floor_mod(i, 2 * length);
      return j < length ? j : 2 * length - 1 - j;
    }
    case Border::reflect_101: {
      if (length == 1) return 0;
      const int j = floor_mod(i, 2 * length - 2);
      return j < length ? j : 2 * length - 2 - j;
    }
  }
  return 0;
}

}  // namespace csgis::detail
