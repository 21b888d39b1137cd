#pragma once
/// Groups of similar patches, and of similar pixels within them: what pnls() reads off its guide.

#include "classical/detail/padding.h"
#include "imaging/image.h"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace csgis::detail {

/// Patches in a group, the reference first.
inline constexpr int kGroupPatches = 16;

struct Offset {
  int dy, dx;
  friend bool operator==(const Offset&, const Offset&) = default;
};

/// The positions of a search window except its centre, ring by ring from the inside, each ring walked along its top,
/// right, bottom and left side: the order in which ties are decided.
std::vector<Offset> ring_order(int window);

/// Fills the margin with copied blocks: above the image stand its first rows, in their order, below it its last ones;
/// the same with columns. A margin longer than the image repeats what there is.
void fill_margin_by_copies(PaddedPlanes<float>& plane);

/// The kCount smallest of the values offered, sorted, with the treatment of ties of the released program: a value equal
/// to the smallest goes in front of it, one equal to any other is dropped.
template <int kCount>
class SmallestValues {
 public:
  explicit SmallestValues(std::uint8_t nothing) {
    for (int i = 0; i < kCount; ++i) {
      values_[i] = std::numeric_limits<float>::infinity();
      items_[i] = nothing;
    }
  }

  void offer(float value, std::uint8_t item) {
    if (value >= values_[kCount - 1]) return;
    int at = 0;
    if (value > values_[0]) {
      while (values_[at] < value) ++at;
      if (values_[at] == value) return;
    }
    for (int i = kCount - 1; i > at; --i) {
      values_[i] = values_[i - 1];
      items_[i] = items_[i - 1];
    }
    values_[at] = value;
    items_[at] = item;
  }

  float value(int i) const { return values_[i]; }
  std::uint8_t item(int i) const { return items_[i]; }

 private:
  float values_[kCount];
  std::uint8_t items_[kCount];
};

struct GroupGeometry {
  int patch;   ///< Side of a patch.
  int window;  ///< Side of the search window; the padded planes have a margin of this width.
  int step;    ///< Distance of reference patches.

  int rows() const { return patch * patch; }
};

/// One group, as found in the guide.
struct PatchGroup {
  std::span<const Offset, kGroupPatches> offsets;  ///< Upper left corners relative to the reference's.
  const std::uint8_t* similar;                     ///< For each pixel of a patch its 3 most similar others.
  std::uint64_t flat;                              ///< Bit k: the surroundings of pixel k are flat.
  float cut;                                       ///< Coefficients up to this are removed; negative: none.
};

/// All groups of an image. Reference patches stand at -1 + step t in both axes while that is inside the image.
class PatchGroups {
 public:
  /// `guide` has its margin filled. `threshold` as in PnlsOptions.
  PatchGroups(const PaddedPlanes<float>& guide, const GroupGeometry& geometry, double threshold, int threads);

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  const GroupGeometry& geometry() const { return geometry_; }
  /// Image row or column of the reference patches of group row or column i.
  int corner(int i) const { return -1 + geometry_.step * i; }

  /// `offsets` receives the corners, which the group refers to.
  PatchGroup group(int row, int column, std::span<Offset, kGroupPatches> offsets) const;

 private:
  struct Workspace;

  std::size_t index(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
  }
  void find_patches(const PaddedPlanes<float>& guide, int row, int column, Workspace& work);
  void find_similar_pixels(const PaddedPlanes<float>& guide, double threshold, int row, int column, Workspace& work);

  GroupGeometry geometry_;
  int rows_, columns_;
  std::vector<Offset> order_;
  std::vector<std::uint8_t> patches_;  ///< Index into order_, or order_.size() for the reference itself.
  std::vector<std::uint8_t> similar_;
  std::vector<std::uint64_t> flat_;
  std::vector<float> cut_;
};

}  // namespace csgis::detail
