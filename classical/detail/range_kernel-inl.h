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

/// 2^t for t <= 0; below 2^-126 it stays at 2^-126, which no sum with a weight near 1 notices.
template <int kDegree, class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V exp2_weight(D d, V t) {
  namespace hn = hwy::HWY_NAMESPACE;
  constexpr std::array<float, kDegree + 1> c = exp2_coefficients<kDegree>();
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; 127 more makes them the biased exponent.
  const V shifter = hn::Set(d, 12582912.0f + 127.0f);
  const V bounded = hn::Max(t, hn::Set(d, -126.0f));
  const V shifted = hn::Add(bounded, shifter);
  const V fraction = hn::Sub(bounded, hn::Sub(shifted, shifter));
  V power = hn::Set(d, c[kDegree]);
  for (std::size_t k = kDegree; k-- > 0;) power = hn::MulAdd(power, fraction, hn::Set(d, c[k]));
  const hn::RebindToUnsigned<D> du;
  return hn::Mul(power, hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(du, shifted))));
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
