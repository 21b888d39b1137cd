#include "classical/detail/window_filter.h"

#include "classical/detail/parallel_rows.h"
#include "classical/detail/window_tile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <new>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/window_filter.cpp"
#include <hwy/aligned_allocator.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "classical/detail/range_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

/// One row of everything, cut into as many segments as a vector has lanes: vector i holds value i of each segment.
/// A neighbour dx columns away is then the whole vector i + dx, and never an unaligned load. Segments overlap: each has
/// `radius` values more on both sides. All pointers at vector 0.
template <int kChannels>
struct Row {
  float* guide[kChannels];
  float* source[kChannels];
  float* sum[kChannels + 1];  ///< Weighted sums of the channels, then the sum of weights.
};

/// A pixel of every segment, in registers.
template <int kChannels>
struct Pixels {
  V guide[kChannels], source[kChannels], sum[kChannels + 1];
};

/// Weighs pixels against kCount partners, whose vectors stand one after the other from `at` in row q, and adds each to
/// the other's sums.
template <int kChannels, int kDegree, bool kSelfGuided, int kCount>
HWY_INLINE void add_partners(Pixels<kChannels>& p, const Row<kChannels>& q, std::ptrdiff_t at,
                             const float* log2_weights) {
  const D d;
  const auto lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  V values[kChannels][kCount], weight[kCount];
  for (int c = 0; c < kChannels; ++c) {
    for (int j = 0; j < kCount; ++j) {
      values[c][j] = hn::Load(d, q.guide[c] + at + j * lanes);
      // A single difference is squared below, whatever its sign.
      const V difference = kChannels == 1 ? hn::Sub(values[c][j], p.guide[c]) : hn::AbsDiff(values[c][j], p.guide[c]);
      weight[j] = c == 0 ? difference : hn::Add(weight[j], difference);
    }
  }
  for (int j = 0; j < kCount; ++j) weight[j] = hn::NegMulAdd(weight[j], weight[j], hn::Set(d, log2_weights[j]));
  exp2_weights<kDegree>(d, weight);
  for (int c = 0; c < kChannels; ++c) {
    for (int j = 0; j < kCount; ++j) {
      if (!kSelfGuided) values[c][j] = hn::Load(d, q.source[c] + at + j * lanes);
      p.sum[c] = hn::MulAdd(weight[j], values[c][j], p.sum[c]);
      float* const sum = q.sum[c] + at + j * lanes;
      hn::Store(hn::MulAdd(weight[j], p.source[c], hn::Load(d, sum)), d, sum);
    }
  }
  for (int j = 0; j < kCount; ++j) {
    p.sum[kChannels] = hn::Add(p.sum[kChannels], weight[j]);
    float* const sum = q.sum[kChannels] + at + j * lanes;
    hn::Store(hn::Add(hn::Load(d, sum), weight[j]), d, sum);
  }
}

/// Weighs each pixel of row p against its partners in row q, first..last columns to its right. The guide is scaled so
/// that a squared distance is the negative exponent of 2. `log2_weights` at dx = 0.
template <int kChannels, int kDegree, bool kSelfGuided>
void sweep(const Row<kChannels>& p, const Row<kChannels>& q, int length, int first, int last,
           const float* log2_weights) {
  constexpr int kTogether = 4;
  const D d;
  const auto lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  for (std::ptrdiff_t i = 0; i < length; ++i) {
    Pixels<kChannels> pixels;
    for (int c = 0; c < kChannels; ++c) {
      pixels.guide[c] = hn::Load(d, p.guide[c] + i * lanes);
      pixels.source[c] = kSelfGuided ? pixels.guide[c] : hn::Load(d, p.source[c] + i * lanes);
    }
    for (int c = 0; c <= kChannels; ++c) pixels.sum[c] = hn::Load(d, p.sum[c] + i * lanes);
    std::ptrdiff_t dx = first;
    for (; dx + kTogether <= last + 1; dx += kTogether) {
      add_partners<kChannels, kDegree, kSelfGuided, kTogether>(pixels, q, (i + dx) * lanes, log2_weights + dx);
    }
    for (; dx <= last; ++dx) {
      add_partners<kChannels, kDegree, kSelfGuided, 1>(pixels, q, (i + dx) * lanes, log2_weights + dx);
    }
    for (int c = 0; c <= kChannels; ++c) hn::Store(pixels.sum[c], d, p.sum[c] + i * lanes);
  }
}

/// Filters one tile, row by row from the top. Pairs with one pixel outside the tile are weighed as well, since the one
/// inside needs them; what they add outside is dropped. Of guide, source and sums only the rows between a pixel and its
/// furthest partner are kept, in a ring.
template <int kChannels, int kDegree, bool kSelfGuided>
class TileFilter {
 public:
  TileFilter(const WindowJob& job, const Tile& tile)
      : job_(job),
        tile_(tile),
        radius_(job.taps.radius),
        lanes_(static_cast<int>(hn::Lanes(D()))),
        segment_((tile.right - tile.left + 2 * radius_ + lanes_ - 1) / lanes_),
        row_floats_(static_cast<std::size_t>(segment_ + 2 * radius_) * static_cast<std::size_t>(lanes_)),
        ring_(hwy::AllocateAligned<float>(static_cast<std::size_t>(radius_ + 1) * kPlanes * row_floats_)),
        line_(static_cast<std::size_t>(segment_ * lanes_ + 2 * radius_)) {
    if (ring_ == nullptr) throw std::bad_alloc();
  }

  void run() {
    for (int y = tile_.top - radius_; y < tile_.top; ++y) enter(y);
    for (int y = tile_.top - radius_; y < tile_.bottom; ++y) {
      enter(y + radius_);
      for (int dy = std::max(0, tile_.top - y); dy <= radius_; ++dy) {
        const TapRow& taps = job_.taps.rows[static_cast<std::size_t>(dy)];
        const float* const weights = job_.log2_weights[static_cast<std::size_t>(dy)].data() + taps.reach;
        sweep<kChannels, kDegree, kSelfGuided>(row(y), row(y + dy), segment_, dy == 0 ? 1 : -taps.reach, taps.reach,
                                               weights);
      }
      if (y >= tile_.top) write(y);
    }
  }

 private:
  static constexpr int kInputs = kSelfGuided ? kChannels : 2 * kChannels;
  static constexpr int kPlanes = kInputs + kChannels + 1;

  Row<kChannels> row(int y) const {
    const int slot = (y - tile_.top + radius_) % (radius_ + 1);
    float* const start = ring_.get() + static_cast<std::size_t>(slot * kPlanes) * row_floats_ + radius_ * lanes_;
    Row<kChannels> at;
    for (int c = 0; c < kChannels; ++c) {
      at.guide[c] = start + static_cast<std::size_t>(c) * row_floats_;
      at.source[c] = start + static_cast<std::size_t>(kInputs - kChannels + c) * row_floats_;
    }
    for (int c = 0; c <= kChannels; ++c) at.sum[c] = start + static_cast<std::size_t>(kInputs + c) * row_floats_;
    return at;
  }

  /// Puts image row y into its place of the ring, with sums of 0.
  void enter(int y) {
    const Row<kChannels> at = row(y);
    for (int c = 0; c < kChannels; ++c) {
      split(job_.guide, c, y, job_.guide_scale, at.guide[c]);
      if (!kSelfGuided) split(job_.source, c, y, 1, at.source[c]);
    }
    for (int c = 0; c <= kChannels; ++c) {
      float* const begin = at.sum[c] - radius_ * lanes_;
      std::fill(begin, begin + row_floats_, 0.0f);
    }
  }

  /// Columns of the tile and `radius` more on both sides, times `scale`, as segments. What lies further out is 0: the
  /// pairs there concern no pixel of the tile.
  void split(const PaddedPlanes<float>& planes, int c, int y, float scale, float* segments) {
    const int first = tile_.left - 2 * radius_;  // column of line_[0]
    const int begin = tile_.left - radius_, end = tile_.right + radius_;
    std::fill(line_.begin(), line_.end(), 0.0f);
    std::copy(planes.row(c, y) + begin, planes.row(c, y) + end, line_.begin() + (begin - first));
    for (int l = 0; l < lanes_; ++l) {
      const float* const from = line_.data() + l * segment_ + radius_;
      for (int i = -radius_; i < segment_ + radius_; ++i) segments[i * lanes_ + l] = scale * from[i];
    }
  }

  /// Adds up what the overlapping segments hold, into line_.
  void join(const float* segments) {
    std::fill(line_.begin(), line_.end(), 0.0f);
    for (int l = 0; l < lanes_; ++l) {
      float* const to = line_.data() + l * segment_ + radius_;
      for (int i = -radius_; i < segment_ + radius_; ++i) to[i] += segments[i * lanes_ + l];
    }
  }

  /// The means of row y. Every pixel is its own partner, too, with weight 1.
  void write(int y) {
    const Row<kChannels> at = row(y);
    const int width = tile_.right - tile_.left;
    const float scale = kSelfGuided ? 1 / job_.guide_scale : 1;
    join(at.sum[kChannels]);
    const std::vector<float> totals(line_.begin() + 2 * radius_, line_.begin() + 2 * radius_ + width);
    for (int c = 0; c < kChannels; ++c) {
      join(at.sum[c]);
      const float* const source = job_.source.row(c, y) + tile_.left;
      float* const out = job_.out.row(c, y) + tile_.left;
      for (int x = 0; x < width; ++x) {
        const auto n = static_cast<std::size_t>(x);
        out[x] = (scale * line_[n + static_cast<std::size_t>(2 * radius_)] + source[x]) / (totals[n] + 1);
      }
    }
  }

  const WindowJob& job_;
  Tile tile_;
  int radius_, lanes_;
  int segment_;             ///< Values per lane, without the overlap.
  std::size_t row_floats_;  ///< Of one plane of one row.
  hwy::AlignedFreeUniquePtr<float[]> ring_;
  std::vector<float> line_;
};

template <int kChannels, int kDegree>
void filter_tile(const WindowJob& job, const Tile& tile) {
  if (&job.guide == &job.source) {
    TileFilter<kChannels, kDegree, true>(job, tile).run();
  } else {
    TileFilter<kChannels, kDegree, false>(job, tile).run();
  }
}

template <int kChannels>
void filter_tile(const WindowJob& job, const Tile& tile) {
  if (job.accuracy == WeightAccuracy::four_digits) {
    filter_tile<kChannels, 3>(job, tile);
  } else {
    filter_tile<kChannels, 4>(job, tile);
  }
}

}  // namespace

void FilterTile(const WindowJob& job, const Tile& tile) {
  if (job.guide.channels() == 1) {
    filter_tile<1>(job, tile);
  } else {
    filter_tile<3>(job, tile);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(FilterTile);

namespace {

std::vector<std::vector<float>> log2_weights(const DiscTaps& taps) {
  std::vector<std::vector<float>> logs;
  for (const TapRow& row : taps.rows) {
    std::vector<float>& line = logs.emplace_back();
    for (const double weight : row.weights) line.push_back(static_cast<float>(std::log2(std::max(weight, 1e-300))));
  }
  return logs;
}

/// Cuts `length` into equal parts of at most `limit`.
int part_length(int length, int limit) {
  const int parts = (length + limit - 1) / limit;
  return (length + parts - 1) / parts;
}

}  // namespace

void window_filter(const PaddedPlanes<float>& guide, const PaddedPlanes<float>& source, const WindowWeights& weights,
                   int threads, ImageF& out) {
  // Scaled so that the square of a distance is the negative exponent of 2.
  const auto guide_scale = static_cast<float>(std::sqrt(weights.falloff / std::log(2.0)));
  const WindowJob job{guide, source, weights.taps, log2_weights(weights.taps), guide_scale, weights.accuracy, out};
  // Pairs across the borders of tiles are weighed twice, so tiles should be large against the radius.
  const int radius = weights.taps.radius;
  const int width = part_length(out.width(), std::max(1024, 4 * radius));
  const int height = part_length(out.height(), std::max(192, 4 * radius));
  const int columns = (out.width() + width - 1) / width;
  const int rows = (out.height() + height - 1) / height;
  parallel_blocks(rows * columns, threads, [&](int block) {
    const int top = block / columns * height, left = block % columns * width;
    HWY_DYNAMIC_DISPATCH(FilterTile)
    (job, {top, std::min(out.height(), top + height), left, std::min(out.width(), left + width)});
  });
}

}  // namespace csgis::detail
#endif
