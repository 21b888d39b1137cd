/// The exponential of the range kernels on vectors. Included once per Highway target (see hwy/foreach_target.h); its
/// include guard is therefore a toggle.
#if defined(CSGIS_CLASSICAL_DETAIL_RANGE_KERNEL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CSGIS_CLASSICAL_DETAIL_RANGE_KERNEL_INL_H
#undef CSGIS_CLASSICAL_DETAIL_RANGE_KERNEL_INL_H
#else
#define CSGIS_CLASSICAL_DETAIL_RANGE_KERNEL_INL_H
#endif

#include <hwy/highway.h>
#include <array>
#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

/// Coefficients, constant first, of the polynomial of degree kDegree with the least relative error to 2^f over
/// |f| <= 1/2 (Remez exchange): 7.5e-5 for degree 3, 2.6e-6 for degree 4, 7.5e-8 for degree 5.
template <int kDegree>
constexpr std::array<float, kDegree + 1> exp2_coefficients() {
  static_assert(kDegree >= 3 && kDegree <= 5);
  if constexpr (kDegree == 3) {
    return {0.99992806f, 0.69326097f, 0.24261113f, 0.055171669f};
  } else if constexpr (kDegree == 4) {
    return {0.99999928f, 0.69312179f, 0.24024744f, 0.055917859f, 0.0095701022f};
  } else {
    return {1.00000012f, 0.69314694f, 0.2402212f, 0.05550713f, 0.0096755410f, 0.0013276472f};
  }
}

/// Replaces each t <= 0 by 2^t; below 2^-126 it stays at 2^-126, which no sum with a weight near 1 notices.
/// The steps of all kCount vectors are written next to each other: one chain of them alone would wait for its own
/// results most of the time.
template <int kDegree, int kCount, class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE void exp2_weights(D d, V (&t)[kCount]) {
  namespace hn = hwy::HWY_NAMESPACE;
  constexpr std::array<float, kDegree + 1> c = exp2_coefficients<kDegree>();
  const hn::RebindToUnsigned<D> du;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; 127 more makes them the biased exponent.
  const V shifter = hn::Set(d, 12582912.0f + 127.0f);
  V shifted[kCount], power[kCount];
  for (int j = 0; j < kCount; ++j) t[j] = hn::Max(t[j], hn::Set(d, -126.0f));
  for (int j = 0; j < kCount; ++j) shifted[j] = hn::Add(t[j], shifter);
  for (int j = 0; j < kCount; ++j) t[j] = hn::Sub(t[j], hn::Sub(shifted[j], shifter));
  for (int j = 0; j < kCount; ++j) power[j] = hn::Set(d, c[kDegree]);
  for (std::size_t k = kDegree; k-- > 0;) {
    for (int j = 0; j < kCount; ++j) power[j] = hn::MulAdd(power[j], t[j], hn::Set(d, c[k]));
  }
  for (int j = 0; j < kCount; ++j) {
    t[j] = hn::Mul(power[j], hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(du, shifted[j]))));
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
