#include "classical/detail/ils_fast.h"

#include <cmath>
#include <numbers>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/ils_fast.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "classical/detail/periodic_solver-inl.h"

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

/// 2^x for x <= 0, relative error 2e-7; 0 below -126. x = n + f with |f| <= 1/2, 2^f by its Taylor polynomial.
HWY_INLINE VectorLanes power_of_two(VectorLanes x) {
  using L = VectorLanes;
  const L::D d;
  const hn::RebindToSigned<L::D> integers;
  const auto bounded = hn::Max(x.value, hn::Set(d, -126.5F));
  const auto whole = hn::Round(bounded);
  const L f{hn::Sub(bounded, whole)};
  L p = L::all(1.5403530e-4F);
  for (const float coefficient : {1.3333558e-3F, 9.6181291e-3F, 5.5504109e-2F, 2.4022651e-1F, 6.9314718e-1F, 1.0F}) {
    p = mul_add(p, f, L::all(coefficient));
  }
  constexpr int kExponentBias = 127, kFractionBits = 23;
  const auto exponent = hn::Add(hn::ConvertTo(integers, whole), hn::Set(integers, kExponentBias));
  const auto scale = hn::BitCast(d, hn::ShiftLeft<kFractionBits>(exponent));
  return {hn::IfThenZeroElse(hn::Lt(x.value, hn::Set(d, -126.0F)), hn::Mul(p.value, scale))};
}

/// log2(x) for normal x >= 1, absolute error 1e-7 times the result or better than 2e-7: x = 2^n m with m in
/// [sqrt(1/2), sqrt(2)), log2(m) = 2/ln(2) artanh(t), t = (m - 1) / (m + 1), by its series to t^9.
HWY_INLINE VectorLanes logarithm_of_two(VectorLanes x) {
  using L = VectorLanes;
  const L::D d;
  const hn::RebindToSigned<L::D> integers;
  constexpr int kFractionBits = 23, kRootOfHalfBits = 0x3F3504F3;
  const auto above = hn::Sub(hn::BitCast(integers, x.value), hn::Set(integers, kRootOfHalfBits));
  const auto exponent = hn::ShiftRight<kFractionBits>(above);
  const L m{hn::BitCast(d, hn::Sub(hn::BitCast(integers, x.value), hn::ShiftLeft<kFractionBits>(exponent)))};
  const L t{hn::Div((m - L::all(1)).value, (m + L::all(1)).value)};
  const L square = t * t;
  L p = L::all(0.32059890F);
  for (const float coefficient : {0.41219858F, 0.57707802F, 0.96179669F, 2.88539008F}) {
    p = mul_add(p, square, L::all(coefficient));
  }
  return mul_add(p, t, {hn::ConvertTo(d, exponent)});
}

/// penalty'(d) / c of the Welsch penalty: d exp(-d^2 / (2 gamma^2)).
struct WelschSlope {
  float factor;  ///< -log2(e) / (2 gamma^2)
  HWY_INLINE VectorLanes operator()(VectorLanes d) const { return d * power_of_two(d * d * VectorLanes::all(factor)); }
};

/// penalty'(d) / c of the power norm: d (d^2/eps + 1)^(p/2 - 1).
struct LnormSlope {
  float inverse_eps, power;
  HWY_INLINE VectorLanes operator()(VectorLanes d) const {
    const VectorLanes base = mul_add(d * d, VectorLanes::all(inverse_eps), VectorLanes::all(1));
    return d * power_of_two(VectorLanes::all(power) * logarithm_of_two(base));
  }
};

/// b / a: -D'(slope(D U)). Keeps the slopes across lines of the last row for the next one.
template <class Slope>
class IlsRightSide {
 public:
  IlsRightSide(const SegmentLayout& layout, const SegmentPlane& u, Slope slope)
      : length_(static_cast<std::size_t>(layout.length)), u_(u), slope_(slope), before_(length_ * kVector) {}

  HWY_ATTR void operator()(int j, float* out) {
    using L = VectorLanes;
    const float *const row = u_.row(j), *const below = u_.row(j + 1);
    if (j != next_row_) slopes_above(j);
    next_row_ = j + 1;
    const float* const end = row + (length_ - 1) * kVector;
    L h_before = slope_(L::load(end + kVector) - L::load(end));
    for (std::size_t x = 0; x < length_; ++x, out += kPair) {
      const std::size_t at = x * kVector;
      const L here = L::load(row + at);
      const L h = slope_(L::load(row + at + kVector) - here), v = slope_(L::load(below + at) - here);
      ((h - h_before) + (v - L::load(before_.data() + at))).store(out);
      v.store(before_.data() + at);
      h_before = h;
    }
  }

 private:
  HWY_ATTR void slopes_above(int j) {
    using L = VectorLanes;
    const float *const above = u_.row(j - 1), *const row = u_.row(j);
    for (std::size_t at = 0; at < length_ * kVector; at += kVector) {
      slope_(L::load(row + at) - L::load(above + at)).store(before_.data() + at);
    }
  }

  std::size_t length_;
  const SegmentPlane& u_;
  Slope slope_;
  std::vector<float> before_;
  int next_row_ = -1;
};

/// `weight` is c lambda / 2.
template <class Slope>
HWY_ATTR ImageF ils(const ImageF& src, double weight, int iterations, int threads, Slope slope) {
  const SegmentLayout layout(src.size(), columns_are_cheaper(src.size()), static_cast<int>(kVector));
  SegmentPlane u(layout);
  PeriodicSolver solver(layout, threads);
  solver.set_weight(weight);
  ImageF result(src.size(), src.channels());
  for (int c = 0; c < src.channels(); ++c) {
    to_segments(layout, src.plane(c), threads, u);
    fill_halos(layout, u);
    for (int i = 0; i < iterations; ++i) {
      solver.add_solution([&] { return IlsRightSide<Slope>(layout, u, slope); }, u);
    }
    from_segments(layout, u, threads, result.plane(c));
  }
  return result;
}

ImageF IlsWelschFast(const ImageF& src, const IlsWelschOptions& o, int threads) {
  const WelschSlope slope{static_cast<float>(-std::numbers::log2e / (2 * o.gamma * o.gamma))};
  return ils(src, o.lambda, o.iterations, threads, slope);
}

ImageF IlsLnormFast(const ImageF& src, const IlsLnormOptions& o, int threads) {
  const double curvature = o.p * std::pow(o.eps, o.p / 2 - 1);
  const LnormSlope slope{static_cast<float>(1 / o.eps), static_cast<float>(o.p / 2 - 1)};
  return ils(src, curvature * o.lambda / 2, o.iterations, threads, slope);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(IlsWelschFast);
HWY_EXPORT(IlsLnormFast);

ImageF ils_welsch_fast(const ImageF& src, const IlsWelschOptions& options, int threads) {
  return HWY_DYNAMIC_DISPATCH(IlsWelschFast)(src, options, threads);
}

ImageF ils_lnorm_fast(const ImageF& src, const IlsLnormOptions& options, int threads) {
  return HWY_DYNAMIC_DISPATCH(IlsLnormFast)(src, options, threads);
}

}  // namespace csgis::detail
#endif
