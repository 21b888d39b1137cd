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
using Vector [[gnu::vector_size(64)]] = float;
constexpr std::int64_t kCount = 64 / sizeof(float);

CSGIS_INLINE void load(Vector& v, const float* from) {
  std::memcpy(&v, from, sizeof v);
}
CSGIS_INLINE void store(float* to, const Vector& v) {
  std::memcpy(to, &v, sizeof v);
}

/// Rows with zeros around, and a whole number of vectors in each.
class Padded {
 public:
  Padded(std::int64_t height, std::int64_t width)
      : stride_((width + kCount - 1) / kCount * kCount),
        values_(static_cast<std::size_t>((height + 2 * kReach) * stride_)) {}
  void fill(const float* from, std::int64_t height, std::int64_t width) {
    for (std::int64_t y = 0; y < height; ++y) std::copy_n(from + y * width, width, row(y));
  }
  float* row(std::int64_t y) { return values_.data() + (y + kReach) * stride_; }
  std::int64_t stride() const { return stride_; }

 private:
  std::int64_t stride_;
  std::vector<float> values_;
};

/// One row of `Count` filtered quantities, with room and zeros on both sides.
template <int Count>
class FilteredRows {
 public:
  explicit FilteredRows(std::int64_t stride)
      : length_(stride + 2 * kCount), values_(static_cast<std::size_t>(Count * length_)) {}
  float* at(int which, std::int64_t x) { return values_.data() + which * length_ + kCount + x; }

 private:
  std::int64_t length_;
  std::vector<float> values_;
};

template <int Count>
CSGIS_INLINE void filter_along(FilteredRows<Count>& rows, const float* taps, std::int64_t x, Vector (&out)[Count]) {
  for (int q = 0; q < Count; ++q) {
    Vector sum{};
    for (int k = 0; k < kSsimTaps; ++k) {
      Vector v;
      load(v, rows.at(q, x + k - kReach));
      sum += v * taps[k];
    }
    out[q] = sum;
  }
}

/// Down the columns: p, g, p^2, g^2, p g.
CSGIS_INLINE void moments_down(Padded& p, Padded& g, const float* taps, std::int64_t y, FilteredRows<5>& rows) {
  for (std::int64_t x = 0; x < p.stride(); x += kCount) {
    Vector mp{}, mg{}, pp{}, gg{}, pg{};
    for (int k = 0; k < kSsimTaps; ++k) {
      Vector a, b;
      load(a, p.row(y + k - kReach) + x);
      load(b, g.row(y + k - kReach) + x);
      const Vector wa = a * taps[k], wb = b * taps[k];
      mp += wa;
      mg += wb;
      pp += wa * a;
      gg += wb * b;
      pg += wa * b;
    }
    store(rows.at(0, x), mp);
    store(rows.at(1, x), mg);
    store(rows.at(2, x), pp);
    store(rows.at(3, x), gg);
    store(rows.at(4, x), pg);
  }
}

/// The map (a1 a2) / (b1 b2) of a vector of pixels, and its derivatives by the filtered p, p^2 and p g.
CSGIS_INLINE void map_of(const Vector (&f)[5], Vector& map, Vector (&slope)[3]) {
  constexpr float c1 = static_cast<float>(0.01 * 0.01), c2 = static_cast<float>(0.03 * 0.03);
  const Vector &mp = f[0], &mg = f[1];
  const Vector both = mp * mg, p2 = mp * mp, g2 = mg * mg;
  const Vector a1 = 2 * both + c1, a2 = 2 * (f[4] - both) + c2;
  const Vector b1 = p2 + g2 + c1, b2 = (f[2] - p2) + (f[3] - g2) + c2;
  const Vector inverse = 1 / (b1 * b2);
  map = a1 * a2 * inverse;
  const Vector by_a1 = a2 * inverse, by_a2 = a1 * inverse, by_b1 = -map / b1, by_b2 = -map / b2;
  slope[0] = 2 * (mg * (by_a1 - by_a2) + mp * (by_b1 - by_b2));
  slope[1] = by_b2;
  slope[2] = 2 * by_a2;
}

CSGIS_INLINE double sum_body(const SsimPlanes& planes, float* slopes) {
  const std::int64_t h = planes.height, w = planes.width;
  Padded p(h, w), g(h, w);
  p.fill(planes.p, h, w);
  g.fill(planes.g, h, w);
  FilteredRows<5> rows(p.stride());
  double total = 0;
  for (std::int64_t y = 0; y < h; ++y) {
    moments_down(p, g, planes.taps, y, rows);
    Vector row_sum{};
    for (std::int64_t x = 0; x < w; x += kCount) {
      Vector filtered[5], map, slope[3];
      filter_along<5>(rows, planes.taps, x, filtered);
      map_of(filtered, map, slope);
      const std::int64_t count = std::min(kCount, w - x);
      if (count == kCount) {
        row_sum += map;
      } else {
        for (std::int64_t i = 0; i < count; ++i) total += static_cast<double>(map[i]);
      }
      for (int q = 0; slopes != nullptr && q < 3; ++q) {
        float* const to = slopes + (q * h + y) * w + x;
        if (count == kCount) {
          store(to, slope[q]);
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
CSGIS_INLINE void gradient_body(const SsimPlanes& planes, const float* slopes, float scale, float* grad) {
  const std::int64_t h = planes.height, w = planes.width;
  Padded s[3]{{h, w}, {h, w}, {h, w}};
  for (int q = 0; q < 3; ++q) s[q].fill(slopes + q * h * w, h, w);
  FilteredRows<3> rows(s[0].stride());
  for (std::int64_t y = 0; y < h; ++y) {
    for (std::int64_t x = 0; x < s[0].stride(); x += kCount) {
      for (int q = 0; q < 3; ++q) {
        Vector sum{};
        for (int k = 0; k < kSsimTaps; ++k) {
          Vector v;
          load(v, s[q].row(y + k - kReach) + x);
          sum += v * planes.taps[k];
        }
        store(rows.at(q, x), sum);
      }
    }
    for (std::int64_t x = 0; x < w; x += kCount) {
      Vector f[3], p{}, g{};
      filter_along<3>(rows, planes.taps, x, f);
      const std::int64_t count = std::min(kCount, w - x), at = y * w + x;
      std::memcpy(&p, planes.p + at, static_cast<std::size_t>(count) * sizeof(float));
      std::memcpy(&g, planes.g + at, static_cast<std::size_t>(count) * sizeof(float));
      const Vector d = scale * (f[0] + 2 * p * f[1] + g * f[2]);
      std::memcpy(grad + at, &d, static_cast<std::size_t>(count) * sizeof(float));
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

CSGIS_TARGET("avx512f")
double sum_avx512(const SsimPlanes& planes, float* slopes) {
  return sum_body(planes, slopes);
}
CSGIS_TARGET("avx2,fma")
double sum_avx2(const SsimPlanes& planes, float* slopes) {
  return sum_body(planes, slopes);
}
CSGIS_TARGET("avx512f")
void gradient_avx512(const SsimPlanes& planes, const float* slopes, float scale, float* grad) {
  gradient_body(planes, slopes, scale, grad);
}
CSGIS_TARGET("avx2,fma")
void gradient_avx2(const SsimPlanes& planes, const float* slopes, float scale, float* grad) {
  gradient_body(planes, slopes, scale, grad);
}

}  // namespace

double ssim_sum(const SsimPlanes& planes, float* slopes) {
  if (CSGIS_HAS("avx512f")) return sum_avx512(planes, slopes);
  if (CSGIS_HAS("avx2") && CSGIS_HAS("fma")) return sum_avx2(planes, slopes);
  return sum_body(planes, slopes);
}

void ssim_gradient(const SsimPlanes& planes, const float* slopes, float scale, float* grad) {
  if (CSGIS_HAS("avx512f")) return gradient_avx512(planes, slopes, scale, grad);
  if (CSGIS_HAS("avx2") && CSGIS_HAS("fma")) return gradient_avx2(planes, slopes, scale, grad);
  gradient_body(planes, slopes, scale, grad);
}

}  // namespace csgis::nets
