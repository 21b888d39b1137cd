#include "datagen/quilt.h"

#include "datagen/blend.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <vector>

namespace csgis {
namespace {

constexpr int kSmallestSide = 16, kLargestPatch = 48, kLargestSide = 512;
constexpr int kPlacesTried = 150;

using Grey = std::vector<std::int16_t>;

Grey grey_of(const Image8& image) {
  const GreyTexture exact(image, Luma::rec601);
  Grey grey;
  grey.reserve(image.size().pixels());
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) grey.push_back(static_cast<std::int16_t>(exact.row(y)[x] / 1000));
  }
  return grey;
}

/// The cheapest way along a strip: one position across it per step along it, neighbours at most one apart.
/// @param cost  along x across, row by row
std::vector<int> cheapest_cut(std::vector<std::int64_t> cost, int along, int across) {
  const auto at = [&](int i, int j) -> std::int64_t& { return cost[static_cast<std::size_t>(i * across + j)]; };
  const auto best_before = [&](int i, int j) {
    int best = j;
    for (const int k : {j - 1, j + 1}) {
      if (k >= 0 && k < across && at(i - 1, k) < at(i - 1, best)) best = k;
    }
    return best;
  };
  for (int i = 1; i < along; ++i) {
    for (int j = 0; j < across; ++j) at(i, j) += at(i - 1, best_before(i, j));
  }
  std::vector<int> cut(static_cast<std::size_t>(along));
  for (int j = 0; j < across; ++j) {
    if (at(along - 1, j) < at(along - 1, cut.back())) cut.back() = j;
  }
  for (int i = along - 1; i > 0; --i)
    cut[static_cast<std::size_t>(i - 1)] = best_before(i, cut[static_cast<std::size_t>(i)]);
  return cut;
}

class Quilt {
 public:
  Quilt(const Image8& texture, Random random)
      : texture_(texture),
        random_(random),
        patch_(std::min(std::min(texture.height(), texture.width()) / 3, kLargestPatch)),
        overlap_(std::max(patch_ / 4, 1)),
        step_(patch_ - overlap_),
        rows_(patches_for(texture.height())),
        columns_(patches_for(texture.width())),
        size_{rows_ * step_, columns_ * step_},
        grey_(grey_of(texture)),
        sewn_(size_, 3),
        sewn_grey_(size_.pixels(), kEmpty) {}

  Image8 sew() {
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column) sew_patch(row, column);
    }
    return std::move(sewn_);
  }

 private:
  static constexpr std::int16_t kEmpty = -1;

  struct Place {
    int y = 0, x = 0;
  };

  int patches_for(int side) const {
    const int wanted = std::max(side, std::min(2 * side, kLargestSide));
    return std::max((wanted + step_ - 1) / step_, 2);
  }

  std::int16_t grey_at(const Place& place, int y, int x) const {
    return grey_[static_cast<std::size_t>(place.y + y) * static_cast<std::size_t>(texture_.width()) +
                 static_cast<std::size_t>(place.x + x)];
  }

  /// Index of a pixel of the patch at (row, column) in the result, around its borders.
  std::size_t index_of(int row, int column, int y, int x) const {
    return static_cast<std::size_t>((row * step_ + y) % size_.height) * static_cast<std::size_t>(size_.width) +
           static_cast<std::size_t>((column * step_ + x) % size_.width);
  }

  /// What lies under the patch already.
  void read_under(int row, int column) {
    under_.clear();
    for (int y = 0; y < patch_; ++y) {
      for (int x = 0; x < patch_; ++x) under_.push_back(sewn_grey_[index_of(row, column, y, x)]);
    }
  }

  std::int64_t squared_error(const Place& place, int y, int x) const {
    const std::int16_t old = under_[static_cast<std::size_t>(y * patch_ + x)];
    const std::int64_t difference = old == kEmpty ? 0 : old - grey_at(place, y, x);
    return difference * difference;
  }

  Place random_place() {
    return {random_.between(0, texture_.height() - patch_), random_.between(0, texture_.width() - patch_)};
  }

  Place best_place() {
    Place best;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < kPlacesTried; ++i) {
      const Place place = random_place();
      std::int64_t error = 0;
      for (int y = 0; y < patch_ && error < least; ++y) {
        for (int x = 0; x < patch_; ++x) error += squared_error(place, y, x);
      }
      if (error < least) {
        least = error;
        best = place;
      }
    }
    return best;
  }

  enum class Side { left, right, top, bottom };

  /// For each position along a side, how far the old pixels are kept into the patch.
  std::vector<int> cut_of(Side side, const Place& place) const {
    std::vector<std::int64_t> cost;
    for (int i = 0; i < patch_; ++i) {
      for (int j = 0; j < overlap_; ++j) {
        const int across = side == Side::left || side == Side::top ? j : patch_ - 1 - j;
        const bool is_column = side == Side::left || side == Side::right;
        cost.push_back(is_column ? squared_error(place, i, across) : squared_error(place, across, i));
      }
    }
    return cheapest_cut(std::move(cost), patch_, overlap_);
  }

  void sew_patch(int row, int column) {
    read_under(row, column);
    const Place place = row == 0 && column == 0 ? random_place() : best_place();
    // Whether old pixels stay: those beyond a cut of a side on which there is a neighbour.
    std::vector<bool> keeps(static_cast<std::size_t>(patch_ * patch_));
    const auto keep = [&](int y, int x) { keeps[static_cast<std::size_t>(y * patch_ + x)] = true; };
    const auto apply = [&](Side side, bool has_neighbour) {
      if (!has_neighbour) return;
      const std::vector<int> cut = cut_of(side, place);
      for (int i = 0; i < patch_; ++i) {
        for (int j = 0; j < cut[static_cast<std::size_t>(i)]; ++j) {
          const int far = patch_ - 1 - j;
          if (side == Side::left) keep(i, j);
          if (side == Side::right) keep(i, far);
          if (side == Side::top) keep(j, i);
          if (side == Side::bottom) keep(far, i);
        }
      }
    };
    apply(Side::left, column > 0);
    apply(Side::right, column + 1 == columns_);
    apply(Side::top, row > 0);
    apply(Side::bottom, row + 1 == rows_);
    for (int y = 0; y < patch_; ++y) {
      for (int x = 0; x < patch_; ++x) {
        const auto i = static_cast<std::size_t>(y * patch_ + x);
        if (keeps[i] && under_[i] != kEmpty) continue;
        const std::size_t to = index_of(row, column, y, x);
        std::copy_n(texture_.at(place.y + y, place.x + x), 3, sewn_.data() + 3 * to);
        sewn_grey_[to] = grey_at(place, y, x);
      }
    }
  }

  const Image8& texture_;
  Random random_;
  int patch_, overlap_, step_, rows_, columns_;
  Size size_;
  Grey grey_;
  Image8 sewn_;
  Grey sewn_grey_;
  std::vector<std::int16_t> under_;  ///< Of the patch being sewn.
};

}  // namespace

Image8 quilted(const Image8& texture, Random random) {
  require(texture.channels() == 3 && !texture.empty(), "quilt: needs an RGB texture");
  if (std::min(texture.height(), texture.width()) < kSmallestSide) return texture.clone();
  return Quilt(texture, random).sew();
}

}  // namespace csgis
