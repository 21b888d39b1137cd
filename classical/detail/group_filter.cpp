#include "classical/detail/group_filter.h"

#include "classical/detail/parallel_rows.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numbers>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/group_filter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::CappedTag<T, kGroupPatches>;
template <class T>
using Vector = hn::Vec<Tag<T>>;
template <class T>
constexpr int kLanes = static_cast<int>(hn::MaxLanes(Tag<T>()));

constexpr double kHalfRoot = std::numbers::sqrt2 / 2;
constexpr int kMaxRows = 64;

/// Factors that make the raw Haar sums and differences of 16 values orthonormal: mean, coarsest to finest detail.
constexpr double kHaarScale[kGroupPatches] = {0.25,      0.25,      kHalfRoot / 2, kHalfRoot / 2, 0.5,       0.5,
                                              0.5,       0.5,       kHalfRoot,     kHalfRoot,     kHalfRoot, kHalfRoot,
                                              kHalfRoot, kHalfRoot, kHalfRoot,     kHalfRoot};

template <class T>
HWY_INLINE Vector<T> haar_scale(int i) {
  return hn::Set(Tag<T>(), static_cast<T>(kHaarScale[i]));
}

/// Haar transform over 16 lines of values, each lane by itself: mean first, then details from coarse to fine.
template <class T>
void haar16(T* lines, int stride, int count) {
  const Tag<T> d;
  for (int x = 0; x < count; x += kLanes<T>) {
    Vector<T> v[kGroupPatches], half[kGroupPatches];
    for (int i = 0; i < kGroupPatches; ++i) v[i] = hn::LoadU(d, lines + i * stride + x);
    for (int n = kGroupPatches; n > 1; n /= 2) {
      for (int i = 0; i < n / 2; ++i) {
        half[i] = hn::Add(v[2 * i], v[2 * i + 1]);
        half[n / 2 + i] = hn::Sub(v[2 * i], v[2 * i + 1]);
      }
      for (int i = 0; i < n; ++i) v[i] = half[i];
    }
    for (int i = 0; i < kGroupPatches; ++i) hn::StoreU(hn::Mul(v[i], haar_scale<T>(i)), d, lines + i * stride + x);
  }
}

template <class T>
void inverse_haar16(T* lines, int stride, int count) {
  const Tag<T> d;
  for (int x = 0; x < count; x += kLanes<T>) {
    Vector<T> v[kGroupPatches], twice[kGroupPatches];
    for (int i = 0; i < kGroupPatches; ++i) v[i] = hn::Mul(hn::LoadU(d, lines + i * stride + x), haar_scale<T>(i));
    for (int n = 2; n <= kGroupPatches; n *= 2) {
      for (int i = 0; i < n / 2; ++i) {
        twice[2 * i] = hn::Add(v[i], v[n / 2 + i]);
        twice[2 * i + 1] = hn::Sub(v[i], v[n / 2 + i]);
      }
      for (int i = 0; i < n; ++i) v[i] = twice[i];
    }
    for (int i = 0; i < kGroupPatches; ++i) hn::StoreU(v[i], d, lines + i * stride + x);
  }
}

/// out[x * out_stride + y] = in[y * in_stride + x] for y < height, x < width.
template <class T>
void transpose(const T* in, int in_stride, int height, int width, T* out, int out_stride) {
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) out[x * out_stride + y] = in[y * in_stride + x];
  }
}

#if HWY_TARGET != HWY_SCALAR
/// The same for blocks of 4 x 4: height and width are rounded up to multiples of 4.
template <>
void transpose(const float* in, int in_stride, int height, int width, float* out, int out_stride) {
  const hn::CappedTag<float, 4> d;
  for (int y = 0; y < height; y += 4) {
    for (int x = 0; x < width; x += 4) {
      const float* const from = in + y * in_stride + x;
      const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + in_stride);
      const auto c = hn::LoadU(d, from + 2 * in_stride), e = hn::LoadU(d, from + 3 * in_stride);
      const auto ac_low = hn::InterleaveLower(d, a, c), ac_high = hn::InterleaveUpper(d, a, c);
      const auto be_low = hn::InterleaveLower(d, b, e), be_high = hn::InterleaveUpper(d, b, e);
      float* const to = out + x * out_stride + y;
      hn::StoreU(hn::InterleaveLower(d, ac_low, be_low), d, to);
      hn::StoreU(hn::InterleaveUpper(d, ac_low, be_low), d, to + out_stride);
      hn::StoreU(hn::InterleaveLower(d, ac_high, be_high), d, to + 2 * out_stride);
      hn::StoreU(hn::InterleaveUpper(d, ac_high, be_high), d, to + 3 * out_stride);
    }
  }
}
#endif

/// The matrix of a group, one row of 16 values per pixel of a patch, filtered four similar rows at a time.
template <class T>
class Matrix {
 public:
  T* row(int k) { return rows_ + k * kGroupPatches; }

  void filter(const PatchGroup& group, int rows) {
    std::memset(sums_, 0, static_cast<std::size_t>(rows * kGroupPatches) * sizeof(T));
    int counts[kMaxRows] = {};
    for (int k = 0; k < rows; ++k) {
      const int members[4] = {k, group.similar[3 * k], group.similar[3 * k + 1], group.similar[3 * k + 2]};
      filter_rows(members, (group.flat >> k & 1) != 0, static_cast<T>(group.cut));
      for (const int member : members) ++counts[member];
    }
    const Tag<T> d;
    for (int k = 0; k < rows; ++k) {
      const V count = hn::Set(d, static_cast<T>(counts[k]));
      for (int x = 0; x < kGroupPatches; x += kLanes<T>) {
        hn::StoreU(hn::Div(hn::LoadU(d, sums_ + k * kGroupPatches + x), count), d, row(k) + x);
      }
    }
  }

 private:
  using V = Vector<T>;

  HWY_INLINE void filter_rows(const int* members, bool flat, T cut) {
    const Tag<T> d;
    const V half = hn::Set(d, T{0.5}), root = hn::Set(d, static_cast<T>(kHalfRoot)), limit = hn::Set(d, cut);
    for (int x = 0; x < kGroupPatches; x += kLanes<T>) {
      const V a = hn::LoadU(d, row(members[0]) + x), b = hn::LoadU(d, row(members[1]) + x);
      const V c = hn::LoadU(d, row(members[2]) + x), e = hn::LoadU(d, row(members[3]) + x);
      const V ab = hn::Add(a, b), ce = hn::Add(c, e);
      V g[4] = {hn::Mul(hn::Add(ab, ce), half), hn::Mul(hn::Sub(ab, ce), half), hn::Mul(hn::Sub(a, b), root),
                hn::Mul(hn::Sub(c, e), root)};
      if (flat) {
        // Of the differences between rows only that of the means stays.
        const auto first = hn::FirstN(d, x == 0 ? 1 : 0);
        for (int r = 1; r < 4; ++r) g[r] = hn::IfThenElseZero(first, g[r]);
      }
      for (V& v : g) v = hn::IfThenElseZero(hn::Gt(hn::Abs(v), limit), v);
      const V mean = hn::Mul(g[0], half), coarse = hn::Mul(g[1], half);
      const V low = hn::Add(mean, coarse), high = hn::Sub(mean, coarse);
      const V fine_low = hn::Mul(g[2], root), fine_high = hn::Mul(g[3], root);
      add(members[0], x, hn::Add(low, fine_low));
      add(members[1], x, hn::Sub(low, fine_low));
      add(members[2], x, hn::Add(high, fine_high));
      add(members[3], x, hn::Sub(high, fine_high));
    }
  }

  HWY_INLINE void add(int k, int x, V value) {
    const Tag<T> d;
    T* const sum = sums_ + k * kGroupPatches + x;
    hn::Store(hn::Add(hn::Load(d, sum), value), d, sum);
  }

  alignas(64) T rows_[kMaxRows * kGroupPatches];
  alignas(64) T sums_[kMaxRows * kGroupPatches];
};

/// Copies one row of a patch. A fixed size lets that of the usual patch be moved in one instruction.
HWY_INLINE void copy_row(const float* from, int count, float* to) {
  if (count == 4) {
    std::memcpy(to, from, 4 * sizeof(float));
  } else {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
  }
}
HWY_INLINE void copy_row(const float* from, int count, double* to) {
  std::copy_n(from, count, to);
}

/// The patches of a group as lines of pixels, `stride` apart.
template <class T>
void read_patches(const PaddedPlanes<float>& plane, const PatchGroup& group, int y, int x, int patch, int stride,
                  T* lines) {
  for (int n = 0; n < kGroupPatches; ++n) {
    const Offset o = group.offsets[static_cast<std::size_t>(n)];
    for (int i = 0; i < patch; ++i) {
      copy_row(plane.row(0, y + o.dy + i) + x + o.dx, patch, lines + n * stride + i * patch);
    }
  }
}

template <class T>
void add_patches(const T* lines, const PatchGroup& group, int y, int x, int patch, int stride, PaddedPlanes<T>& sums) {
  for (int n = 0; n < kGroupPatches; ++n) {
    const Offset o = group.offsets[static_cast<std::size_t>(n)];
    for (int i = 0; i < patch; ++i) {
      T* const to = sums.row(0, y + o.dy + i) + x + o.dx;
      const T* const from = lines + n * stride + i * patch;
      for (int j = 0; j < patch; ++j) to[j] += from[j];
    }
  }
}

template <class T>
void filter_groups(const PatchGroups& groups, int first_row, int last_row, const PaddedPlanes<float>& plane,
                   PaddedPlanes<T>& sums) {
  const int patch = groups.geometry().patch, rows = groups.geometry().rows();
  const int stride = (rows + kGroupPatches - 1) / kGroupPatches * kGroupPatches;
  std::array<Offset, kGroupPatches> offsets;
  alignas(64) T lines[kGroupPatches * kMaxRows] = {};
  Matrix<T> matrix;
  for (int row = first_row; row < last_row; ++row) {
    for (int column = 0; column < groups.columns(); ++column) {
      const PatchGroup group = groups.group(row, column, offsets);
      const int y = groups.corner(row), x = groups.corner(column);
      read_patches(plane, group, y, x, patch, stride, lines);
      haar16(lines, stride, rows);
      transpose(lines, stride, kGroupPatches, rows, matrix.row(0), kGroupPatches);
      matrix.filter(group, rows);
      transpose(matrix.row(0), kGroupPatches, rows, kGroupPatches, lines, stride);
      inverse_haar16(lines, stride, rows);
      add_patches(lines, group, y, x, patch, stride, sums);
    }
  }
}

}  // namespace

void FilterGroupsFloat(const PatchGroups& groups, int first_row, int last_row, const PaddedPlanes<float>& plane,
                       PaddedPlanes<float>& sums) {
  filter_groups(groups, first_row, last_row, plane, sums);
}

void FilterGroupsDouble(const PatchGroups& groups, int first_row, int last_row, const PaddedPlanes<float>& plane,
                        PaddedPlanes<double>& sums) {
  filter_groups(groups, first_row, last_row, plane, sums);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(FilterGroupsFloat);
HWY_EXPORT(FilterGroupsDouble);

namespace {

/// Rows of pixels in a band: more than a group can reach beyond its reference, so that of two bands with one between
/// them neither touches a pixel of the other.
constexpr int kBandPixels = 64;

void count_patches(const PatchGroups& groups, PaddedPlanes<float>& coverage) {
  const int patch = groups.geometry().patch;
  std::array<Offset, kGroupPatches> offsets;
  for (int row = 0; row < groups.rows(); ++row) {
    for (int column = 0; column < groups.columns(); ++column) {
      groups.group(row, column, offsets);
      for (const Offset& o : offsets) {
        for (int i = 0; i < patch; ++i) {
          float* const line = coverage.row(0, groups.corner(row) + o.dy + i) + groups.corner(column) + o.dx;
          for (int j = 0; j < patch; ++j) line[j] += 1;
        }
      }
    }
  }
}

}  // namespace

template <class T>
template <class F>
void GroupFilter<T>::for_each_band(int threads, const F& work) const {
  const int rows = std::max(1, kBandPixels / groups_.geometry().step);
  const int bands = (groups_.rows() + rows - 1) / rows;
  for (int parity = 0; parity < 2; ++parity) {
    parallel_blocks((bands + 1 - parity) / 2, threads, [&](int block) {
      const int first = (2 * block + parity) * rows;
      work(first, std::min(groups_.rows(), first + rows));
    });
  }
}

template <class T>
GroupFilter<T>::GroupFilter(const PatchGroups& groups, Size size)
    : groups_(groups), sums_(size, 1, groups.geometry().window), coverage_(size, 1, groups.geometry().window) {
  count_patches(groups_, coverage_);
}

template <class T>
void GroupFilter<T>::apply(PaddedPlanes<float>& plane, int threads) {
  sums_.fill(0);
  for_each_band(threads, [&](int first, int last) {
    if constexpr (std::is_same_v<T, float>) {
      HWY_DYNAMIC_DISPATCH(FilterGroupsFloat)(groups_, first, last, plane, sums_);
    } else {
      HWY_DYNAMIC_DISPATCH(FilterGroupsDouble)(groups_, first, last, plane, sums_);
    }
  });
  for (int y = 0; y < plane.height(); ++y) {
    const T* const sum = sums_.row(0, y);
    const float* const count = coverage_.row(0, y);
    float* const out = plane.row(0, y);
    for (int x = 0; x < plane.width(); ++x) out[x] = static_cast<float>(sum[x] / static_cast<T>(count[x]));
  }
}

template class GroupFilter<float>;
template class GroupFilter<double>;

}  // namespace csgis::detail
#endif
