// Highway vectors with the interface of imaging/detail/fft-inl.h. Included once per Highway target.

#include <hwy/highway.h>

#include <cstddef>

#if defined(CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
#undef CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
#else
#define CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// @tparam kFused  fused multiply-add where the CPU has it; without, the bits are the same on every CPU type
template <class T, bool kFused>
struct LanesOf {
  using Real = T;
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  static constexpr std::size_t kLanes = hn::MaxLanes(D());
  V value;

  HWY_INLINE static LanesOf load(const T* at) { return {hn::LoadU(D(), at)}; }
  HWY_INLINE static LanesOf all(T x) { return {hn::Set(D(), x)}; }
  HWY_INLINE void store(T* at) const { hn::StoreU(value, D(), at); }

  HWY_INLINE friend LanesOf operator+(LanesOf a, LanesOf b) { return {hn::Add(a.value, b.value)}; }
  HWY_INLINE friend LanesOf operator-(LanesOf a, LanesOf b) { return {hn::Sub(a.value, b.value)}; }
  HWY_INLINE friend LanesOf operator*(LanesOf a, LanesOf b) { return {hn::Mul(a.value, b.value)}; }
  HWY_INLINE friend LanesOf mul_add(LanesOf a, LanesOf b, LanesOf c) {
    if constexpr (!kFused) return a * b + c;
    return {hn::MulAdd(a.value, b.value, c.value)};
  }
  HWY_INLINE friend LanesOf neg_mul_add(LanesOf a, LanesOf b, LanesOf c) {
    if constexpr (!kFused) return c - a * b;
    return {hn::NegMulAdd(a.value, b.value, c.value)};
  }
};

using VectorLanes = LanesOf<float, true>;

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
