#include "model/detail/ssim_kernel.h"

#include <algorithm>
#include <cstring>
#include <vector>

/// Compiled for several instruction sets at once; the machine's is chosen at run time.
#define CSGIS_INLINE [[gnu::always_inline]] inline

namespace csgis::nets {
namespace {

constexpr int kReach = kSsimTaps / 2;

/// A register's worth of the widest set; narrower sets split it.
template <class T>
struct Lanes {
  using Vector [[gnu::vector_size(64)]] = T;
  static constexpr std::int64_t kCount = 64 / sizeof(T);
};
template <class T>
using Vector = typename Lanes<T>::Vector;

template <class T>
CSGIS_INLINE void load(Vector<T>& v, const T* from) {
  std::memcpy(&v, from, sizeof v);
}
template <class T>
CSGIS_INLINE void store(T* to, const Vector<T>& v) {
  std::memcpy(to, &v, sizeof v);
}

/// Rows with zeros around, and a whole number of vectors in each.
template <class T>
class Padded {
 public:
  Padded(std::int64_t height, std::int64_t width)
      : stride_((width + Lanes<T>::kCount - 1) / Lanes<T>::kCount * Lanes<T>::kCount),
        values_(static_cast<std::size_t>((height + 2 * kReach) * stride_)) {}
  void fill(const T* from, std::int64_t height, std::int64_t width) {
    for (std::int64_t y = 0; y < height; ++y) std::copy_n(from + y * width, width, row(y));
  }
  T* row(std::int64_t y) { return values_.data() + (y + kReach) * stride_; }
  std::int64_t stride() const { return stride_; }

 private:
  std::int64_t stride_;
  std::vector<T> values_;
};

/// One row of `Count` filtered quantities, with room and zeros on both sides.
template <class T, int Count>
class FilteredRows {
 public:
  explicit FilteredRows(std::int64_t stride)
      : length_(stride + 2 * Lanes<T>::kCount), values_(static_cast<std::size_t>(Count * length_)) {}
  T* at(int which, std::int64_t x) { return values_.data() + which * length_ + Lanes<T>::kCount + x; }

 private:
  std::int64_t length_;
  std::vector<T> values_;
};

template <class T, int Count>
CSGIS_INLINE void filter_along(FilteredRows<T, Count>& rows, const T* taps, std::int64_t x, Vector<T> (&out)[Count]) {
  for (int q = 0; q < Count; ++q) {
    Vector<T> sum{};
    for (int k = 0; k < kSsimTaps; ++k) {
      Vector<T> v;
      load<T>(v, rows.at(q, x + k - kReach));
      sum += v * taps[k];
    }
    out[q] = sum;
  }
}

/// Down the columns: p, g, p^2, g^2, p g.
template <class T>
CSGIS_INLINE void moments_down(Padded<T>& p, Padded<T>& g, const T* taps, std::int64_t y, FilteredRows<T, 5>& rows) {
  for (std::int64_t x = 0; x < p.stride(); x += Lanes<T>::kCount) {
    Vector<T> mp{}, mg{}, pp{}, gg{}, pg{};
    for (int k = 0; k < kSsimTaps; ++k) {
      Vector<T> a, b;
      load<T>(a, p.row(y + k - kReach) + x);
      load<T>(b, g.row(y + k - kReach) + x);
      const Vector<T> wa = a * taps[k], wb = b * taps[k];
      mp += wa;
      mg += wb;
      pp += wa * a;
      gg += wb * b;
      pg += wa * b;
    }
    store<T>(rows.at(0, x), mp);
    store<T>(rows.at(1, x), mg);
    store<T>(rows.at(2, x), pp);
    store<T>(rows.at(3, x), gg);
    store<T>(rows.at(4, x), pg);
  }
}

/// The map (a1 a2) / (b1 b2) of a vector of pixels, and its derivatives by the filtered p, p^2 and p g.
template <class T>
CSGIS_INLINE void map_of(const Vector<T> (&f)[5], Vector<T>& map, Vector<T> (&slope)[3]) {
  constexpr T c1 = static_cast<T>(0.01 * 0.01), c2 = static_cast<T>(0.03 * 0.03);
  const Vector<T>&mp = f[0], &mg = f[1];
  const Vector<T> both = mp * mg, p2 = mp * mp, g2 = mg * mg;
  const Vector<T> a1 = 2 * both + c1, a2 = 2 * (f[4] - both) + c2;
  const Vector<T> b1 = p2 + g2 + c1, b2 = (f[2] - p2) + (f[3] - g2) + c2;
  const Vector<T> inverse = 1 / (b1 * b2);
  map = a1 * a2 * inverse;
  const Vector<T> by_a1 = a2 * inverse, by_a2 = a1 * inverse, by_b1 = -map / b1, by_b2 = -map / b2;
  slope[0] = 2 * (mg * (by_a1 - by_a2) + mp * (by_b1 - by_b2));
  slope[1] = by_b2;
  slope[2] = 2 * by_a2;
}

template <class T>
CSGIS_INLINE double sum_body(const SsimPlanes<T>& planes, T* slopes) {
  constexpr std::int64_t kCount = Lanes<T>::kCount;
  const std::int64_t h = planes.height, w = planes.width;
  Padded<T> p(h, w), g(h, w);
  p.fill(planes.p, h, w);
  g.fill(planes.g, h, w);
  FilteredRows<T, 5> rows(p.stride());
  double total = 0;
  for (std::int64_t y = 0; y < h; ++y) {
    moments_down(p, g, planes.taps, y, rows);
    Vector<T> row_sum{};
    for (std::int64_t x = 0; x < w; x += kCount) {
      Vector<T> filtered[5], map, slope[3];
      filter_along<T, 5>(rows, planes.taps, x, filtered);
      map_of<T>(filtered, map, slope);
      const std::int64_t count = std::min(kCount, w - x);
      if (count == kCount) {
        row_sum += map;
      } else {
        for (std::int64_t i = 0; i < count; ++i) total += static_cast<double>(map[i]);
      }
      for (int q = 0; slopes != nullptr && q < 3; ++q) {
        T* const to = slopes + (q * h + y) * w + x;
        if (count == kCount) {
          store<T>(to, slope[q]);
        } else {
          for (std::int64_t i = 0; i < count; ++i) to[i] = slope[q][i];
        }
      }
    }
    for (std::int64_t i = 0; i < kCount; ++i) total += static_cast<double>(row_sum[i]);
  }
  return total;
}

/// The window is symmetric: what the map at q gives to the filtered values there, p gets through the same filter.
template <class T>
CSGIS_INLINE void gradient_body(const SsimPlanes<T>& planes, const T* slopes, T scale, T* grad) {
  constexpr std::int64_t kCount = Lanes<T>::kCount;
  const std::int64_t h = planes.height, w = planes.width;
  Padded<T> s[3]{{h, w}, {h, w}, {h, w}};
  for (int q = 0; q < 3; ++q) s[q].fill(slopes + q * h * w, h, w);
  FilteredRows<T, 3> rows(s[0].stride());
  for (std::int64_t y = 0; y < h; ++y) {
    for (std::int64_t x = 0; x < s[0].stride(); x += kCount) {
      for (int q = 0; q < 3; ++q) {
        Vector<T> sum{};
        for (int k = 0; k < kSsimTaps; ++k) {
          Vector<T> v;
          load<T>(v, s[q].row(y + k - kReach) + x);
          sum += v * planes.taps[k];
        }
        store<T>(rows.at(q, x), sum);
      }
    }
    for (std::int64_t x = 0; x < w; x += kCount) {
      Vector<T> f[3], p{}, g{};
      filter_along<T, 3>(rows, planes.taps, x, f);
      const std::int64_t count = std::min(kCount, w - x), at = y * w + x;
      std::memcpy(&p, planes.p + at, static_cast<std::size_t>(count) * sizeof(T));
      std::memcpy(&g, planes.g + at, static_cast<std::size_t>(count) * sizeof(T));
      const Vector<T> d = scale * (f[0] + 2 * p * f[1] + g * f[2]);
      std::memcpy(grad + at, &d, static_cast<std::size_t>(count) * sizeof(T));
    }
  }
}

#if defined(__x86_64__)
#define CSGIS_TARGET(set) [[gnu::target(set)]]
#define CSGIS_HAS(set) (__builtin_cpu_supports(set) != 0)
#else
#define CSGIS_TARGET(set)
#define CSGIS_HAS(set) false
#endif

template <class T>
CSGIS_TARGET("avx512f")
double sum_avx512(const SsimPlanes<T>& planes, T* slopes) {
  return sum_body(planes, slopes);
}
template <class T>
CSGIS_TARGET("avx2,fma")
double sum_avx2(const SsimPlanes<T>& planes, T* slopes) {
  return sum_body(planes, slopes);
}
template <class T>
CSGIS_TARGET("avx512f")
void gradient_avx512(const SsimPlanes<T>& planes, const T* slopes, T scale, T* grad) {
  gradient_body(planes, slopes, scale, grad);
}
template <class T>
CSGIS_TARGET("avx2,fma")
void gradient_avx2(const SsimPlanes<T>& planes, const T* slopes, T scale, T* grad) {
  gradient_body(planes, slopes, scale, grad);
}

}  // namespace

template <class T>
double ssim_sum(const SsimPlanes<T>& planes, T* slopes) {
  if (CSGIS_HAS("avx512f")) return sum_avx512(planes, slopes);
  if (CSGIS_HAS("avx2") && CSGIS_HAS("fma")) return sum_avx2(planes, slopes);
  return sum_body(planes, slopes);
}

template <class T>
void ssim_gradient(const SsimPlanes<T>& planes, const T* slopes, T scale, T* grad) {
  if (CSGIS_HAS("avx512f")) return gradient_avx512(planes, slopes, scale, grad);
  if (CSGIS_HAS("avx2") && CSGIS_HAS("fma")) return gradient_avx2(planes, slopes, scale, grad);
  gradient_body(planes, slopes, scale, grad);
}

template double ssim_sum(const SsimPlanes<float>&, float*);
template double ssim_sum(const SsimPlanes<double>&, double*);
template void ssim_gradient(const SsimPlanes<float>&, const float*, float, float*);
template void ssim_gradient(const SsimPlanes<double>&, const double*, double, double*);

}  // namespace csgis::nets
