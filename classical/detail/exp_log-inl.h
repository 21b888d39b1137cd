/// 2^x and log2(x) for vectors of float; included once for every SIMD target, as Highway's own *-inl.h files.
#if defined(CSGIS_CLASSICAL_DETAIL_EXP_LOG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CSGIS_CLASSICAL_DETAIL_EXP_LOG_INL_H_
#undef CSGIS_CLASSICAL_DETAIL_EXP_LOG_INL_H_
#else
#define CSGIS_CLASSICAL_DETAIL_EXP_LOG_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// 2^x with a relative error below 2e-7; x below -126 gives 2^-126, which is as good as 0 here, and x above 127 gives
/// 2^127. Polynomial: Taylor's of 2^f on |f| <= 1/2 to degree 6, remainder below 1.3e-7 at the ends.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp2(D d, V x) {
  const hn::RebindToSigned<D> di;
  const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
  const V limited = hn::Min(hn::Max(x, set(-126)), set(127));
  const V whole = hn::Round(limited);
  const V f = hn::Sub(limited, whole);
  V p = set(1.5403530393e-4);
  p = hn::MulAdd(p, f, set(1.3333558146e-3));
  p = hn::MulAdd(p, f, set(9.6181291076e-3));
  p = hn::MulAdd(p, f, set(5.5504108665e-2));
  p = hn::MulAdd(p, f, set(2.4022650696e-1));
  p = hn::MulAdd(p, f, set(6.9314718056e-1));
  p = hn::MulAdd(p, f, set(1));
  const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, whole), hn::Set(di, 127)));
  return hn::Mul(p, hn::BitCast(d, exponent));
}

/// log2(x) for normal x > 0 with an absolute error below 2e-7 (relative to max(1, |log2 x|)). With x = 2^n (1 + f), 1 +
/// f in [1/sqrt 2, sqrt 2): log2(1 + f) / f by its Chebyshev interpolant of degree 8, which is good to 2e-8.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Log2(D d, V x) {
  const hn::RebindToSigned<D> di;
  const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
  // Subtracting the bits of sqrt(1/2) makes the exponent field count from there.
  const auto shifted = hn::Sub(hn::BitCast(di, x), hn::Set(di, 0x3F3504F3));
  const auto n = hn::ShiftRight<23>(shifted);
  const V f = hn::Sub(hn::BitCast(d, hn::Sub(hn::BitCast(di, x), hn::ShiftLeft<23>(n))), set(1));
  V p = set(1.261484683e-01);
  p = hn::MulAdd(p, f, set(-2.074210357e-01));
  p = hn::MulAdd(p, f, set(2.156698586e-01));
  p = hn::MulAdd(p, f, set(-2.389203397e-01));
  p = hn::MulAdd(p, f, set(2.879183245e-01));
  p = hn::MulAdd(p, f, set(-3.607048281e-01));
  p = hn::MulAdd(p, f, set(4.809106099e-01));
  p = hn::MulAdd(p, f, set(-7.213473334e-01));
  p = hn::MulAdd(p, f, set(1.442695004));
  return hn::MulAdd(p, f, hn::ConvertTo(d, n));
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
