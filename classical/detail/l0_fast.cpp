#include "classical/detail/l0_fast.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/l0_fast.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "classical/detail/periodic_solver-inl.h"

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

constexpr std::size_t kMaskBytes = (kVector + 7) / 8;  ///< Of one vector; LoadMaskBits reads up to 8.

/// One bit per pixel of rows -1..depth-1: its gradient, over all channels, is weak and will be removed.
class WeakGradients {
 public:
  WeakGradients(const SegmentLayout& layout, const std::vector<SegmentPlane>& planes)
      : length_(static_cast<std::size_t>(layout.length)),
        planes_(planes),
        row_bytes_(length_ * kMaskBytes),
        bits_(row_bytes_ * static_cast<std::size_t>(layout.depth + 1) + 8) {}

  /// Sets the bits of row j, from the planes and their halos.
  void find(int j, float threshold) {
    if (planes_.size() == 1) {
      find_in<1>(j, threshold);
    } else {
      find_in<3>(j, threshold);
    }
  }

  /// `value` where the bit of vector `index` of row j is set, else 0.
  HWY_INLINE VectorLanes where_weak(int j, std::size_t index, VectorLanes value) const {
    const hn::ScalableTag<float> d;
    return {hn::IfThenElseZero(hn::LoadMaskBits(d, bits_.data() + offset(j) + index * kMaskBytes), value.value)};
  }

 private:
  std::size_t offset(int j) const { return static_cast<std::size_t>(j + 1) * row_bytes_; }

  template <std::size_t kChannels>
  HWY_ATTR void find_in(int j, float threshold) {
    const hn::ScalableTag<float> d;
    // Local pointers: a store of bytes may change any memory, and members would be read again after each.
    const float *rows[kChannels], *below[kChannels];
    for (std::size_t c = 0; c < kChannels; ++c) {
      rows[c] = planes_[c].row(j);
      below[c] = planes_[c].row(j + 1);
    }
    std::uint8_t* bits = bits_.data() + offset(j);
    const auto limit = hn::Set(d, threshold);
    const std::size_t end = length_ * kVector;
    for (std::size_t i = 0; i < end; i += kVector, bits += kMaskBytes) {
      auto strength = hn::Zero(d);
      for (std::size_t c = 0; c < kChannels; ++c) {
        const auto here = hn::LoadU(d, rows[c] + i);
        const auto h = hn::Sub(hn::LoadU(d, rows[c] + i + kVector), here);
        const auto v = hn::Sub(hn::LoadU(d, below[c] + i), here);
        strength = hn::MulAdd(h, h, hn::MulAdd(v, v, strength));
      }
      hn::StoreMaskBits(d, hn::Lt(strength, limit), bits);
    }
  }

  std::size_t length_;
  const std::vector<SegmentPlane>& planes_;
  std::size_t row_bytes_;
  std::vector<std::uint8_t> bits_;
};

/// b / beta of one channel: (I - S) / beta - D'(removed gradients).
struct L0RightSide {
  const SegmentLayout& layout;
  const WeakGradients& weak;
  const SegmentPlane &image, &s;
  float inverse_beta;

  HWY_ATTR void operator()(int j, float* out) const {
    using L = VectorLanes;
    const std::size_t length = static_cast<std::size_t>(layout.length);
    const float *const above = s.row(j - 1), *const row = s.row(j), *const below = s.row(j + 1);
    const L scale = L::all(inverse_beta);
    const float* const end = row + (length - 1) * kVector;
    L h_before = weak.where_weak(j, length - 1, L::load(end + kVector) - L::load(end));
    for (std::size_t x = 0; x < length; ++x, out += kPair) {
      const std::size_t at = x * kVector;
      const L here = L::load(row + at);
      const L h = weak.where_weak(j, x, L::load(row + at + kVector) - here);
      const L v = weak.where_weak(j, x, L::load(below + at) - here);
      const L v_before = weak.where_weak(j - 1, x, here - L::load(above + at));
      const L removed = (h_before - h) + (v_before - v);
      mul_add(L::load(image.row(j) + at) - here, scale, L::all(0) - removed).store(out);
      h_before = h;
    }
  }
};

ImageF L0Fast(const ImageF& src, const L0Options& options, int threads) {
  const SegmentLayout layout(src.size(), columns_are_cheaper(src.size()), static_cast<int>(kVector));
  std::vector<SegmentPlane> image, s;
  for (int c = 0; c < src.channels(); ++c) {
    for (std::vector<SegmentPlane>* planes : {&image, &s}) {
      planes->emplace_back(layout);
      to_segments(layout, src.plane(c), threads, planes->back());
    }
    fill_halos(layout, s.back());
  }
  PeriodicSolver solver(layout, threads);
  WeakGradients weak(layout, s);
  for (double beta = 2 * options.lambda; beta < kL0BetaMax; beta *= options.kappa) {
    const float threshold = static_cast<float>(options.lambda / beta);
    weak.find(-1, threshold);
    solver.over_pairs([&](int first, int end, float*) {
      for (int j = 2 * first; j < std::min(2 * end, layout.depth); ++j) weak.find(j, threshold);
    });
    solver.set_weight(beta);
    for (std::size_t c = 0; c < s.size(); ++c) {
      const L0RightSide right_side{layout, weak, image[c], s[c], static_cast<float>(1 / beta)};
      solver.add_solution([&] { return right_side; }, s[c]);
    }
  }
  ImageF result(src.size(), src.channels());
  for (int c = 0; c < src.channels(); ++c)
    from_segments(layout, s[static_cast<std::size_t>(c)], threads, result.plane(c));
  return result;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(L0Fast);

ImageF l0_fast(const ImageF& src, const L0Options& options, int threads) {
  return HWY_DYNAMIC_DISPATCH(L0Fast)(src, options, threads);
}

}  // namespace csgis::detail
#endif
